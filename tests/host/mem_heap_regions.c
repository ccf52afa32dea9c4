/* SPDX-License-Identifier: MIT */
/*
 * Heaps of several regions: which regions may be added, the gaps between them,
 * and arenas so large that offsets do not reach their end.
 */
#include "heap_test.h"

#include <string.h>
#include <sys/mman.h>

/* The distance from the end mark to the first payload of the next region, at most. */
#define LARGEST_GAP (0x1ffffff8u & ~(MEM_HEAP_ALIGN - 1u))
/* The smallest block that a request takes. */
#define SMALLEST_USED ((DEBUGGED ? EXTRA + 4 + MEM_HEAP_ALIGN - 1 : 16) & ~(MEM_HEAP_ALIGN - 1u))

void test_regions(void **state)
{
    const struct mem_heap_config growing = {.capacity_bytes = ARENA_BYTES};
    struct mem_heap *heap = mem_heap_init(arena + 100, 1000, &growing);

    (void)state;
    assert_non_null(heap);
    assert_null(mem_heap_alloc(heap, 8000));
    assert_int_equal(mem_heap_add_region(heap, NULL, 1000), MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, arena, 50), MEM_INVALID); /* below */
    assert_int_equal(mem_heap_add_region(heap, arena + 2000, 8), MEM_NO_ROOM);
    memset(arena + 1100, 0xee, 20000 - 1100); /* memory of another owner */
    assert_int_equal(mem_heap_add_region(heap, arena + 20001, 10000), MEM_OK);
    assert_sound(heap);
    void *block = mem_heap_alloc(heap, 8000);

    assert_non_null(block);
    assert_in_range((uintptr_t)block, (uintptr_t)arena + 20001, (uintptr_t)arena + 30001 - 8000);
    for (size_t i = 1104; i < 20000; i++)
        assert_int_equal(arena[i], 0xee);
    /* The gap belongs to no block. */
    struct mem_heap_block found;

    assert_false(mem_heap_inspect(heap, arena + 5000, &found));
    for (size_t i = 1090; CHECKED && i < 1112; i++) {
        if (((uintptr_t)arena + i) % 8 == 0)
            assert_int_not_equal(mem_heap_free(heap, arena + i), MEM_OK);
    }
    if (CHECKED)
        assert_int_equal(mem_heap_free(heap, arena + 1100 / MEM_HEAP_ALIGN * MEM_HEAP_ALIGN + TAG),
                         MEM_FOREIGN);
    assert_int_equal(mem_heap_free(heap, block), MEM_OK);
    assert_sound(heap);
}

/* Every region that the contract allows is accepted, and no other; a refusal changes nothing. */
void test_region_limits(void **state)
{
    static const struct mem_heap_config growing = {.capacity_bytes = 8192};
    struct mem_heap *heap = mem_heap_init(arena + 100, 1000, &growing);
    const uintptr_t end = ((uintptr_t)arena + 1100) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    static unsigned char all[ARENA_BYTES];

    (void)state;
    assert_non_null(heap);
    memcpy(all, arena, sizeof all);
    for (uintptr_t back = 1; back < 1200; back++) /* in the arena, and before it */
        assert_int_equal(mem_heap_add_region(heap, (void *)(end - back), 4000), MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, (void *)end, SIZE_MAX - 8), MEM_INVALID);
    assert_int_not_equal(mem_heap_add_region(heap, (void *)end, UINTPTR_MAX - end), MEM_OK);
    for (uintptr_t below = 0; below < 64; below++)
        assert_int_not_equal(mem_heap_add_region(heap, (void *)(UINTPTR_MAX - below), below),
                             MEM_OK);
    assert_int_equal(mem_heap_add_region(heap, (void *)(end + LARGEST_GAP - 3), 4000), MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, (void *)end, 8192 + 64), MEM_INVALID);
    for (size_t bytes = 0; bytes < MEM_HEAP_ALIGN + SMALLEST_USED; bytes++)
        assert_int_equal(mem_heap_add_region(heap, (void *)end, bytes), MEM_NO_ROOM);
    assert_int_equal(memcmp(all, arena, sizeof all), 0);
    /* Directly adjacent, and as large as announced; then with a gap. */
    assert_int_equal(mem_heap_add_region(heap, (void *)end, 8192), MEM_OK);
    assert_int_equal(mem_heap_add_region(heap, arena + 20001, 8192), MEM_OK);
    assert_int_equal(mem_heap_add_region(heap, arena + 15000, 1000), MEM_INVALID); /* too late */
    assert_sound(heap);
    /* Requests up to the largest: what the why report says about each is correct. */
    for (size_t bytes = 7900; bytes < 8200; bytes++) {
        struct mem_heap_why why;

        mem_heap_explain(heap, bytes, 64, &why);
        void *block = mem_heap_aligned_alloc(heap, 64, bytes);

        assert_true((why.reason == MEM_HEAP_FITS) == (block != NULL));
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
    }
    assert_non_null(mem_heap_alloc(heap, 8192 - 100));
    assert_non_null(mem_heap_alloc(heap, 8192 - 100));
    assert_sound(heap);
    /* Without a configured limit, regions may be nearly as large as the arena. */
    heap = mem_heap_init(arena, 8192, NULL);
    assert_int_equal(mem_heap_add_region(heap, arena + 10000, 8192 - 600), MEM_OK);
    assert_sound(heap);
}

