/* SPDX-License-Identifier: MIT */
/*
 * The families (see bench/families.h). "open": sizes that replace each other at
 * random, in about 100 KB. "lifetimes": the same amounts of memory, where the
 * order of frees has a structure that programs have. "adversarial": sequences
 * in which every allocator loses, without seeds. All are written like programs:
 * no generator knows where a block lies.
 */
#include "bench/families.h"
#include "bench/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sizes: from low to high in steps in `small` of 100 cases, else one of the others, equally often.
 */
enum { OTHERS = 3 };

struct sizes {
    uint32_t (*special)(uint64_t *random); /* NULL, or the whole distribution */
    uint32_t low, high, step, small;
    uint32_t others[OTHERS]; /* 0: there are fewer */
};

struct family;

struct maker {
    struct trace *trace;
    const struct family *family;
    uint64_t random;
    uint32_t ids;
    size_t live_bytes;
    struct item {
        uint32_t id, bytes;
    } * alive;
    size_t count, room;
};

struct family {
    const char *name;
    const char *class_name;
    void (*make)(struct maker *maker);
    struct sizes sizes;
    uint32_t bytes; /* alive, or another amount */
    uint32_t steps;
    bool breathe; /* the load falls to 55 % and rises again, three times */
};

/* --- Steps of all generators */

static uint32_t size_of(struct maker *maker, const struct sizes *sizes)
{
    uint32_t others = 0;

    if (sizes->special != NULL)
        return sizes->special(&maker->random);
    while (others < OTHERS && sizes->others[others] != 0)
        others++;
    if (others > 0 && random_below(&maker->random, 100) >= sizes->small)
        return sizes->others[random_below(&maker->random, others)];
    return sizes->low +
           sizes->step * random_below(&maker->random, (sizes->high - sizes->low) / sizes->step + 1);
}

static uint32_t next_size(struct maker *maker)
{
    return size_of(maker, &maker->family->sizes);
}

/* Allocate; the block is the last of those alive. */
static void take(struct maker *maker, uint32_t bytes)
{
    if (maker->count == maker->room) {
        maker->room = maker->room == 0 ? 1024 : 2 * maker->room;
        maker->alive = realloc(maker->alive, maker->room * sizeof(maker->alive[0]));
        if (maker->alive == NULL) {
            fputs("bench: out of memory\n", stderr);
            exit(2);
        }
    }
    trace_add(maker->trace, TRACE_ALLOC, maker->ids, bytes);
    maker->alive[maker->count++] = (struct item){maker->ids++, bytes};
    maker->live_bytes += bytes;
}

/* Allocate a block that lives to the end and is in no list. */
static void pin(struct maker *maker, uint32_t bytes)
{
    trace_add(maker->trace, TRACE_ALLOC, maker->ids++, bytes);
}

/* Free the block at this place of the list; the order of the others stays. */
static void drop(struct maker *maker, size_t at)
{
    trace_add(maker->trace, TRACE_FREE, maker->alive[at].id, 0);
    maker->live_bytes -= maker->alive[at].bytes;
    maker->count--;
    memmove(&maker->alive[at], &maker->alive[at + 1],
            (maker->count - at) * sizeof(maker->alive[0]));
}

static void resize(struct maker *maker, size_t at, uint32_t bytes)
{
    trace_add(maker->trace, TRACE_REALLOC, maker->alive[at].id, bytes);
    maker->live_bytes += bytes - maker->alive[at].bytes;
    maker->alive[at].bytes = bytes;
}

static void shuffle(struct maker *maker)
{
    for (size_t i = maker->count; i > 1; i--) {
        size_t other = random_below(&maker->random, (uint32_t)i);
        struct item item = maker->alive[other];

        maker->alive[other] = maker->alive[i - 1];
        maker->alive[i - 1] = item;
    }
}

static void free_all(struct maker *maker)
{
    while (maker->count > 0)
        drop(maker, maker->count - 1);
}

/* --- Open families */

