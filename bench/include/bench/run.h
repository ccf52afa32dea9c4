/* SPDX-License-Identifier: MIT */
/*
 * A run of the benchmark program: its options and allocators, and the
 * measurements as main.c dispatches them. Each runs in a helper process and
 * prints its results as lines (see main.c). An allocator that misbehaves, or
 * takes its helper with it, costs a line X and no other result.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench/measure.h"

enum { BITS = (int)sizeof(void *) * 8, MAX_CANDIDATES = 32 };

struct run {
    struct candidate candidates[MAX_CANDIDATES];
    size_t candidate_count;
    const char *only;     /* comma-separated names, NULL: all */
    const char *arenas;   /* file of E lines for tight arenas */
    const char *patterns; /* comma-separated names, NULL: all; of fillings, too */
    struct area area;
    bool quick;
    bool broken; /* an allocator misbehaved */
};

/* Whether a list such as run->only contains this name; NULL contains all. */
bool listed(const char *list, const char *name);

/* Of one allocator on one trace. */
void measure_efficiency(struct run *run, const struct candidate *candidate,
                        const struct trace *trace);
void measure_counts(struct run *run, const struct candidate *candidate, const struct trace *trace);

/* Of one allocator. */
void measure_patterns(struct run *run, const struct candidate *candidate);
void measure_fillings(struct run *run, const struct candidate *candidate);
void measure_pairs(struct run *run, const struct candidate *candidate);
void measure_fixed(struct run *run, const struct candidate *candidate);

/* Every allocator in turn, several rounds; the best of the rounds is the least disturbed one. */
void measure_time(struct run *run, const struct trace *trace);

#endif
