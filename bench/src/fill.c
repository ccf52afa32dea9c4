/* SPDX-License-Identifier: MIT */
/*
 * Random actions until the first refusal: how full is the arena then? Talc's
 * "heap efficiency" benchmark asks this (github.com/SFBdragon/talc); the rates
 * and sizes are those of its version 5, in an arena of 128 MiB. For small arenas
 * the sizes are scaled, because a realloc could otherwise ask for more than the
 * whole arena.
 */
#include "bench/measure.h"
#include "bench/random.h"

#include <string.h>

const struct filling fillings[] = {
    {"talc-64KiB", 65536, 128, 200},
    {"talc-250KB", 250000, 500, 100},
    {"talc-128MiB", (size_t)128 << 20, 10000, 20},
    {NULL, 0, 0, 0},
};

enum { REALLOC_TIMES = 10 };

/* Rather small than large: below a limit that is itself random. */
static uint32_t request(uint64_t *random, uint32_t most)
{
    return random_between(random, 4, random_between(random, 16, most - 1) - 1);
}

/* A word for three in four requests, each further doubling for a quarter of the rest. */
static size_t alignment(uint64_t *random)
{
    size_t bytes = sizeof(void *);

    while (bytes < 4096 && random_next(random) % 4 == 0)
        bytes *= 2;
    return bytes;
}

/* The ids that are alive: ids[0 .. count - 1]; the others are dead. */
struct living {
    uint32_t ids[PATTERN_IDS];
    uint32_t count;
};

static bool add(struct session *session, uint64_t *random, uint32_t most, struct living *living)
{
    const struct mem_allocator *allocator = session->candidate->allocator;
    uint32_t id = living->ids[living->count];
    size_t bytes = request(random, most);
    size_t align = alignment(random);
    bool granted;

    if (align <= allocator->alignment)
        granted = session_alloc(session, id, bytes);
    else if (allocator->aligned == NULL)
        granted = session_alloc(session, id, bytes + align);
    else
        granted = session_aligned(session, id, align, bytes);
    living->count += granted;
    return granted && living->count < PATTERN_IDS;
}

/* One random action; false if it was refused. */
static bool act(struct session *session, uint64_t *random, uint32_t most, struct living *living)
{
    uint32_t action = random_below(random, 10);
    uint32_t at;
    uint32_t id;

    if (action < 5)
        return add(session, random, most, living);
    if (living->count == 0)
        return true;
    at = random_below(random, living->count);
    id = living->ids[at];
    if (action > 5)
        return session_resize(session, id, random_between(random, 1, most * REALLOC_TIMES - 1));
    living->ids[at] = living->ids[--living->count];
    living->ids[living->count] = id;
    return session_free(session, id);
}

enum replay_status fill_arena(const struct filling *filling, const struct candidate *candidate,
                              struct area *area, unsigned rounds, bool always_move, double *filled,
                              char *broken)
{
    const struct mem_allocator_options options = {.largest_request =
                                                      filling->most_bytes * REALLOC_TIMES + 4096};
    static struct living living;
    double live = 0;

    for (unsigned round = 0; round < rounds; round++) {
        uint64_t random = random_start(filling->name, round);
        struct session session;

        living.count = 0;
        for (uint32_t i = 0; i < PATTERN_IDS; i++)
            living.ids[i] = i;
        if (!session_begin(&session, candidate, area, filling->arena_bytes, PATTERN_IDS, &options))
            return REPLAY_REFUSED;
        session.always_move = always_move;
        while (act(&session, &random, filling->most_bytes, &living))
            continue;
        live += (double)session.live_bytes;
        if (!session_end(&session)) {
            memcpy(broken, session.broken, sizeof(session.broken));
            return REPLAY_BROKEN;
        }
        if (session.patience.over)
            return REPLAY_SLOW;
    }
    *filled = live / (double)rounds / (double)filling->arena_bytes;
    return REPLAY_DONE;
}