/* Every new block displaces others: half of them at random, half rather among the older ones. */
static void replace(struct maker *maker)
{
    const struct family *family = maker->family;

    for (uint32_t step = 0; step < family->steps; step++) {
        bool low = family->breathe && step * 6 / family->steps % 2 == 0;
        size_t most = low ? family->bytes / 100 * 55 : family->bytes;

        while (maker->live_bytes > most) {
            uint64_t place = random_next(&maker->random);

            if (random_next(&maker->random) % 2 == 0)
                place = (place * place) >> 32;
            place = (place * maker->count) >> 32;
            /* As if the list were not ordered: the last takes the place. */
            struct item last = maker->alive[maker->count - 1];

            maker->alive[maker->count - 1] = maker->alive[place];
            maker->alive[place] = last;
            drop(maker, maker->count - 1);
        }
        take(maker, next_size(maker));
    }
}

/* Half of all blocks freed, and the same sizes asked for again in another order, between pins. */
static void near_miss(struct maker *maker)
{
    for (uint32_t i = 0; i < maker->family->bytes; i++) {
        take(maker, next_size(maker));
        pin(maker, 24);
    }
    for (uint32_t round = 0; round < maker->family->steps; round++) {
        size_t half = maker->count / 2;
        struct item *gone;

        shuffle(maker);
        gone = malloc(half * sizeof(*gone));
        for (size_t i = 0; gone != NULL && i < half; i++) {
            gone[i] = maker->alive[maker->count - 1];
            drop(maker, maker->count - 1);
        }
        for (size_t left = half; gone != NULL && left > 0; left--) {
            size_t i = random_below(&maker->random, (uint32_t)left);

            take(maker, gone[i].bytes);
            gone[i] = gone[left - 1];
        }
        free(gone);
    }
}

/* Holes that fit, and on top of their list, freed last, a few that are slightly too small. */
static void lifo_top(struct maker *maker)
{
    enum { TOO_SMALL = 5 };
    uint32_t blocks = maker->family->bytes;
    uint32_t small = maker->family->sizes.low;
    uint32_t large = maker->family->sizes.high;

    for (uint32_t i = 0; i < blocks; i++) {
        take(maker, large);
        pin(maker, random_between(&maker->random, 17, 20));
        pin(maker, small);
        pin(maker, random_between(&maker->random, 17, 20));
    }
    while (maker->count > 0)
        drop(maker, 0);
    for (uint32_t i = 0; i < TOO_SMALL; i++)
        trace_add(maker->trace, TRACE_FREE, 4 * i + 2, 0); /* the small ones are every fourth */
    for (uint32_t i = 0; i < blocks; i++)
        take(maker, large);
}

static uint32_t exponential_100(uint64_t *random)
{
    return 1 + random_exponential(random, 100);
}

static uint32_t lognormal_90(uint64_t *random) /* median e^4.5 = 90, deviation 1.2 */
{
    uint32_t bytes = random_lognormal(random, 294912, 78643);

    return bytes > 20000 ? 20000 : bytes;
}

static uint32_t about_powers(uint64_t *random)
{
    static const int off[] = {0, 8, -4};
    uint32_t power = 8u << random_below(random, 9);

    return (uint32_t)((int)power + off[random_below(random, 3)]);
}

/* --- Lifetimes */

static void fifo(struct maker *maker)
{
    for (uint32_t step = 0; step < maker->family->steps; step++) {
        while (maker->live_bytes > maker->family->bytes)
            drop(maker, 0);
        take(maker, next_size(maker));
    }
}

/* A walk of pushes and pops: blocks are freed in the reverse order, mostly. */
static void stack(struct maker *maker)
{
    for (uint32_t step = 0; step < maker->family->steps; step++) {
        uint32_t run = 1 + random_below(&maker->random, 40);
        bool up = random_next(&maker->random) % 2 == 0;

        for (uint32_t i = 0; i < run; i++)
            if (up && maker->live_bytes < maker->family->bytes)
                take(maker, next_size(maker));
            else if (!up && maker->count > 0)
                drop(maker, maker->count - 1);
    }
}

/* Every block in ten lives until the end or the middle; the others form a short queue. */
static void long_and_short(struct maker *maker)
{
    enum { QUEUE = 24 };
    size_t old = 0; /* alive[0 .. old - 1] are the long-lived ones */

    for (uint32_t step = 0; step < maker->family->steps; step++) {
        take(maker, next_size(maker));
        if (random_below(&maker->random, 10) == 0) {
            struct item item = maker->alive[maker->count - 1];

            memmove(&maker->alive[old + 1], &maker->alive[old],
                    (maker->count - 1 - old) * sizeof(item));
            maker->alive[old++] = item;
        }
        while (maker->count - old > QUEUE)
            drop(maker, old);
        while (maker->live_bytes > maker->family->bytes && old > 0) {
            drop(maker, random_below(&maker->random, (uint32_t)old));
            old--;
        }
    }
}

