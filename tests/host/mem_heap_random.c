/* SPDX-License-Identifier: MIT */
/*
 * Random sequences of all operations, compared with a table of live blocks: no
 * block overlaps another, every byte is where its owner put it, the invariants
 * hold after every operation. Owners write forgeries into their blocks: words
 * copied from anywhere in the heap, including headers, links and footers.
 * Sequences depend only on their seeds, so a failure repeats.
 */
#include "heap_test.h"

#include <stdio.h>
#include <string.h>

#define IDS 48

/* The owners' bytes, at the same offsets as in the arena. */
static unsigned char shadow[ARENA_BYTES];
static unsigned char before[ARENA_BYTES];

static unsigned reasons[MEM_HEAP_NOT_A_REQUEST + 1]; /* how often each error was returned */

struct model {
    struct mem_heap *heap;
    size_t arena_bytes; /* the part of the arena that the heap manages */
    size_t largest;     /* upper limit of requests */
    size_t refused;
    size_t largest_refused;
    unsigned char *block[IDS];
    size_t bytes[IDS];
};

static void assert_contents(const unsigned char *block, const unsigned char *owner_wrote,
                            size_t bytes)
{
    assert_int_equal(memcmp(block, owner_wrote, bytes), 0);
}

/* Words that the heap could mistake for its own if it read them. */
static void write_forgeries(struct model *model, unsigned char *block, size_t bytes)
{
    uint32_t word = 0;

    for (size_t i = 0; i < bytes; i++) {
        if (i % 4 == 0) {
            size_t from = 4 * (size_t)random_below((uint32_t)model->arena_bytes / 4);

            memcpy(&word, arena + from, 4);
            if (random_below(4) == 0)
                word ^= 1u << random_below(32);
        }
        block[i] = (unsigned char)(word >> 8 * (i % 4));
    }
    memcpy(shadow + (block - arena), block, bytes);
}

static void put(struct model *model, unsigned id, unsigned char *block, size_t bytes, size_t align)
{
    assert_int_equal((uintptr_t)block % align, 0);
    assert_in_range((uintptr_t)block, (uintptr_t)arena,
                    (uintptr_t)arena + model->arena_bytes - bytes);
    assert_true(mem_heap_usable_size(model->heap, block) >= bytes);
    for (unsigned other = 0; other < IDS; other++) {
        if (other != id && model->block[other] != NULL)
            assert_true(block + bytes <= model->block[other] ||
                        block >= model->block[other] + model->bytes[other]);
    }
    model->block[id] = block;
    model->bytes[id] = bytes;
    write_forgeries(model, block, bytes);
}

static void note_refusal(struct model *model, size_t bytes)
{
    model->refused++;
    if (bytes > model->largest_refused)
        model->largest_refused = bytes;
}

/*
 * The why report before a request must be correct: whether it will succeed, and
 * the reason if not.
 */
static void assert_reason(const struct mem_heap_why *why, const unsigned char *block)
{
    bool larger = why->free_bytes >= why->asked;

    assert_true((why->reason == MEM_HEAP_FITS) == (block != NULL));
    if (block == NULL && why->reason != MEM_HEAP_NOT_A_REQUEST) {
        assert_true((why->reason == MEM_HEAP_EXHAUSTED) == !larger);
        assert_true((why->reason == MEM_HEAP_FRAGMENTED) ==
                    (larger && why->largest_free < why->asked));
    }
    reasons[why->reason]++;
}

static void take(struct model *model, unsigned id, size_t bytes)
{
    size_t align = MEM_HEAP_ALIGN;
    unsigned kind = random_below(8);
    unsigned char *block;
    struct mem_heap_why why;

    if (kind <= 1)
        align = (size_t)1 << random_below(11);
    mem_heap_explain(model->heap, bytes, align, &why);
    switch (kind) {
    case 0:
    case 1:
        block = mem_heap_aligned_alloc(model->heap, align, bytes);
        break;
    case 2:
        block = mem_heap_calloc(model->heap, bytes, 1);
        for (size_t i = 0; block != NULL && i < bytes; i++)
            assert_int_equal(block[i], 0);
        break;
    case 3:
        block = mem_heap_realloc(model->heap, NULL, bytes);
        break;
    default:
        block = mem_heap_alloc(model->heap, bytes);
    }
    assert_reason(&why, block);
    if (block != NULL)
        put(model, id, block, bytes, align);
    else
        note_refusal(model, bytes);
}

static void resize(struct model *model, unsigned id, size_t bytes)
{
    static unsigned char wrote[ARENA_BYTES];
    unsigned char *old = model->block[id];
    size_t kept = bytes < model->bytes[id] ? bytes : model->bytes[id];
    unsigned char *block;

    memcpy(wrote, old, model->bytes[id]);
    block = mem_heap_realloc(model->heap, old, bytes);
    if (block == NULL) { /* and then nothing has changed */
        note_refusal(model, bytes);
        assert_contents(old, wrote, model->bytes[id]);
        return;
    }
    assert_contents(block, wrote, kept);
    put(model, id, block, bytes, MEM_HEAP_ALIGN);
}

static void give(struct model *model, unsigned id)
{
    if (model->block[id] == NULL)
        return;
    assert_contents(model->block[id], shadow + (model->block[id] - arena), model->bytes[id]);
    assert_int_equal(mem_heap_free(model->heap, model->block[id]), MEM_OK);
    model->block[id] = NULL;
}

