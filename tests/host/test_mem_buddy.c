/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator: splitting, merging and step counts that a reader can
 * verify by hand, memory of every size, every kind of misuse, overwritten maps
 * and links, and random runs against a model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <mem_buddy.h>

#define THE(name) mem_buddy_##name

/* One block of 1024 bytes, and its map. */
enum { BLOCK_BYTES = 1024, MAP_BYTES = BLOCK_BYTES / 16, HEAP_BYTES = MAP_BYTES + BLOCK_BYTES };

static _Alignas(64) unsigned char memory[65536];
static unsigned char *const base = memory + MAP_BYTES;
static struct mem_buddy heap;

static int setup(void **state)
{
    (void)state;
    return mem_buddy_init(&heap, memory, HEAP_BYTES);
}

static struct mem_buddy_stats stats_now(void)
{
    struct mem_buddy_stats stats;

    mem_buddy_stats(&heap, &stats);
    assert_int_equal(stats.provided + stats.total_free, stats.heap_bytes);
    assert_int_equal(stats.provided, mem_buddy_used_bytes(&heap));
    return stats;
}

#include "teaching_test.h"

static void assert_whole(void)
{
    struct mem_buddy_stats stats = stats_now();

    assert_sound();
    assert_int_equal(stats.used_blocks, 0);
    assert_int_equal(stats.free_blocks, 1);
    assert_int_equal(stats.largest_free, BLOCK_BYTES);
}

static void test_fresh(void **state)
{
    (void)state;
    assert_whole();
    assert_int_equal(stats_now().heap_bytes, BLOCK_BYTES);
    assert_int_equal(stats_now().map_bytes, MAP_BYTES);
    assert_int_equal(stats_now().steps_avg, 0);
}

/* 1024 is halved six times: 16 and 16, 32, 64, 128, 256, 512 remain. */
static void test_splitting(void **state)
{
    (void)state;
    assert_placed(1, base, 7); /* orders 0 to 6 */
    assert_int_equal(stats_now().free_blocks, 6);
    assert_int_equal(stats_now().largest_free, 512);
    assert_placed(16, base + 16, 1);
    assert_placed(17, base + 32, 1);
    assert_placed(0, base + 64, 3); /* no block of 16, none of 32 is left: 64 is split */
    assert_placed(100, base + 128, 1);
    assert_placed(129, base + 256, 1);
    assert_placed(33, base + 512, 4); /* 64, 128 and 256 are used up */
    assert_int_equal(stats_now().steps_max, 7);
    assert_int_equal(stats_now().steps_total, 18);
    assert_int_equal(stats_now().steps_avg, 2);
    assert_int_equal(stats_now().provided, 16 + 16 + 32 + 16 + 128 + 256 + 64);
    assert_null(mem_buddy_alloc(&heap, 257));
    assert_int_equal(stats_now().steps_last, 2); /* 512 and 1024: no block was ever larger */
    assert_int_equal(stats_now().failed, 1);
}

/* A request gets the next power of two. */
static void test_rounding(void **state)
{
    struct mem_buddy_block block;

    for (size_t size = 16; size <= BLOCK_BYTES; size *= 2) {
        for (size_t bytes = size == 16 ? 0 : size / 2 + 1; bytes <= size; bytes++) {
            assert_int_equal(setup(state), 0);
            assert_true(mem_buddy_inspect(&heap, mem_buddy_alloc(&heap, bytes), &block));
            assert_int_equal(block.provided, size);
        }
    }
    assert_int_equal(setup(state), 0);
    assert_null(mem_buddy_alloc(&heap, BLOCK_BYTES + 1));
    assert_null(mem_buddy_alloc(&heap, SIZE_MAX));
    assert_null(mem_buddy_alloc(&heap, SIZE_MAX / 2 + 2));
    assert_null(mem_buddy_alloc(&heap, (size_t)UINT32_MAX));
    assert_whole();
}

static void test_merging(void **state)
{
    static const size_t bytes[4] = {256, 256, 256, 256};

    (void)state;
    free_in_every_order(bytes, assert_whole);
}

