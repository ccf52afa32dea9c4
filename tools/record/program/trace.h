/* SPDX-License-Identifier: MIT */
/*
 * Converts the events of a process to operations on numbered blocks, in the text format .rep
 * (bench/traces/README.md).
 */
#ifndef TOOLS_RECORD_PROGRAM_TRACE_H
#define TOOLS_RECORD_PROGRAM_TRACE_H

#include "reader.h"

struct trace_options {
    uint64_t max_operations; /* 0: unlimited */
    bool plain;              /* write aligned requests as plain ones */
};

struct trace_sums {
    uint64_t operations;
    uint64_t ids;
    uint64_t all_bytes;    /* sum of all requests; for a reallocation, the bytes that it adds */
    uint64_t live_bytes;   /* requested and not freed */
    uint64_t peak_bytes;   /* the maximum of live_bytes */
    uint64_t aligned;      /* requests with an alignment */
    uint64_t unseen_frees; /* omitted frees of blocks whose allocation was not recorded */
    uint64_t unseen_moves; /* reallocations of such blocks, written as allocations */
    uint64_t missed_frees; /* unrecorded frees, inserted when the address was allocated again */
};

/* Compute the sums of the whole trace. Returns 0, or EINTR if run_interrupted(). */
int trace_sum(struct reader *reader, struct trace_sums *sums);

/* Write the trace with the given sums to a descriptor. Returns 0 or an errno. */
int trace_write(struct reader *reader, const struct trace_options *options,
                const struct trace_sums *sums, int file);

#endif
