/* SPDX-License-Identifier: MIT */
/*
 * Refused requests: the out-of-memory hook is called first, sizes larger than
 * any memory are refused, and the lock is always released.
 */
#include "heap_test.h"

#include <string.h>

#ifdef HEAP_TEST_LOCKED
int heap_lock_depth;
unsigned heap_lock_taken;
#endif

struct reserve {
    void *block;
    size_t asked; /* the last request passed to the hook */
    unsigned times;
};

static bool free_reserve(void *context, struct mem_heap *heap, size_t bytes)
{
    struct reserve *reserve = context;
    bool had = reserve->block != NULL;

    reserve->asked = bytes;
    reserve->times++;
    (void)mem_heap_free(heap, reserve->block);
    reserve->block = NULL;
    return had;
}

/* Request, by one of the functions, a size that fits only after the reserve is freed. */
static void *request(struct mem_heap *heap, unsigned how, void *block)
{
    switch (how) {
    case 0:
        return mem_heap_alloc(heap, 2500);
    case 1:
        return mem_heap_aligned_alloc(heap, 64, 2500);
    case 2:
        return mem_heap_calloc(heap, 25, 100);
    default:
        return mem_heap_realloc(heap, block, 2500);
    }
}

void test_out_of_memory_hook(void **state)
{
    struct reserve reserve;
    const struct mem_heap_config hooked = {.out_of_memory = free_reserve, .context = &reserve};
    struct mem_heap_stats stats;

    (void)state;
    for (unsigned how = 0; how < 4; how++) {
        struct mem_heap *heap = mem_heap_init(arena, 4096, &hooked);
        void *small = mem_heap_alloc(heap, 100);

        reserve = (struct reserve){.block = mem_heap_alloc(heap, 3000)};
        assert_non_null(request(heap, how, small)); /* the hook freed its reserve */
        assert_null(reserve.block);
        assert_int_equal(reserve.times, 1);
        assert_in_range(reserve.asked, 2500, 2500 + EXTRA);
        assert_sound(heap);
        small = mem_heap_alloc(heap, 100);
        memset(small, 0x3c, 100);
        assert_null(request(heap, how, small)); /* it has nothing left */
        for (size_t i = 0; i < 100; i++)
            assert_int_equal(((unsigned char *)small)[i], 0x3c);
        assert_int_equal(reserve.times, 2);
        mem_heap_stats(heap, &stats);
        assert_int_equal(stats.failed, 1);
        assert_int_equal(stats.largest_failed, 2500);
        assert_sound(heap);
    }
}

struct cache {
    void *blocks[8];
    size_t left;
    unsigned times;
    size_t inner; /* failed requests of the hook, which called it again */
};

/* Frees one block at a time, and uses the heap itself, with requests that fail too. */
static bool free_one(void *context, struct mem_heap *heap, size_t bytes)
{
    struct cache *cache = context;

    (void)bytes;
#ifdef HEAP_TEST_LOCKED
    assert_int_equal(heap_lock_depth, 0);
#endif
    cache->times++;
    if (cache->inner == 0) {
        cache->inner = 1;
        assert_null(mem_heap_alloc(heap, 4000)); /* the hook is called again and frees a block */
        cache->inner = 2;
        return true;
    }
    if (cache->inner == 1 || cache->left == 0)
        return false;
    assert_int_equal(mem_heap_free(heap, cache->blocks[--cache->left]), MEM_OK);
    (void)mem_heap_free(heap, mem_heap_alloc(heap, 8)); /* fits now */
    assert_sound(heap);
    return true;
}

/*
 * The hook is called again as long as it reports that it helped, and may call
 * the heap like any code.
 */
void test_hook_may_use_the_heap(void **state)
{
    struct cache cache = {.left = 8};
    const struct mem_heap_config hooked = {.out_of_memory = free_one, .context = &cache};
    struct mem_heap *heap = mem_heap_init(arena, 4096, &hooked);
    struct mem_heap_stats stats;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        cache.blocks[i] = mem_heap_alloc(heap, 380);
        assert_non_null(cache.blocks[i]);
    }
    assert_non_null(mem_heap_alloc(heap, 2000)); /* needs several adjacent ones */
    assert_in_range(cache.times, 5, 10);
    assert_in_range(cache.left, 1, 5);
    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.failed, 1); /* the hook's own request */
    assert_int_equal(stats.largest_failed, 4000);
    assert_null(mem_heap_alloc(heap, 3500)); /* all blocks are freed in vain */
    assert_int_equal(cache.left, 0);
    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.failed, 2);
    assert_sound(heap);
}

/* Requests larger than any memory are refused, counted, and recorded as the largest. */
void test_huge_requests(void **state)
{
    static const size_t less[] = {0, 1, 3, 4, 7, 8, 15, 16, 23, 24, 25, 31, 32, 64};

    (void)state;
    for (unsigned how = 0; how < 4; how++) {
        for (size_t i = 0; i < sizeof less / sizeof less[0]; i++) {
            struct mem_heap *heap = fresh();
            size_t bytes = SIZE_MAX - less[i];
            void *block = how == 0   ? mem_heap_alloc(heap, bytes)
                          : how == 1 ? mem_heap_aligned_alloc(heap, 64, bytes)
                          : how == 2 ? mem_heap_calloc(heap, 1, bytes)
                                     : mem_heap_realloc(heap, mem_heap_alloc(heap, 20), bytes);
            struct mem_heap_stats stats;

            assert_null(block);
            mem_heap_stats(heap, &stats);
            assert_int_equal(stats.failed, 1);
            /* 64-bit heaps record 32 bits of it, and report larger values as SIZE_MAX. */
            if (sizeof(size_t) > 4 || less[i] == 0)
                assert_int_equal(stats.largest_failed, SIZE_MAX);
            assert_sound(heap);
        }
    }
}

#ifdef HEAP_TEST_LOCKED
static void assert_locked(unsigned calls)
{
    assert_int_equal(heap_lock_depth, 0);
    assert_int_equal(heap_lock_taken, calls);
}
#endif

/* Every function that changes the heap takes the lock once and releases it, also on failure. */
void test_lock(void **state)
{
    (void)state;
#ifdef HEAP_TEST_LOCKED
    struct mem_heap *heap = fresh();
    unsigned char *b;

    heap_lock_taken = 0;
    b = mem_heap_alloc(heap, 10);
    assert_locked(1);
    assert_null(mem_heap_alloc(heap, SIZE_MAX));
    assert_locked(2);
    b = mem_heap_realloc(heap, b, 20000);
    assert_locked(3);
    assert_null(mem_heap_realloc(heap, b, 200000));
    assert_null(mem_heap_realloc(heap, b + 1, 20));
    assert_locked(5);
    assert_int_equal(mem_heap_free(heap, b), MEM_OK);
    assert_int_equal(mem_heap_free(heap, b), MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, NULL), MEM_OK);
    assert_locked(8);
    b = mem_heap_aligned_alloc(heap, 256, 10);
    assert_null(mem_heap_aligned_alloc(heap, 256, 100000));
    assert_locked(10);
    assert_non_null(mem_heap_calloc(heap, 4, 10));
    assert_locked(11);
    assert_non_null(mem_heap_realloc(heap, NULL, 10));
    assert_locked(12);
    assert_int_equal(mem_heap_add_region(heap, arena, 100), MEM_INVALID);
    assert_locked(13);
#else
    assert_int_equal(MEM_HEAP_LOCKS, 0);
#endif
}