/* Batches of work: nine in ten blocks of a batch end with it, the rest four batches later. */
static void generations(struct maker *maker)
{
    for (uint32_t batch = 0; batch < maker->family->steps; batch++) {
        size_t begin = maker->count;
        size_t bytes = maker->live_bytes;

        while (maker->live_bytes - bytes < maker->family->bytes)
            take(maker, next_size(maker));
        for (size_t at = begin; at < maker->count;)
            if (random_below(&maker->random, 10) != 0)
                drop(maker, at);
            else
                at++;
        /* What is left of the fourth batch before this one is about a tenth of a batch. */
        while (maker->live_bytes > maker->family->bytes / 10 * 4)
            drop(maker, 0);
    }
}

/* Buffers of text that grow by half, by realloc, until they are as long as they get. */
static void growing_strings(struct maker *maker)
{
    enum { STRINGS = 64 };

    for (uint32_t step = 0; step < maker->family->steps; step++) {
        uint32_t at = random_below(&maker->random, STRINGS);

        if (maker->count < STRINGS) {
            take(maker, next_size(maker));
        } else if (random_below(&maker->random, 8) == 0 || maker->alive[at].bytes > 4000) {
            drop(maker, at);
            take(maker, next_size(maker));
        } else {
            resize(maker, at, maker->alive[at].bytes * 3 / 2 + 1);
        }
    }
}

/* Lines that are edited: each realloc makes one a little longer or shorter. */
static void edited_lines(struct maker *maker)
{
    for (uint32_t i = 0; i < maker->family->bytes; i++)
        take(maker, next_size(maker));
    for (uint32_t step = 0; step < maker->family->steps; step++) {
        uint32_t at = random_below(&maker->random, (uint32_t)maker->count);
        uint32_t bytes = maker->alive[at].bytes;
        uint32_t change = 1 + random_below(&maker->random, 24);

        resize(maker, at,
               random_next(&maker->random) % 2 == 0 && bytes > change ? bytes - change
                                                                      : bytes + change);
    }
}

/* Hash tables: nodes come and go, and each table of pointers is replaced by one of twice the size.
 */
static void tables(struct maker *maker)
{
    for (uint32_t table = 0; table < maker->family->steps; table++) {
        uint32_t slots = 16;
        size_t begin = maker->count;

        take(maker, slots * 8);
        for (uint32_t nodes = 0; nodes < 600; nodes++) {
            take(maker, next_size(maker));
            if (nodes > slots) {
                slots *= 2;
                take(maker, slots * 8);
                drop(maker, begin);
                /* The new table is the first again. */
                struct item item = maker->alive[maker->count - 1];

                memmove(&maker->alive[begin + 1], &maker->alive[begin],
                        (maker->count - 1 - begin) * sizeof(item));
                maker->alive[begin] = item;
            }
        }
        /* Tables and nodes go in any order, until the load is as it was. */
        shuffle(maker);
        while (maker->live_bytes > maker->family->bytes)
            drop(maker, maker->count - 1);
    }
}

/* Phases of a program: first small blocks, then middle-sized, then large; one in ten stays. */
static void phases(struct maker *maker)
{
    static const uint32_t low[] = {16, 200, 1000};
    static const uint32_t high[] = {64, 300, 1500};

    for (uint32_t phase = 0; phase < maker->family->steps; phase++) {
        uint32_t kind = phase % 3;

        while (maker->live_bytes < maker->family->bytes)
            take(maker, random_between(&maker->random, low[kind], high[kind]));
        shuffle(maker);
        while (maker->live_bytes > maker->family->bytes / 10)
            drop(maker, maker->count - 1);
    }
}

/* Connections: a struct, some small blocks, one buffer; all freed together, connections at random.
 */
static void connections(struct maker *maker)
{
    enum { PARTS = 8, MOST = 64 };

    for (uint32_t step = 0; step < maker->family->steps; step++) {
        if (maker->count >= MOST * PARTS) {
            size_t first = random_below(&maker->random, MOST) * PARTS;

            for (uint32_t i = 0; i < PARTS; i++)
                drop(maker, first);
        }
        take(maker, 232);
        for (uint32_t i = 0; i < PARTS - 2; i++)
            take(maker, next_size(maker));
        take(maker, random_next(&maker->random) % 4 == 0 ? 4096 : 512);
    }
}

