/* SPDX-License-Identifier: MIT */
/*
 * What the harness needs to know of an allocator. An adapter is one file in bench/adapters/ that
 * wraps an allocator's own functions in these signatures, and a twin of it whose functions do
 * nothing, reached through the same wrappers: subtracting the twin's instructions leaves the
 * allocator's own, from its first instruction to its return.
 */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* What a workload will ask for; a pool is dimensioned with it, others ignore it. */
struct workload {
    size_t max_request_bytes;
};

struct allocator {
    const char *name;
    const char *preset;     /* "-" for allocators without presets */
    size_t alignment;       /* what every block is aligned to; power of two */
    bool bounded;           /* lives in the arena it is given, so efficiency can be measured */
    bool frees;             /* false for a bump allocator: free is never called */
    bool any_size;          /* false for a pool: workloads of mixed sizes tell little */
    struct allocator *twin; /* same wrappers around empty functions */

    /*
     * Start again from nothing in the given arena (unbounded allocators ignore it). Returns the
     * state to pass to the others, NULL if the arena is too small.
     */
    void *(*init)(struct allocator *self, void *arena, size_t bytes, const struct workload *load);
    void *(*alloc)(void *state, size_t bytes);
    int (*free)(void *state, void *block); /* 0 = success, else the block was refused */
    /* Both may be NULL. Without resize the harness allocates, copies and frees. */
    void *(*resize)(void *state, void *block, size_t bytes);
    void *(*aligned)(void *state, size_t alignment, size_t bytes);
    void *private_data;
};

/* The adapters, in the order of the report; ends with NULL. Which are in depends on the build. */
extern struct allocator *const builtin_allocators[];

/*
 * Adapter for malloc and free of a shared library: a path, a soname, or NULL for the C library of
 * this process. Returns NULL and writes the reason to error when it cannot be loaded or lacks
 * malloc or free of its own. A library that also exports
 *     int bench_arena(void *arena, size_t bytes);      0 = success
 * is bounded: it is told to start again in that arena before every replay.
 */
struct allocator *library_allocator(const char *name, const char *path, char *error,
                                    size_t error_bytes);

#endif
