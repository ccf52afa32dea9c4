/* SPDX-License-Identifier: MIT */
/*
 * Where a request is cut from a free block, and what remains: exact fits, remainders of the
 * smallest block and below, and the average of requests that decides which end is cut.
 */
#include "heap_test.h"

enum { BLOCK_BYTES = 512, SMALLEST_BYTES = 16 };

/* Code for size inserts all blocks as the second. */
#ifdef HEAP_TEST_SMALL
#define REST_IS_SECOND 1
#else
#define REST_IS_SECOND 0
#endif

/* The request that takes a block of exactly `size` bytes. */
static size_t request_for(size_t size)
{
    return size - 4 - EXTRA;
}

static size_t free_bytes(const struct mem_heap *heap)
{
    struct mem_heap_stats stats;

    mem_heap_stats(heap, &stats);
    return stats.free_bytes;
}

/*
 * A heap of three adjacent blocks in rising order, and of others that leave no room. Most requests
 * were for `usual` bytes, so smaller ones are cut from the back.
 */
static struct mem_heap *full_heap(unsigned char *blocks[3], size_t usual)
{
    struct mem_heap *heap = mem_heap_init(arena, 8192, &config);

    assert_non_null(heap);
    (void)mem_heap_free(heap, mem_heap_alloc(heap, usual));
    for (size_t i = 0; i < 3; i++)
        blocks[i] = mem_heap_alloc(heap, request_for(BLOCK_BYTES));
    if (blocks[0] > blocks[2]) {
        unsigned char *highest = blocks[0];

        blocks[0] = blocks[2];
        blocks[2] = highest;
    }
    for (size_t i = 0; i < 2; i++)
        assert_ptr_equal(blocks[i] + BLOCK_BYTES, blocks[i + 1]);
    for (size_t bytes = 2 * usual; bytes > 0;) {
        bytes /= 2;
        while (mem_heap_alloc(heap, bytes) != NULL)
            ;
    }
    assert_in_range(free_bytes(heap), 0, EXTRA); /* the debug presets cannot use every rest */
    return heap;
}

/* A block grows backwards until it has taken the block before whole, and no further. */
void test_realloc_backwards_fits_exactly(void **state)
{
    (void)state;
    for (size_t beyond = 0; beyond < 2; beyond++) {
        unsigned char *blocks[3];
        struct mem_heap *heap = full_heap(blocks, 1);
        size_t left = free_bytes(heap);

        blocks[1][0] = 0x5c;
        assert_int_equal(mem_heap_free(heap, blocks[0]), MEM_OK);
        unsigned char *moved =
            mem_heap_realloc(heap, blocks[1], request_for(2 * BLOCK_BYTES) + beyond);

        assert_ptr_equal(moved, beyond == 0 ? blocks[0] : NULL);
        assert_int_equal(blocks[1 - (moved != NULL)][0], 0x5c);
        assert_int_equal(free_bytes(heap), beyond == 0 ? left : left + BLOCK_BYTES);
        assert_sound(heap);
    }
}

enum way { FROM_FRONT, FROM_BACK, GROWN, SHRUNK, WAYS };

/* Take all but `rest` bytes of the middle block, which is free except where it shrinks. */
static void leave_rest(enum way way, size_t rest)
{
    unsigned char *blocks[3];
    struct mem_heap *heap = full_heap(blocks, way == FROM_BACK ? 3000 : 1);
    size_t expected = free_bytes(heap) + (rest < SMALLEST_BYTES ? 0 : rest);
    unsigned char *block;

    if (way != SHRUNK)
        assert_int_equal(mem_heap_free(heap, blocks[1]), MEM_OK);
    if (way == GROWN)
        block = mem_heap_realloc(heap, blocks[0], request_for(2 * BLOCK_BYTES - rest));
    else if (way == SHRUNK)
        block = mem_heap_realloc(heap, blocks[1], request_for(BLOCK_BYTES - rest));
    else
        block = mem_heap_alloc(heap, request_for(BLOCK_BYTES - rest));
    assert_sound(heap);
    assert_ptr_equal(block, way == GROWN                                 ? blocks[0]
                            : way == FROM_BACK && rest >= SMALLEST_BYTES ? blocks[1] + rest
                                                                         : blocks[1]);
    if (free_bytes(heap) != expected)
        fail_msg("way %d: %zu of %zu bytes remain", (int)way, free_bytes(heap), rest);
}