static void assert_statistics(const struct model *model)
{
    struct mem_heap_stats stats;
    size_t blocks = 0;
    size_t bytes = 0;

    for (unsigned id = 0; id < IDS; id++) {
        if (model->block[id] == NULL)
            continue;
        blocks++;
        bytes += model->bytes[id];
        assert_contents(model->block[id], shadow + (model->block[id] - arena), model->bytes[id]);
    }
    mem_heap_stats(model->heap, &stats);
    assert_int_equal(stats.used_blocks, blocks);
    assert_true(stats.used_bytes >= bytes && stats.used_bytes <= stats.peak_bytes);
    assert_int_equal(stats.used_bytes, mem_heap_used_bytes(model->heap));
    assert_int_equal(stats.requested, DEBUGGED ? bytes : 0);
    assert_int_equal(stats.failed, model->refused);
    assert_int_equal(stats.largest_failed, model->largest_refused);
}

static void step(struct model *model)
{
    unsigned id = random_below(IDS);
    size_t bytes = random_below(random_below(8) == 0 ? (uint32_t)model->largest : 100);

    if (model->block[id] == NULL)
        take(model, id, bytes);
    else if (random_below(10) < 3)
        resize(model, id, bytes);
    else
        give(model, id);
    assert_sound(model->heap);
    assert_int_equal(reports, 0); /* no owner's data looked like misuse */
}

/* All blocks are freed: the holes have coalesced, and no memory is lost. */
static void finish(struct model *model, size_t regions)
{
    struct mem_heap_stats stats;

    assert_statistics(model);
    for (unsigned id = 0; id < IDS; id++)
        give(model, id);
    mem_heap_stats(model->heap, &stats);
    assert_int_equal(stats.used_bytes, 0);
    assert_int_equal(stats.free_blocks, regions);
    if (regions == 1)
        assert_int_equal(stats.free_bytes, stats.heap_bytes);
    assert_sound(model->heap);
    assert_int_equal(reports, 0);
}

static void start(struct model *model, size_t shift, size_t bytes,
                  const struct mem_heap_config *how)
{
    *model = (struct model){.heap = mem_heap_init(arena + shift, bytes, how),
                            .arena_bytes = shift + bytes,
                            .largest = bytes < 6000 ? bytes / 2 : 3000};
    reports = 0;
}

void test_random(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 150; seed++) {
        struct model model;

        seed_random(seed);
        size_t bytes = 256 + (seed <= 20      ? 8 * (size_t)seed
                              : seed % 5 == 0 ? random_below(60000)
                                              : random_below(5000));

        start(&model, random_below(64), bytes, &config);
        if (model.heap == NULL)
            fail_msg("no heap in %zu bytes, seed %u", bytes, seed);
        for (unsigned i = 0; i < 800; i++) {
            step(&model);
            if (i % 16 == 0)
                assert_statistics(&model);
        }
        finish(&model, 1);
    }
    for (unsigned reason = MEM_HEAP_FITS; reason <= MEM_HEAP_PADDING; reason++)
        if (reasons[reason] == 0)
            fail_msg("never: %s", mem_heap_reason_str((enum mem_heap_reason)reason));
}

void test_random_regions(void **state)
{
    struct mem_heap_config growing = config;

    (void)state;
    growing.capacity_bytes = ARENA_BYTES;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct model model;
        size_t regions = 1;

        seed_random(1000 + seed);
        start(&model, random_below(64), 600 + random_below(3000), &growing);
        assert_non_null(model.heap);
        for (unsigned i = 0; i < 800; i++) {
            if (i % 100 == 50) {
                size_t from = model.arena_bytes + (random_below(3) == 0 ? 0 : random_below(2000));
                size_t bytes = 40 + random_below(4000);
                int error = mem_heap_add_region(model.heap, arena + from, bytes);

                if (bytes >= 128)
                    assert_int_equal(error, MEM_OK);
                if (error == MEM_OK) {
                    regions++;
                    model.arena_bytes = from + bytes;
                }
                assert_sound(model.heap);
            }
            step(&model);
            if (i % 16 == 0)
                assert_statistics(&model);
        }
        finish(&model, regions);
    }
}

/* A refusal may write only to its two counters, in front of the first block. */
static void assert_refusal_changes_nothing(struct model *model, unsigned id)
{
    struct mem_heap_stats was, is;

    mem_heap_stats(model->heap, &was);
    memcpy(before, arena, model->arena_bytes);
    if (model->block[id] == NULL)
        assert_null(mem_heap_alloc(model->heap, model->arena_bytes - 100));
    else
        assert_null(mem_heap_realloc(model->heap, model->block[id], model->arena_bytes - 100));
    note_refusal(model, model->arena_bytes - 100);
    mem_heap_stats(model->heap, &is);
    size_t blocks = (size_t)((unsigned char *)model->heap - arena) + was.overhead_bytes;

    assert_int_equal(memcmp(before + blocks, arena + blocks, model->arena_bytes - blocks), 0);
    assert_int_equal(is.failed, was.failed + 1);
    is.failed = was.failed;
    is.largest_failed = was.largest_failed;
    assert_int_equal(memcmp(&is, &was, sizeof is), 0);
}

/* The same sequence in arenas of every size: each request fails at some size. */
void test_every_arena_size(void **state)
{
    (void)state;
    for (size_t bytes = 192; bytes <= 4096; bytes += 8) {
        struct model model;

        seed_random(7);
        start(&model, bytes % 64, bytes, &config);
        if (model.heap == NULL)
            continue;
        model.largest = 600;
        for (unsigned i = 0; i < 90; i++) {
            step(&model);
            if (i % 10 == 0)
                assert_refusal_changes_nothing(&model, random_below(IDS));
        }
        finish(&model, 1);
    }
}