/* Neighbours with 512 bytes together, but not buddies. */
static void test_only_buddies_merge(void **state)
{
    unsigned char *blocks[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        blocks[i] = mem_buddy_alloc(&heap, 256);
    assert_null(mem_buddy_alloc(&heap, 1));
    free_block(blocks[1]);
    free_block(blocks[2]);
    assert_int_equal(stats_now().free_blocks, 2);
    assert_int_equal(stats_now().total_free, 512);
    assert_int_equal(stats_now().largest_free, 256);
    assert_null(mem_buddy_alloc(&heap, 257));
    free_block(blocks[3]);
    assert_int_equal(stats_now().largest_free, 512);
    assert_sound();
}

static unsigned bits_in(size_t number)
{
    unsigned count = 0;

    for (; number != 0; number &= number - 1)
        count++;
    return count;
}

/* Memory of every size and alignment is covered by a block for each bit of its number of units. */
static void test_every_memory(void **state)
{
    (void)state;
    assert_int_equal(mem_buddy_init(&heap, NULL, 1000), MEM_INVALID);
    assert_int_equal(mem_buddy_init(&heap, memory, SIZE_MAX), MEM_INVALID);
    for (size_t skew = 0; skew < 17; skew++) {
        size_t pad = (0 - (uintptr_t)(memory + skew)) % 16;

        for (size_t bytes = 0; bytes < 1200; bytes++) {
            size_t usable = bytes < pad ? 0 : bytes - pad;
            size_t units = 0;

            while ((units + 1 + 15) / 16 * 16 + (units + 1) * 16 <= usable)
                units++;
            assert_int_equal(mem_buddy_init(&heap, memory + skew, bytes),
                             units == 0 ? MEM_NO_ROOM : MEM_OK);
            assert_int_equal(stats_now().heap_bytes, 16 * units);
            assert_int_equal(stats_now().free_blocks, bits_in(units));
            assert_sound();
            assert_int_equal(fill_to_the_edges(skew, bytes), units);
        }
    }
}

static void test_misuse(void **state)
{
    int other;
    unsigned char *a = mem_buddy_alloc(&heap, 100);
    unsigned char *b = mem_buddy_alloc(&heap, 100);

    (void)state;
    memset(a, 0x80, 128); /* as a map would have it */
    assert_int_equal(mem_buddy_free(&heap, NULL), MEM_OK);
    assert_int_equal(mem_buddy_free(&heap, &other), MEM_FOREIGN);
    assert_int_equal(mem_buddy_free(&heap, memory), MEM_FOREIGN); /* the map */
    assert_int_equal(mem_buddy_free(&heap, base - 1), MEM_FOREIGN);
    assert_int_equal(mem_buddy_free(&heap, memory + HEAP_BYTES), MEM_FOREIGN);
    for (int i = 1; i < 128; i++)
        assert_int_equal(mem_buddy_free(&heap, a + i), MEM_MISALIGNED);
    assert_null(mem_buddy_realloc(&heap, a + 64, 10));
    assert_int_equal(stats_now().rejected, 4 + 127 + 1);
    assert_int_equal(stats_now().used_blocks, 2);
    assert_sound();

    free_block(b);
    assert_int_equal(mem_buddy_free(&heap, b), MEM_DOUBLE_FREE);
    free_block(a); /* merged with b, and all the others */
    assert_int_equal(mem_buddy_free(&heap, b), MEM_DOUBLE_FREE);
    assert_int_equal(mem_buddy_free(&heap, a), MEM_DOUBLE_FREE);
    assert_int_equal(mem_buddy_free(&heap, a + 1), MEM_DOUBLE_FREE);
    assert_null(mem_buddy_realloc(&heap, b, 5));
    assert_whole();
}

/* Any bit of a block's byte in the map changed: check detects it, and calls do not follow it. */
static void test_overwritten_map(void **state)
{
    (void)state;
    unsigned char *used = mem_buddy_alloc(&heap, 64);
    unsigned char *next = mem_buddy_alloc(&heap, 32);
    unsigned char *const bytes[] = {memory, memory + 4, memory + 6, memory + 8, memory + 32};

    assert_ptr_equal(used, base);
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
        for (int bit = 0; bit < 8; bit++) {
            const void *where = NULL;

            *bytes[i] ^= (unsigned char)(1 << bit);
            assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
            assert_non_null(where);
            if (bit > 2) { /* neither a smaller order nor a larger one of those above */
                int error = mem_buddy_free(&heap, base + (bytes[i] - memory) * 16);

                assert_true(error == MEM_CORRUPT || error == MEM_DOUBLE_FREE);
            }
            *bytes[i] ^= (unsigned char)(1 << bit);
            assert_sound();
        }
    }
    free_block(used);
    free_block(next);
    assert_whole();
}

