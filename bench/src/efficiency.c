/* SPDX-License-Identifier: MIT */
/*
 * Smallest arenas by bisection, the fixed cost of an arena, and the traces of
 * the two-size sweep. bench/measure.h states what the bisection can miss.
 * Probes reduce this, but only trying every size would exclude it.
 */
#include "bench/measure.h"

#include <stdio.h>

enum { STEP = 8, MOST_TIMES_PEAK = 128, RELEASE_ABOVE = 1 << 24, PAIR_BYTES = 128 * 1024 };

/* Replay in an arena of `steps` steps; records a misbehaving allocator in out. */
static bool completes(const struct trace *trace, const struct candidate *candidate,
                      struct area *area, size_t steps, struct smallest_arena *out)
{
    enum replay_status status = replay(trace, candidate, area, steps * STEP, NULL, out->broken);

    if (status == REPLAY_BROKEN || status == REPLAY_SLOW)
        out->status = status;
    return status == REPLAY_DONE;
}

/* Smallest completing size in (low, high], given that high completes and low does not. */
static size_t bisect(const struct trace *trace, const struct candidate *candidate,
                     struct area *area, size_t low, size_t high, struct smallest_arena *out)
{
    while (high - low > 1 && out->status == REPLAY_DONE) {
        size_t middle = low + (high - low) / 2;

        if (completes(trace, candidate, area, middle, out))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Distances of the probes: a few steps, then up to a sixteenth of the size. */
enum { PROBES = 13, NEAR_PROBES = 5 };

static size_t probe_distance(size_t steps, unsigned probe)
{
    static const unsigned char near[NEAR_PROBES] = {1, 2, 3, 4, 8};

    return probe < NEAR_PROBES ? near[probe] : steps * (probe - NEAR_PROBES + 1) / 128;
}

/* Try sizes below *high that the bisection skipped, and continue from any that completes. */
static void probe_below(const struct trace *trace, const struct candidate *candidate,
                        struct area *area, size_t *high, struct smallest_arena *out)
{
    size_t floor = (trace->peak_live_bytes - 1) / STEP;

    for (unsigned probe = 0; probe < PROBES && out->status == REPLAY_DONE; probe++) {
        size_t distance = probe_distance(*high, probe);

        if (distance == 0 || distance >= *high - floor)
            continue;
        if (completes(trace, candidate, area, *high - distance, out)) {
            size_t low = *high - floor > 2 * distance ? *high - 2 * distance : floor;

            *high = bisect(trace, candidate, area, low, *high - distance, out);
            out->improved++;
        }
    }
}

void find_smallest_arena(const struct trace *trace, const struct candidate *candidate,
                         struct area *area, struct smallest_arena *out)
{
    size_t low = (trace->peak_live_bytes - 1) / STEP;
    size_t high = low + 8;
    size_t most = area->bytes / STEP;

    if (most / MOST_TIMES_PEAK > high)
        most = high * MOST_TIMES_PEAK;
    *out = (struct smallest_arena){.status = REPLAY_DONE};
    while (!completes(trace, candidate, area, high, out) && out->status == REPLAY_DONE) {
        if (high >= most) {
            out->status = REPLAY_REFUSED;
            area_release(area);
            return;
        }
        low = high;
        high = high * 5 / 4 + 8 < most ? high * 5 / 4 + 8 : most;
    }
    high = bisect(trace, candidate, area, low, high, out);
    probe_below(trace, candidate, area, &high, out);
    for (unsigned probe = 0; probe < PROBES && out->status == REPLAY_DONE; probe += 2)
        if (!completes(trace, candidate, area, high + probe_distance(high, probe), out))
            out->holes++;
    out->bytes = high * STEP;
    if (out->bytes > RELEASE_ABOVE)
        area_release(area);
}

size_t largest_first_block(const struct candidate *candidate, struct area *area, size_t arena_bytes)
{
    size_t low = 0;
    size_t high = arena_bytes + 1;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct mem_allocator_options options = {.largest_request = middle};
        struct session session;
        bool granted = session_begin(&session, candidate, area, arena_bytes, 1, &options);

        if (granted) {
            granted = session_alloc(&session, 0, middle);
            granted = session_end(&session) && granted;
        }
        if (granted)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t pair_count(size_t small, size_t large)
{
    size_t count = PAIR_BYTES / (small + large);

    return count < 32 ? 32 : count > 600 ? 600 : count;
}

static size_t a_little_larger(size_t bytes)
{
    return bytes + (bytes + 7) / 8;
}

static void finish(struct trace *trace)
{
    size_t bad_op;
    const char *why;

    if (!trace_finish(trace, &bad_op, &why))
        fprintf(stderr, "bench: pair trace is wrong at %zu: %s\n", bad_op, why);
}

void make_pair_trace(struct trace *trace, size_t small, size_t large, bool large_first)
{
    size_t count = pair_count(small, large);
    char name[64];

    snprintf(name, sizeof(name), "pair-%zu-%zu", small, large);
    trace_start(trace, name);
    for (uint32_t i = 0; i < count; i++) {
        trace_add(trace, TRACE_ALLOC, 2 * i, large_first ? large : small);
        trace_add(trace, TRACE_ALLOC, 2 * i + 1, large_first ? small : large);
    }
    for (uint32_t i = 0; i < count; i++)
        trace_add(trace, TRACE_FREE, 2 * i + !large_first, 0);
    for (uint32_t i = 0; i < count; i++)
        trace_add(trace, TRACE_ALLOC, 2 * i + !large_first, a_little_larger(large));
    finish(trace);
}

void make_pair_ceiling(struct trace *trace, size_t small, size_t large)
{
    size_t count = pair_count(small, large);

    trace_start(trace, "pair-ceiling");
    for (uint32_t i = 0; i < count; i++) {
        trace_add(trace, TRACE_ALLOC, 2 * i, small);
        trace_add(trace, TRACE_ALLOC, 2 * i + 1, a_little_larger(large));
    }
    finish(trace);
}