/* The smallest region serves one request. */
void test_smallest_region(void **state)
{
    static const struct mem_heap_config growing = {.capacity_bytes = 8192};

    (void)state;
    for (size_t shift = 0; shift < 16; shift++) {
        struct mem_heap *heap = mem_heap_init(arena, 1024, &growing);
        size_t bytes = 0;

        while (mem_heap_alloc(heap, 0) != NULL)
            ;
        while (mem_heap_add_region(heap, arena + 2048 + shift, bytes) == MEM_NO_ROOM)
            bytes++;
        assert_in_range(bytes, SMALLEST_USED + 4, SMALLEST_USED + 4 + 2 * (MEM_HEAP_ALIGN - 1));
        unsigned char *block = mem_heap_alloc(heap, 0);

        assert_true(block > arena + 2048 + shift && block < arena + 2048 + shift + bytes);
        assert_null(mem_heap_alloc(heap, 0));
        assert_sound(heap);
    }
}

/* A capacity beyond the limit of a region's end counts as that limit. */
void test_capacity_beyond_limit(void **state)
{
    static const size_t capacities[] = {0x72fffff8u,  0x73000000u,         0xfffffff0u,
                                        SIZE_MAX - 8, SIZE_MAX / 2 + 4097, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        const struct mem_heap_config growing = {.capacity_bytes = capacities[i]};
        struct mem_heap *heap = mem_heap_init(arena, 1024, &growing);

        assert_non_null(heap);
        assert_int_equal(mem_heap_add_region(heap, arena + 2048, 32768), MEM_OK);
        assert_non_null(mem_heap_alloc(heap, 32000));
        assert_null(mem_heap_alloc(heap, 0x72f00000));
        assert_sound(heap);
    }
}

/* The gap between two regions is not merged with a block. */
void test_region_neighbours(void **state)
{
    static const struct mem_heap_config growing = {.capacity_bytes = 8192};

    (void)state;
    for (size_t gap = 0; gap < 100; gap += 25) {
        struct mem_heap *heap = mem_heap_init(arena, 1024, &growing);
        struct mem_heap_block block;

        assert_int_equal(mem_heap_add_region(heap, arena + 1024 + gap, 1024), MEM_OK);
        assert_true(mem_heap_inspect(heap, arena + 1000, &block));
        assert_false(block.has_before || block.has_after);
        assert_true(mem_heap_inspect(heap, arena + 1024 + gap + 500, &block));
        assert_false(block.has_before || block.has_after);
    }
}

/* An arena beyond the reach of offsets, and a region that would end there. Touches a few pages. */
void test_huge_arena(void **state)
{
    (void)state;
#if UINTPTR_MAX > 0xffffffffu
    const size_t bytes = (size_t)3 << 30;
    struct mem_heap_stats stats;
    char *memory;

    if (DEBUGGED) /* they would fill all of it with poison */
        return;
    memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    struct mem_heap *heap = mem_heap_init(memory, bytes, NULL);

    assert_non_null(heap);
    mem_heap_stats(heap, &stats);
    assert_in_range(stats.heap_bytes, (size_t)0x72f00000, (size_t)0x73000000);
    char *block = mem_heap_alloc(heap, (size_t)0x72f00000);

    assert_non_null(block);
    block[0x72efffff] = 1;
    assert_null(mem_heap_alloc(heap, (size_t)0x7fffffff));
    assert_sound(heap);
    assert_int_equal(mem_heap_free(heap, block), MEM_OK);
    assert_sound(heap);
    /* All of 1.8 GiB is in use now; or less, if the region ends earlier. */
    assert_int_equal(mem_heap_add_region(heap, memory + 0x73100000, 1 << 20), MEM_INVALID);
    heap = mem_heap_init(memory, (size_t)0x60000000, NULL);
    size_t most = (size_t)((char *)heap - memory) + 0x72fffff8 - 0x70000000;

    most -= (0x70000000 + most) % MEM_HEAP_ALIGN;
    assert_int_equal(mem_heap_add_region(heap, memory + 0x70000000, most + MEM_HEAP_ALIGN),
                     MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, memory + 0x70000000, most), MEM_OK);
    assert_sound(heap);
    heap = mem_heap_init(memory, (size_t)0x10000000, NULL);
    char *end = memory + 0x10000000 + LARGEST_GAP; /* with the first header, 4 bytes before */

    assert_int_equal(mem_heap_add_region(heap, end - 3, 1 << 20), MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, end - 4, 1 << 20), MEM_OK);
    assert_sound(heap);
    assert_int_equal(munmap(memory, bytes), 0);
#endif
}