/* A free block is written to: its links are not followed, and nothing changes. */
static void test_overwritten_links(void **state)
{
    static const uint32_t wild[] = {0, 1, 4, 8, 63, 64, 65, 0x80000000u, 0xfffffff0u, UINT32_MAX};

    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        for (int word = 0; word < 2; word++) {
            assert_int_equal(setup(state), 0);
            unsigned char *a = mem_buddy_alloc(&heap, 64);
            unsigned char *b = mem_buddy_alloc(&heap, 64);
            unsigned char *c = mem_buddy_alloc(&heap, 64);
            unsigned char *d = mem_buddy_alloc(&heap, 64);
            uint32_t sound[2];
            const void *where;

            free_block(d);
            free_block(b); /* b, then d */
            memcpy(sound, b, sizeof sound);
            if (wild[i] == sound[word])
                continue;
            memcpy(b + 4 * word, &wild[i], 4);
            assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
            if (word == 0 && wild[i] == UINT32_MAX)
                continue; /* a shorter list looks sound from its first block */
            assert_int_equal(mem_buddy_free(&heap, a), MEM_CORRUPT); /* b would be merged */
            assert_null(mem_buddy_alloc(&heap, 64));
            assert_null(mem_buddy_realloc(&heap, a, 128));
            assert_non_null(mem_buddy_alloc(&heap, 256)); /* another list */
            memcpy(b, sound, sizeof sound);
            assert_sound();
            free_block(a);
            free_block(c);
        }
    }
}

static void test_check_sees_lists(void **state)
{
    const void *where;

    unsigned char *a = mem_buddy_alloc(&heap, 64);

    heap.used_units++;
    assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, &heap.used_units);
    heap.used_units--;
    assert_sound();
    /* A list that lacks its block, and one with a block too many. */
    uint32_t first = heap.first[2];

    heap.first[2] = UINT32_MAX;
    assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, &heap.first[2]);
    heap.first[2] = first;
    heap.first[1] = first;
    assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, &heap.first[1]);
    heap.first[1] = UINT32_MAX;
    assert_sound();
    /* Two free buddies, consistent otherwise: as if a had been inserted without merging. */
    uint32_t links[2] = {first, UINT32_MAX};

    memcpy(a, links, sizeof links);
    memcpy(base + 64 + 4, &(uint32_t){0}, 4);
    memory[0] = memory[4];
    heap.first[2] = 0;
    heap.used_units = 0;
    assert_int_equal(mem_buddy_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, memory);
    assert_int_equal(setup(state), 0);
}

static void test_resize(void **state)
{
    (void)state;
    unsigned char *a = mem_buddy_realloc(&heap, NULL, 100);

    for (int i = 0; i < 100; i++)
        a[i] = (unsigned char)i;
    assert_ptr_equal(mem_buddy_realloc(&heap, a, 128), a); /* its present size */
    assert_ptr_equal(mem_buddy_realloc(&heap, a, 500), a); /* over two free buddies */
    assert_int_equal(stats_now().provided, 512);
    assert_sound();
    assert_ptr_equal(mem_buddy_realloc(&heap, a, 20), a); /* in place */
    assert_int_equal(stats_now().provided, 32);
    assert_int_equal(stats_now().free_blocks, 5);
    assert_sound();
    unsigned char *b = mem_buddy_alloc(&heap, 32); /* the buddy */
    unsigned char *moved = mem_buddy_realloc(&heap, a, 33);

    assert_ptr_equal(b, a + 32);
    assert_ptr_equal(moved, a + 64);
    for (int i = 0; i < 20; i++)
        assert_int_equal(moved[i], i);
    assert_int_equal(mem_buddy_free(&heap, a), MEM_DOUBLE_FREE);
    /* An upper half cannot grow in place, even if the lower one is free. */
    unsigned char *again = mem_buddy_realloc(&heap, b, 64);

    assert_true(again != b && again != a);
    assert_sound();
    /* No room: the block stays. */
    assert_null(mem_buddy_realloc(&heap, moved, BLOCK_BYTES));
    assert_null(mem_buddy_realloc(&heap, moved, SIZE_MAX));
    assert_int_equal(moved[5], 5);
    assert_ptr_equal(mem_buddy_realloc(&heap, moved, 0), moved);
    free_block(moved);
    free_block(again);
    assert_whole();
}

