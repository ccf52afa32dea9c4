/* SPDX-License-Identifier: MIT */
/*
 * Adversarial patterns: workloads designed to find an allocator's longest
 * paths. They continue when the arena is full, so the same pattern is tight in
 * a small arena and loose under a budget. They prove nothing: a longer path may
 * exist that no pattern and no trace takes.
 */
#include "bench/measure.h"

#include <stdint.h>

enum { BIG_ENOUGH = 1 << 30 };

/* xorshift32 (Marsaglia, "Xorshift RNGs", 2003): the same sequence everywhere. */
static uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return x;
}

/* About the same number of requests in each octave from 1 byte to 2^octaves. */
static size_t random_size(uint32_t *state, unsigned octaves)
{
    size_t top = (size_t)1 << (next_random(state) % octaves);

    return top + next_random(state) % top;
}

static bool fine(const struct session *session)
{
    return session->broken[0] == '\0' && !session->patience.over;
}

/* Allocate ids from `first` on until refused; returns the end of the ids taken. */
static uint32_t fill_up(struct session *session, uint32_t first, size_t bytes)
{
    uint32_t id = first;

    while (id < PATTERN_IDS && session_alloc(session, id, bytes))
        id++;
    return id;
}

static void free_every(struct session *session, uint32_t first, uint32_t end, uint32_t stride)
{
    for (uint32_t id = first; id < end && fine(session); id += stride)
        if (session_alive(session, id))
            session_free(session, id);
}

/* As many holes as the arena can have, all of one size, then slightly larger requests. */
static void comb(struct session *session)
{
    static const size_t sizes[] = {8, 16, 24, 40, 64, 120, 256, 500, 1024};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && fine(session); i++) {
        uint32_t end = fill_up(session, 0, sizes[i]);

        free_every(session, 0, end, 2);
        for (uint32_t k = 1; k <= 16 && end + k < PATTERN_IDS && fine(session); k++)
            session_alloc(session, end + k, sizes[i] + k);
        free_every(session, 0, end, 1);
        free_every(session, end, end + 17 < PATTERN_IDS ? end + 17 : PATTERN_IDS, 1);
    }
}

/* Holes of every size at once, separated by live blocks, then a request above each of them. */
static void classes(struct session *session)
{
    for (size_t step = 8; step <= 64 && fine(session); step *= 2) {
        uint32_t end = 0;

        for (size_t bytes = step; bytes < BIG_ENOUGH && end + 1 < PATTERN_IDS; bytes += step) {
            if (!session_alloc(session, end, bytes) || !session_alloc(session, end + 1, 8))
                break;
            end += 2;
        }
        free_every(session, 0, end, 2);
        for (uint32_t id = 0; id < end && fine(session); id += 2)
            session_alloc(session, id, (id / 2 + 1) * step + 1);
        for (uint32_t id = end; id > 0 && fine(session); id--)
            if (session_alive(session, id - 1))
                session_free(session, id - 1);
        free_every(session, 0, PATTERN_IDS, 1);
    }
}

/* Binary growth: pairs, one of each freed, and the next round asks for twice the size. */
static void growth(struct session *session)
{
    uint32_t used = 0;

    for (size_t bytes = 8; bytes <= 65536 && fine(session); bytes *= 2) {
        uint32_t first = used;

        used = fill_up(session, used, bytes);
        free_every(session, first, used, 2);
        for (uint32_t id = first; id < used && fine(session); id += 4)
            session_alloc(session, id, bytes * 2 - 8);
        if (used + 1024 > PATTERN_IDS)
            break;
    }
    free_every(session, 0, used, 1);
}

/* Sizes rise in steps and fall again; frees find free blocks on both sides. */
static void sawtooth(struct session *session)
{
    for (size_t step = 8; step <= 2048 && fine(session); step *= 4) {
        uint32_t end = 0;

        for (uint32_t i = 0; end < PATTERN_IDS; i++) {
            size_t tooth = i % 64 < 32 ? i % 64 : 63 - i % 64;

            if (!session_alloc(session, end, (tooth + 1) * step))
                break;
            end++;
        }
        free_every(session, 0, end, 4);
        free_every(session, 2, end, 4);
        free_every(session, 1, end, 4);
        for (uint32_t id = 1; id < end && fine(session); id += 4)
            session_alloc(session, id, (id % 97 + 1) * step);
        free_every(session, 0, end, 1);
    }
}

/* A full arena freed in FIFO order, in LIFO order, and from both ends. */
static void drain(struct session *session)
{
    uint32_t seed = 0x1234567;

    for (unsigned round = 0; round < 6 && fine(session); round++) {
        uint32_t end = 0;

        while (end < PATTERN_IDS && session_alloc(session, end, random_size(&seed, 6 + round)))
            end++;
        for (uint32_t i = 0; i < end && fine(session); i++) {
            uint32_t id = round % 3 == 0   ? i
                          : round % 3 == 1 ? end - 1 - i
                          : i % 2 == 0     ? i / 2
                                           : end - 1 - i / 2;

            session_free(session, id);
        }
    }
}

/* A nearly full arena under random requests, reallocs and aligned requests. */
static void churn(struct session *session)
{
    uint32_t seed = 0xbadcab1e;

    for (unsigned i = 0; i < 20000 && fine(session); i++) {
        uint32_t id = next_random(&seed) % 2048;
        size_t bytes = random_size(&seed, 11);

        if (!session_alive(session, id) && i % 8 == 0)
            session_aligned(session, id, (size_t)16 << (next_random(&seed) % 6), bytes);
        else if (!session_alive(session, id))
            session_alloc(session, id, bytes);
        else if (i % 4 == 0)
            session_resize(session, id, bytes);
        else
            session_free(session, id);
    }
    free_every(session, 0, 2048, 1);
}

const struct pattern patterns[] = {
    {"comb", "every second block of one size freed, then requests that just miss", comb},
    {"classes", "one hole of every size, then a request just above each", classes},
    {"growth", "pairs with one freed, the next round asks for twice the size", growth},
    {"sawtooth", "sizes climb and fall, frees merge on both sides", sawtooth},
    {"drain", "full arenas drained first in, last in, and from both ends", drain},
    {"churn", "random sizes, reallocs and aligned requests in a full arena", churn},
    {NULL, NULL, NULL},
};

bool run_pattern(const struct pattern *pattern, const struct candidate *candidate,
                 struct area *area, size_t arena_bytes, size_t budget_bytes, struct counts *counts,
                 bool *slow, char *broken)
{
    const struct mem_allocator_options options = {.largest_request = 4096};
    struct session session;

    if (!session_begin(&session, candidate, area, arena_bytes, PATTERN_IDS, &options))
        return true;
    session.counts = counts;
    session.budget_bytes = budget_bytes;
    /* An allocator without an arena would never refuse a request. */
    if (!candidate->bounded && budget_bytes == 0)
        session.budget_bytes = arena_bytes;
    pattern->run(&session);
    if (session.patience.over)
        *slow = true;
    if (session_end(&session))
        return true;
    for (size_t i = 0; i < sizeof(session.broken); i++)
        broken[i] = session.broken[i];
    return false;
}