/* The same in the wilderness, all of which one request takes. */
static void leave_rest_of_wilderness(size_t rest)
{
    struct mem_heap *heap = fresh();

    assert_non_null(mem_heap_alloc(heap, request_for(free_bytes(heap) - rest)));
    assert_int_equal(free_bytes(heap), rest < SMALLEST_BYTES ? 0 : rest);
    assert_sound(heap);
}

/* The smallest block remains as a free one. Less than that remains with the block. */
void test_smallest_remainder(void **state)
{
    (void)state;
    for (size_t rest = 0; rest <= 48; rest += MEM_HEAP_ALIGN) {
        for (enum way way = FROM_FRONT; way < WAYS; way++)
            leave_rest(way, rest);
        leave_rest_of_wilderness(rest);
    }
}

/* In front of an aligned block, the smallest block suffices, too. */
void test_smallest_front_of_aligned(void **state)
{
    unsigned found = 0;

    (void)state;
    for (size_t before = 64; before < 128; before += MEM_HEAP_ALIGN) {
        struct mem_heap *heap = fresh();

        (void)mem_heap_alloc(heap, request_for(before));
        unsigned char *free_one = mem_heap_alloc(heap, 1000);

        (void)mem_heap_free(heap, free_one);
        unsigned char *block = mem_heap_aligned_alloc(heap, 64, 100);

        assert_non_null(block);
        assert_true(block == free_one || block >= free_one + SMALLEST_BYTES);
        assert_true(block < free_one + SMALLEST_BYTES + 64);
        found += block == free_one + SMALLEST_BYTES;
        assert_sound(heap);
    }
    assert_int_equal(found, 1); /* of the distances to a multiple of 64 */
}

static bool is_cut_from_back(const struct mem_heap *heap, const void *block)
{
    struct mem_heap_block found;

    assert_non_null(block);
    assert_true(mem_heap_inspect(heap, block, &found));
    bool free_before = found.has_before && !found.before_used;
    bool free_behind = found.has_after && !found.after_used;

    assert_true(free_before != free_behind);
    return free_before;
}

static bool is_small(struct mem_heap *heap, size_t bytes)
{
    return is_cut_from_back(heap, mem_heap_alloc(heap, bytes));
}

/* The average follows the requests that the wilderness serves, downwards and upwards. */
void test_average_is_followed(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);

    (void)state;
    assert_true(is_small(heap, 1000)); /* the first one sets it, and does not exceed it */
    assert_true(is_small(heap, 1000));
    assert_false(is_small(heap, 1001));
    assert_true(is_small(heap, 400));
    for (size_t i = 0; i < 80; i++)
        assert_true(is_small(heap, 40));
    assert_false(is_small(heap, 400));
    for (size_t i = 0; i < 60; i++)
        assert_false(is_small(heap, 600));
    assert_true(is_small(heap, 400));
    assert_sound(heap);
}

/* Requests that a bin serves do not change it. */
void test_average_ignores_bins(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);

    (void)state;
    assert_true(is_small(heap, 1000));
    void *hole = mem_heap_alloc(heap, 40);

    assert_non_null(mem_heap_alloc(heap, 40));
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(mem_heap_free(heap, hole), MEM_OK);
        assert_ptr_equal(mem_heap_alloc(heap, 40), hole);
    }
    assert_true(is_small(heap, 800));
    assert_sound(heap);
}

/* A block that used blocks keep apart from others. */
static void *alone(struct mem_heap *heap, size_t bytes)
{
    void *block = mem_heap_alloc(heap, bytes);

    assert_non_null(block);
    assert_non_null(mem_heap_alloc(heap, bytes));
    return block;
}

/*
 * When less than 1/16 of the arena is left of the wilderness, it becomes a free block like others.
 * From then on, free blocks above it are cut from the back, those below from the front. Once the
 * heap is empty, it has a wilderness again.
 */