static void test_inspect(void **state)
{
    struct mem_buddy_block block;

    (void)state;
    unsigned char *a = mem_buddy_alloc(&heap, 30);
    unsigned char *b = mem_buddy_alloc(&heap, 50);

    free_block(a);
    for (int i = 0; i < 64; i++) {
        assert_true(mem_buddy_inspect(&heap, b + i, &block));
        assert_ptr_equal(block.start, b);
        assert_int_equal(block.provided, 64);
        assert_true(block.used && block.has_before && block.has_after);
        assert_false(block.before_used || block.after_used);
        assert_int_equal(block.before, 64);
        assert_int_equal(block.after, 128);
    }
    assert_true(mem_buddy_inspect(&heap, a + 63, &block));
    assert_false(block.used || block.has_before);
    assert_ptr_equal(block.start, a);
    assert_true(mem_buddy_inspect(&heap, base + BLOCK_BYTES - 1, &block));
    assert_false(block.has_after);
    assert_int_equal(block.provided, 512);
    assert_false(mem_buddy_inspect(&heap, base + BLOCK_BYTES, &block));
    assert_false(mem_buddy_inspect(&heap, base - 1, &block));
    assert_false(mem_buddy_inspect(&heap, NULL, &block));
    assert_true(mem_buddy_owns(&heap, base));
    assert_false(mem_buddy_owns(&heap, base - 1));
    assert_false(mem_buddy_owns(&heap, base + BLOCK_BYTES));
}

/* Of more than 4 GiB, 16 bytes less than 4 GiB are used: one block of each order. */
static void test_beyond_4_gib(void **state)
{
    (void)state;
#if SIZE_MAX > UINT32_MAX
    unsigned char *big = map_big_memory();

    assert_int_equal(mem_buddy_init(&heap, big, big_bytes), MEM_OK);
    assert_int_equal(stats_now().heap_bytes, ((size_t)1 << 32) - 16);
    assert_int_equal(stats_now().free_blocks, MEM_BUDDY_ORDERS);
    assert_null(mem_buddy_alloc(&heap, ((size_t)1 << 31) + 1));
    unsigned char *all[MEM_BUDDY_ORDERS];

    for (unsigned order = 0; order < MEM_BUDDY_ORDERS; order++) {
        all[order] = mem_buddy_alloc(&heap, (size_t)16 << order);
        assert_non_null(all[order]);
        all[order][((size_t)16 << order) - 1] = 1;
    }
    assert_null(mem_buddy_alloc(&heap, 0));
    assert_int_equal(mem_buddy_free(&heap, all[27] + ((size_t)1 << 32)), MEM_FOREIGN);
    assert_int_equal(mem_buddy_free(&heap, all[27] + ((size_t)1 << 31) - 1), MEM_MISALIGNED);
    assert_sound();
    for (unsigned order = 0; order < MEM_BUDDY_ORDERS; order++)
        free_block(all[order]);
    assert_int_equal(stats_now().free_blocks, MEM_BUDDY_ORDERS);
    assert_sound();
    assert_int_equal(munmap(big, big_bytes), 0);
#endif
}

static void look(size_t used, size_t requested)
{
    (void)requested;
    assert_int_equal(stats_now().used_blocks, used);
    assert_largest(stats_now().largest_free);
    assert_true(stats_now().steps_max <= 12); /* the largest block is 16 << 11 bytes */
}

static void test_random_against_model(void **state)
{
    (void)state;
    assert_int_equal(mem_buddy_init(&heap, memory + 3, sizeof memory - 3), MEM_OK);
    size_t free_blocks = stats_now().free_blocks;

    run_at_random(40000, look);
    assert_true(stats_now().failed > 40000 / 16 + 100); /* it has been full */
    assert_int_equal(stats_now().free_blocks, free_blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fresh, setup),
        cmocka_unit_test_setup(test_splitting, setup),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test_setup(test_merging, setup),
        cmocka_unit_test_setup(test_only_buddies_merge, setup),
        cmocka_unit_test(test_every_memory),
        cmocka_unit_test_setup(test_misuse, setup),
        cmocka_unit_test_setup(test_overwritten_map, setup),
        cmocka_unit_test(test_overwritten_links),
        cmocka_unit_test_setup(test_check_sees_lists, setup),
        cmocka_unit_test_setup(test_resize, setup),
        cmocka_unit_test_setup(test_inspect, setup),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_beyond_4_gib),
        cmocka_unit_test(test_random_against_model),
    };

    return cmocka_run_group_tests_name("mem_buddy", tests, NULL, NULL);
}
