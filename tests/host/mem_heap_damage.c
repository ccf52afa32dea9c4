/* SPDX-License-Identifier: MIT */
/*
 * Bits flipped anywhere in a heap with blocks and holes of many sizes: the
 * check detects every flip in the heap's own data and ignores those in owners'
 * bytes. Whatever is damaged, functions that only read terminate and stay
 * inside the arena; the sanitizers check this.
 */
#include "heap_test.h"

#include <string.h>

#define BYTES 6000 /* bytes of the arena, all managed by the heap */

/* The use of each byte. */
enum use { OWNERS, UNUSED, HEAPS };

static unsigned char uses[BYTES];

static void mark(const void *from, size_t bytes, enum use use)
{
    memset(uses + ((const unsigned char *)from - arena), use, bytes);
}

static bool mark_block(void *context, const struct mem_heap_block *block)
{
    const unsigned char *start = block->start;

    (void)context;
    if (block->used) {
        /*
         * In the debug presets the redzone belongs to the heap; of a tag only
         * the canary is checked.
         */
        size_t mine = DEBUGGED ? block->requested : block->granted;

        mark(start - TAG, TAG, UNUSED);
        if (DEBUGGED)
            mark(start - 4, 4, HEAPS);
        mark(start, mine, OWNERS);
        mark(start + mine, block->granted - mine, HEAPS);
        start -= TAG;
    } else {
        mark(start, block->granted, UNUSED);
        mark(start, 8, HEAPS); /* links */
        mark(start + block->granted - 4, 4, HEAPS);
    }
    mark(start - 4, 4, HEAPS);
    return true;
}

/*
 * Blocks, holes in many classes, several in one class, and the wilderness. No
 * two blocks are adjacent: a header with the size of both together would be a
 * valid heap with one block less.
 */
static struct mem_heap *make_heap(void)
{
    struct mem_heap *heap;
    void *blocks[36] = {NULL};
    struct mem_heap_stats stats;

    memset(arena, 0, sizeof arena);
    heap = mem_heap_init(arena, BYTES, &config);
    large_from_now(heap);
    for (unsigned i = 0; i < 36; i++)
        blocks[i] = mem_heap_alloc(heap, 24 + 4 * i); /* rising sizes, so they are adjacent */
    for (unsigned i = 0; i < 36; i += 2)
        (void)mem_heap_free(heap, blocks[i]);
    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.used_blocks, 18);
    assert_int_equal(stats.free_blocks, 19);
    memset(uses, UNUSED, sizeof uses);
    assert_true(mem_heap_walk(heap, mark_block, NULL));
    /* Only one bit of the end mark has a meaning. The table's slots come last before the blocks. */
    for (size_t i = 96; i < stats.overhead_bytes - 8 - MEM_HEAP_ALIGN; i++)
        uses[i] = HEAPS;
    return heap;
}

/* All functions that only read; their results do not matter here. */
static void look_everywhere(const struct mem_heap *heap)
{
    struct mem_heap_stats stats;
    struct mem_heap_block block;
    struct mem_heap_why why;

    mem_heap_stats(heap, &stats);
    for (size_t at = 0; at < BYTES; at += 61)
        (void)mem_heap_inspect(heap, arena + at, &block);
    mem_heap_explain(heap, 100, 1, &why);
    mem_heap_explain(heap, 8, 512, &why);
}

/* Bits in the heap's struct that the check must detect, among them one in the map per slot. */
static unsigned count_found_in_struct(const struct mem_heap *heap)
{
    unsigned found = 0;

    for (size_t at = 0; at < 96; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            arena[at] ^= 1u << bit;
            found += mem_heap_check(heap, NULL) != MEM_OK;
            arena[at] ^= 1u << bit;
        }
    }
    return found;
}

void test_damage_is_found(void **state)
{
    struct mem_heap *heap = make_heap();
    struct mem_heap_stats stats;

    (void)state;
    mem_heap_stats(heap, &stats);
    /* The number seen when each had been counted once: none may be missing. */
    assert_in_range(count_found_in_struct(heap), sizeof(void *) == 8 ? 389 : 453, 96 * 8);
    for (size_t at = 96; at < BYTES; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            const void *where;

            arena[at] ^= 1u << bit;
            int error = mem_heap_check(heap, &where);

            if (uses[at] == HEAPS && error != MEM_CORRUPT)
                fail_msg("bit %u at %zu turned unnoticed", bit, at);
            if (uses[at] == OWNERS && error != MEM_OK)
                fail_msg("an owner's bit %u at %zu made the check fail", bit, at);
            assert_true((where == NULL) == (error == MEM_OK));
            arena[at] ^= 1u << bit;
        }
    }
    assert_sound(heap);
    /* The end mark records whether the last block is used. */
    arena[BYTES - 4] ^= 2;
    assert_int_equal(mem_heap_check(heap, NULL), MEM_CORRUPT);
}

void test_damage_is_survived(void **state)
{
    static unsigned char sound[ARENA_BYTES];
    struct mem_heap *heap = make_heap();

    (void)state;
    memcpy(sound, arena, sizeof sound);
    seed_random(5);
    for (unsigned i = 0; i < 4000; i++) {
        /* Every second flip is in the heap's struct and table. */
        size_t at = random_below(i % 2 == 0 ? BYTES : 320) & ~3u;
        uint32_t value = random_below(2) ? random_below(UINT32_MAX) : random_below(2 * BYTES);

        memcpy(arena + at, &value, 4);
        (void)mem_heap_check(heap, NULL);
        look_everywhere(heap);
        memcpy(arena, sound, sizeof sound);
    }
    assert_sound(heap);
}