void test_frontier(void **state)
{
    static void *blocks[sizeof arena / 900 + 1];
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);
    size_t count;

    (void)state;
    (void)mem_heap_free(heap, mem_heap_alloc(heap, 500));
    void *low = alone(heap, request_for(1024)); /* below the wilderness */
    void *high = alone(heap, request_for(256)); /* above */

    assert_true((char *)low < (char *)high);
    for (size_t bytes = 900; bytes > 0; bytes /= 2)
        while (mem_heap_alloc(heap, bytes) != NULL)
            ;
    assert_int_equal(mem_heap_free(heap, low), MEM_OK);
    assert_int_equal(mem_heap_free(heap, high), MEM_OK);
    assert_true(is_small(heap, request_for(160)));
    assert_false(is_small(heap, request_for(320)));
    assert_sound(heap);

    heap = mem_heap_init(arena, sizeof arena, &config);
    for (count = 0; (blocks[count] = mem_heap_alloc(heap, 900)) != NULL; count++)
        ;
    while (count > 0)
        assert_int_equal(mem_heap_free(heap, blocks[--count]), MEM_OK);
    assert_false(is_small(heap, 900)); /* the first one, whatever its size */
    assert_false(is_small(heap, 1000));
    assert_true(is_small(heap, 100));
    assert_int_equal(mem_heap_free(heap, alone(heap, request_for(1024))), MEM_OK);
    assert_false(is_small(heap, request_for(320))); /* no frontier any more */
    assert_sound(heap);
}

/* What is left of a block becomes the first of its bin, a block that is freed the second. */
void test_order_of_bin(void **state)
{
    struct mem_heap *heap = fresh();
    void *same[3];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        same[i] = alone(heap, request_for(256));
    unsigned char *larger = alone(heap, request_for(256 + 304));

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mem_heap_free(heap, same[i]), MEM_OK);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(256)), same[0]);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(256)), same[2]);
    if (REST_IS_SECOND)
        return;
    assert_int_equal(mem_heap_free(heap, larger), MEM_OK);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(304)), larger);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(256)), larger + 304);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(256)), same[1]);
    assert_sound(heap);
}

/* A request tries two blocks of its class before it goes to the next one. */
void test_second_try(void **state)
{
    struct mem_heap *heap = fresh();
    void *too_small = alone(heap, request_for(1232));
    void *enough = alone(heap, request_for(1264));
    void *next_class = alone(heap, request_for(1400));

    (void)state;
    assert_int_equal(mem_heap_free(heap, too_small), MEM_OK);
    assert_int_equal(mem_heap_free(heap, enough), MEM_OK);
    assert_int_equal(mem_heap_free(heap, next_class), MEM_OK);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(1248)), enough);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(1248)), next_class);
    assert_ptr_equal(mem_heap_alloc(heap, request_for(1232)), too_small);
    assert_sound(heap);
}

/* Whether a request takes, of holes of three sizes (0: none), the one that is wanted. */
static bool takes(size_t usual, size_t size, size_t near, size_t awkward, size_t far, size_t wanted)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);
    const size_t holes[] = {near, awkward, far};
    unsigned char *at[3] = {NULL};
    bool taken = false;

    (void)mem_heap_free(heap, mem_heap_alloc(heap, usual));
    for (size_t i = 0; i < 3; i++)
        if (holes[i] != 0)
            at[i] = alone(heap, request_for(holes[i]));
    /* The average again, because the holes have changed it. */
    for (size_t i = 0; i < 20; i++)
        assert_non_null(mem_heap_alloc(heap, usual));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mem_heap_free(heap, at[i]), MEM_OK);
    unsigned char *block = mem_heap_alloc(heap, request_for(size));

    for (size_t i = 0; i < 3; i++)
        if (at[i] != NULL && block >= at[i] && block < at[i] + holes[i])
            taken = holes[i] == wanted;
    assert_sound(heap);
    return taken;
}

/*
 * A request above the average takes a hole of twice its size, not one of 1.6 times, whose rest
 * would be too small for the same request; but one of 1.2 times before that. Others take the
 * smallest hole that they find.
 */
void test_leap(void **state)
{
    (void)state;
    for (size_t size = 512; size <= 1024; size *= 2) {
        size_t near = size + size / 8, awkward = size + size / 2 + size / 8, far = 2 * size + 64;

        assert_true(takes(100, size, 0, awkward, far, far));
        assert_true(takes(100, size, near, awkward, far, near));
        near += size / 5;
        near -= near % 16;
        assert_true(takes(100, size, near, awkward, far, near));
        assert_true(takes(100, size, 0, awkward, 0, awkward));
        assert_true(takes(100, size, 0, awkward, 8 * size, awkward));
        assert_true(takes(size, size, 0, awkward, far, awkward));
    }
    /* Not quite twice the size. */
    assert_true(takes(100, 512, 0, 832, 960, 832));
    assert_true(takes(100, 1024, 0, 1664, 2000, 1664));
}