/* Descriptors that stay in use, and buffers in a ring, of which some are finished out of order. */
static void ring(struct maker *maker)
{
    for (uint32_t step = 0; step < maker->family->steps; step++) {
        while (maker->live_bytes > maker->family->bytes)
            drop(maker, random_below(&maker->random, 8));
        take(maker, next_size(maker));
        if (step % 64 == 0)
            pin(maker, 48);
    }
}

static uint32_t pareto_24(uint64_t *random) /* half of what exceeds a size exceeds its double */
{
    uint32_t chance = random_next(random) >> 12 | 1; /* of 2^20 */
    uint32_t bytes = (24u << 20) / chance;

    return bytes > 8000 ? 8000 : bytes;
}

static uint32_t exponential_200(uint64_t *random)
{
    return 8 + random_exponential(random, 200);
}

/* --- Adversarial families */

/* Every second block of one size freed, then blocks that fit into no hole. */
static void comb(struct maker *maker)
{
    uint32_t bytes = maker->family->sizes.low;

    for (uint32_t i = 0; i < maker->family->bytes; i++) {
        take(maker, bytes);
        pin(maker, bytes);
    }
    while (maker->count > 0)
        drop(maker, 0);
    for (uint32_t i = 0; i < maker->family->bytes; i++)
        take(maker, maker->family->sizes.high);
}

/*
 * Robson's programs without knowledge of addresses ("Bounds for some functions
 * concerning dynamic storage allocation", 1974): the size doubles, and of the
 * blocks of each size every second one stays.
 */
static void doubling(struct maker *maker)
{
    for (uint32_t bytes = 16; bytes <= 4096; bytes *= 2) {
        size_t first = maker->count;

        while (maker->live_bytes + bytes <= maker->family->bytes)
            take(maker, bytes);
        for (size_t at = first; at < maker->count; at++)
            drop(maker, at);
        /* Room for the next size, from the older ones. */
        for (size_t at = 0; at < first && at < maker->count; at++)
            drop(maker, at);
    }
}

/* One block grows by realloc, and after each step a small one takes the place behind it. */
static void staircase(struct maker *maker)
{
    take(maker, 512);
    for (uint32_t step = 0; step < maker->family->steps; step++) {
        resize(maker, 0, maker->alive[0].bytes + maker->family->sizes.low);
        take(maker, maker->family->sizes.high);
        if (maker->count > 2)
            drop(maker, 1);
    }
}

/* Sizes climb, each round frees all of the last round but every fourth. */
static void climb(struct maker *maker)
{
    size_t stay = 0;

    for (uint32_t bytes = 24; bytes < 2000; bytes += bytes / 3) {
        while (maker->live_bytes + bytes <= maker->family->bytes)
            take(maker, bytes);
        for (size_t at = stay; at < maker->count;) {
            for (uint32_t i = 0; i < 3 && at < maker->count; i++)
                drop(maker, at);
            at++;
        }
        stay = maker->count;
    }
    free_all(maker);
}

#define RANGE(low, high, step)      \
    {                               \
        NULL, low, high, step, 100, \
        {                           \
            0, 0, 0                 \
        }                           \
    }
#define ONE_OF(...)       \
    {                     \
        NULL, 0, 0, 1, 0, \
        {                 \
            __VA_ARGS__   \
        }                 \
    }
#define MIXED(low, high, small, ...) \
    {                                \
        NULL, low, high, 1, small,   \
        {                            \
            __VA_ARGS__              \
        }                            \
    }
#define SPECIAL(function)       \
    {                           \
        function, 0, 0, 1, 100, \
        {                       \
            0, 0, 0             \
        }                       \
    }

