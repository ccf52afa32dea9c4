/* SPDX-License-Identifier: MIT */
/*
 * The measurements: smallest arena, worst and mean instruction counts, time per
 * operation, fixed cost, adversarial patterns and the sweep over pairs of
 * sizes. All run sessions and compute figures; main.c prints them.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "bench/session.h"

struct smallest_arena {
    enum replay_status status; /* REPLAY_REFUSED: not even the largest arena was enough */
    size_t bytes;              /* smallest arena found that completes the trace */
    unsigned holes;            /* larger arenas probed that did not complete */
    unsigned improved;         /* probes below the bisection's answer that completed */
    char broken[WHY_BYTES];
};

/*
 * Bisect, in steps of 8 bytes, between the trace's peak (a lower bound) and 128
 * times the peak. This assumes that completion is monotonic in the arena's
 * size, which no allocator guarantees. Some sizes below the answer are
 * therefore tried afterwards, and the search continues from any that completes.
 * Some sizes above are tried too, and failures are counted in holes.
 */
void find_smallest_arena(const struct trace *trace, const struct candidate *candidate,
                         struct area *area, struct smallest_arena *out);

/* Largest single block that a fresh arena of this size grants (0: none); by bisection. */
size_t largest_first_block(const struct candidate *candidate, struct area *area,
                           size_t arena_bytes);

/*
 * Nanoseconds for one replay of the trace without checks; 0 if it did not
 * complete or ran out of patience.
 */
double replay_timed_ns(const struct trace *trace, const struct candidate *candidate,
                       struct area *area, size_t arena_bytes);

/*
 * An adversarial pattern: drives a session that has ids 0 .. PATTERN_IDS-1, and
 * returns when it is done or session->broken is set. Refused requests are
 * expected.
 */
enum { PATTERN_IDS = 1 << 16 };

struct pattern {
    const char *name;
    const char *what;
    void (*run)(struct session *session);
};

/* Ends with a NULL name. */
extern const struct pattern patterns[];

/*
 * Run a pattern in an arena. A budget (0: none) refuses requests that would
 * exceed this many live bytes, which keeps the arena loose. Adds to counts;
 * sets *slow when patience is over. Returns false, with the reason in broken
 * (WHY_BYTES), if the allocator misbehaved.
 */
bool run_pattern(const struct pattern *pattern, const struct candidate *candidate,
                 struct area *area, size_t arena_bytes, size_t budget_bytes, struct counts *counts,
                 bool *slow, char *broken);

/*
 * A workload of two sizes: small and large blocks in turn, beginning with
 * either; then every large block is freed; then as many requests one eighth
 * larger. The ceiling trace allocates the final blocks directly, so only
 * headers and rounding cost memory. Both traces have the same peak.
 */
void make_pair_trace(struct trace *trace, size_t small, size_t large, bool large_first);
void make_pair_ceiling(struct trace *trace, size_t small, size_t large);

/*
 * Arenas to be filled: random requests below a limit that is itself random up to
 * most_bytes, frees, and reallocs to as much as ten times that, until the first
 * one is refused.
 */
struct filling {
    const char *name;
    size_t arena_bytes;
    uint32_t most_bytes;
    unsigned rounds;
};

/* Ends with a NULL name. */
extern const struct filling fillings[];

/*
 * Fill an arena `rounds` times with other random numbers. *filled is the mean of
 * live bytes at the first refusal, divided by the arena. always_move: every
 * realloc is a new block, a copy and a free. Returns as replay();
 * REPLAY_REFUSED: the allocator does not take such an arena.
 */
enum replay_status fill_arena(const struct filling *filling, const struct candidate *candidate,
                              struct area *area, unsigned rounds, bool always_move, double *filled,
                              char *broken);

#endif
