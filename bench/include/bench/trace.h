/* SPDX-License-Identifier: MIT */
/*
 * Allocation traces: the calls of a program to its allocator, in order, in the
 * text format .rep.
 *
 *       a ID BYTES              allocate
 *       m ID BYTES ALIGNMENT    allocate with an alignment, a power of two
 *       r ID BYTES              reallocate
 *       f ID                    free
 *
 * Lines before the first letter are headers (numbers, or a comment after '#')
 * and are skipped. Ids may be reused after a free. Blocks that are never freed
 * are allowed.
 */
#ifndef BENCH_TRACE_H
#define BENCH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_kind { TRACE_ALLOC, TRACE_ALIGNED, TRACE_REALLOC, TRACE_FREE };

struct trace_op {
    uint8_t kind;           /* enum trace_kind */
    uint8_t alignment_log2; /* of TRACE_ALIGNED */
    uint32_t id;
    size_t bytes; /* 0 for a free; a request for 0 bytes is stored as 1 */
};

struct trace {
    char name[64]; /* file name without folder and .rep */
    struct trace_op *ops;
    size_t op_count;
    size_t op_room;
    uint32_t id_count;        /* 1 + the largest id */
    size_t peak_live_bytes;   /* largest sum of requested sizes alive at once */
    size_t peak_live_blocks;  /* largest number of blocks alive at once */
    size_t max_request_bytes; /* largest single request, and its alignment */
    bool has_realloc;
};

enum trace_limits {
    TRACE_MAX_ID = 1 << 24,
    TRACE_MAX_BYTES = 1 << 29,
    TRACE_MAX_ALIGNMENT = 1 << 21, /* a huge page */
};

/*
 * Read a file. Returns true and fills *trace, to be freed with trace_free(). On
 * failure returns false and writes "FILE:LINE: reason" to error (cut to
 * error_bytes). Failures are unreadable files, empty traces, unknown letters,
 * missing, negative or oversized numbers, trailing text, and impossible
 * operations such as freeing a dead id.
 */
bool trace_read(struct trace *trace, const char *path, char *error, size_t error_bytes);

/* Start an empty trace in memory. The name is truncated if necessary. */
void trace_start(struct trace *trace, const char *name);

/*
 * Append one operation; trace_finish() checks ids and order. Exits the program
 * when memory is exhausted.
 */
void trace_add(struct trace *trace, enum trace_kind kind, uint32_t id, size_t bytes);

/* The alignment that an operation of kind TRACE_ALIGNED asks for. */
size_t trace_alignment(const struct trace_op *op);

/*
 * Check the order of operations and fill in the totals. Returns true, or false with *bad_op set to
 * the index of the first impossible operation and *why to a constant text.
 */
bool trace_finish(struct trace *trace, size_t *bad_op, const char **why);

/* Free a trace that trace_read or trace_start filled. */
void trace_free(struct trace *trace);

#endif