static const struct family families[] = {
    {"pair-60-4000", "open", replace, ONE_OF(60, 4000), 100000, 20000, false},
    {"pair-20-1500", "open", replace, ONE_OF(20, 1500), 100000, 20000, false},
    {"packets-16..64-1514", "open", replace, MIXED(16, 64, 50, 1514), 100000, 20000, false},
    {"packets-600-1514", "open", replace, MIXED(16, 64, 50, 600, 1514), 100000, 20000, false},
    {"triple-32-256-2048", "open", replace, ONE_OF(32, 256, 2048), 100000, 20000, false},
    {"nine-24-one-4096", "open", replace, MIXED(24, 24, 90, 4096), 100000, 30000, false},
    {"uniform-1..64", "open", replace, RANGE(1, 64, 1), 24000, 20000, true},
    {"uniform-8..512", "open", replace, RANGE(8, 512, 1), 60000, 20000, true},
    {"uniform-512..640", "open", replace, RANGE(512, 632, 8), 120000, 20000, true},
    {"exponential-100", "open", replace, SPECIAL(exponential_100), 40000, 20000, true},
    {"lognormal", "open", replace, SPECIAL(lognormal_90), 120000, 20000, true},
    {"powers-of-two", "open", replace, SPECIAL(about_powers), 120000, 20000, true},
    {"near-1024..1280", "open", near_miss, RANGE(1024, 1272, 8), 800, 6, false},
    {"near-512..640", "open", near_miss, RANGE(512, 632, 8), 800, 6, false},
    {"lifo-top", "open", lifo_top, RANGE(516, 628, 112), 600, 0, false},

    {"fifo-16..512", "lifetimes", fifo, RANGE(16, 512, 1), 60000, 15000, false},
    {"fifo-exponential-200", "lifetimes", fifo, SPECIAL(exponential_200), 60000, 15000, false},
    {"stack-8..400", "lifetimes", stack, RANGE(8, 400, 1), 80000, 800, false},
    {"long-short-8..256", "lifetimes", long_and_short, RANGE(8, 256, 1), 50000, 15000, false},
    {"long-short-40-900", "lifetimes", long_and_short, ONE_OF(40, 900), 80000, 15000, false},
    {"generations-16..300", "lifetimes", generations, RANGE(16, 300, 1), 40000, 60, false},
    {"strings-8..40", "lifetimes", growing_strings, RANGE(8, 40, 1), 0, 12000, false},
    {"lines-0..80", "lifetimes", edited_lines, RANGE(1, 80, 1), 800, 12000, false},
    {"tables-24..48", "lifetimes", tables, RANGE(24, 48, 8), 60000, 25, false},
    {"phases", "lifetimes", phases, RANGE(0, 0, 1), 60000, 45, false},
    {"connections-16..96", "lifetimes", connections, RANGE(16, 96, 1), 0, 2500, false},
    {"ring-512-1536", "lifetimes", ring, ONE_OF(512, 1536), 60000, 10000, false},
    {"pareto-24", "lifetimes", replace, SPECIAL(pareto_24), 80000, 20000, true},

    {"comb-64-72", "adversarial", comb, RANGE(64, 72, 8), 800, 0, false},
    {"comb-256-264", "adversarial", comb, RANGE(256, 264, 8), 200, 0, false},
    {"comb-1000-1200", "adversarial", comb, RANGE(1000, 1200, 200), 100, 0, false},
    {"doubling-64K", "adversarial", doubling, RANGE(16, 16, 1), 65536, 0, false},
    {"climb-64K", "adversarial", climb, RANGE(24, 24, 1), 65536, 0, false},
    {"staircase-128", "adversarial", staircase, RANGE(128, 128, 1), 0, 250, false},
    {"staircase-24-200", "adversarial", staircase, RANGE(24, 200, 1), 0, 600, false},
};

enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

bool family_name(size_t index, const char **name, const char **class_name, bool *seeded)
{
    if (index >= FAMILIES)
        return false;
    *name = families[index].name;
    *class_name = families[index].class_name;
    *seeded = strcmp(*class_name, "adversarial") != 0;
    return true;
}

bool family_make(struct trace *trace, const char *name, uint64_t seed)
{
    const char *class_name;
    const char *found;
    const char *why;
    size_t bad_op;
    bool seeded;
    char full[64];

    for (size_t i = 0; family_name(i, &found, &class_name, &seeded); i++) {
        struct maker maker = {.trace = trace, .family = &families[i]};

        if (strcmp(found, name) != 0)
            continue;
        maker.random = random_start(name, seed);
        if (seeded)
            snprintf(full, sizeof(full), "%s-s%llu", name, (unsigned long long)seed);
        else
            snprintf(full, sizeof(full), "%s", name);
        trace_start(trace, full);
        families[i].make(&maker);
        free(maker.alive);
        if (!trace_finish(trace, &bad_op, &why)) {
            fprintf(stderr, "bench: family %s is wrong at %zu: %s\n", name, bad_op, why);
            exit(2);
        }
        return true;
    }
    return false;
}
