/* SPDX-License-Identifier: MIT */
/*
 * The heap, function by function: results, errors, and that a failure changes
 * nothing. Invariants are checked after every step. Random sequences and misuse
 * have their own files (heap_test.h).
 */
#include "heap_test.h"

#include <stdio.h>
#include <string.h>

unsigned char arena[ARENA_BYTES] __attribute__((aligned(64)));
struct mem_heap_misuse last;
unsigned reports;

static void note(void *context, const struct mem_heap_misuse *misuse)
{
    (void)context;
    last = *misuse;
    reports++;
}

const struct mem_heap_config config = {.report = note};

void large_from_now(struct mem_heap *heap)
{
    (void)mem_heap_free(heap, mem_heap_alloc(heap, 1));
}

struct mem_heap *fresh(void)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);

    assert_non_null(heap);
    large_from_now(heap);
    reports = 0;
    return heap;
}

void assert_sound(const struct mem_heap *heap)
{
    const void *where = NULL;

    assert_int_equal(mem_heap_check(heap, &where), MEM_OK);
    assert_null(where);
}

static uint32_t random_state;

void seed_random(uint32_t seed)
{
    random_state = seed * 2654435761u + 1;
}

uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/* Every base and size: no heap, or a valid one that allocates and writes nothing outside. */
static void try_arena(size_t shift, size_t bytes, size_t *smallest)
{
    struct mem_heap *heap;
    void *block;

    memset(arena, 0xee, 800);
    heap = mem_heap_init(arena + shift, bytes, NULL);
    if (heap != NULL) {
        if (*smallest == 0 || bytes < *smallest)
            *smallest = bytes;
        assert_sound(heap);
        block = mem_heap_alloc(heap, 0);
        assert_non_null(block); /* otherwise there would be no heap */
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
        block = mem_heap_alloc(heap, 1);
        if (block != NULL) {
            assert_in_range((uintptr_t)block, (uintptr_t)arena + shift,
                            (uintptr_t)arena + shift + bytes - 1);
            memset(block, 0xff, mem_heap_usable_size(heap, block));
            assert_int_equal(mem_heap_free(heap, block), MEM_OK);
        }
        while ((block = mem_heap_alloc(heap, 8)) != NULL)
            memset(block, 0x55, 8);
        assert_sound(heap);
    }
    for (size_t i = 0; i < shift; i++)
        assert_int_equal(arena[i], 0xee);
    for (size_t i = shift + bytes; i < 800; i++)
        assert_int_equal(arena[i], 0xee);
}

static void test_init(void **state)
{
    size_t smallest = 0;

    (void)state;
    for (size_t bytes = 0; bytes < 8; bytes++)
        assert_null(mem_heap_init(NULL, bytes, NULL));
    assert_null(mem_heap_init(NULL, 4096, NULL));
    assert_null(mem_heap_init(NULL, SIZE_MAX, &config));
    assert_null(mem_heap_init(arena, 0, NULL));
    assert_null(mem_heap_init(arena, 64, NULL));
    assert_null(mem_heap_init(arena, SIZE_MAX, NULL)); /* wraps round */
    assert_null(mem_heap_init((void *)(UINTPTR_MAX - 2), 2, NULL));
    assert_null(mem_heap_init((void *)UINTPTR_MAX, 0, NULL));
    for (size_t bytes = 0; bytes <= 600; bytes++) {
        for (size_t shift = 0; shift < 64; shift++)
            try_arena(shift, bytes, &smallest);
    }
    assert_in_range(smallest, 1, 256);
}

/*
 * Arenas up to a page, by the size of table that regions need: a heap whose smallest request is
 * served, or none. None is made only where a full table takes most of the arena.
 */
static void test_init_serves_a_request(void **state)
{
    static const size_t capacities[] = {0, 1000, SIZE_MAX};
    struct mem_heap_config growing = config;

    (void)state;
    for (size_t i = 0; i < 3 * 16 * 4097; i++) {
        size_t shift = i / 3 % 16;
        size_t bytes = i / 3 / 16;

        growing.capacity_bytes = capacities[i % 3];
        struct mem_heap *heap = mem_heap_init(arena + shift, bytes, &growing);

        if (heap == NULL) {
            assert_true(bytes < (i % 3 == 2 ? 672 : i % 3 == 1 ? 352 : 272));
            continue;
        }
        unsigned char *block = mem_heap_alloc(heap, 0);

        if (block == NULL || block < arena + shift || block >= arena + shift + bytes)
            fail_msg("%zu bytes at %zu: no block", bytes, shift);
        assert_sound(heap);
    }
}

static void test_small_arena_is_useful(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, 256, NULL);
    size_t count = 0;

    (void)state;
    assert_non_null(heap);
    while (mem_heap_alloc(heap, 8) != NULL)
        count++;
    assert_true(count >= (DEBUGGED ? 1 : 3));
    assert_sound(heap);
}

static void test_fixed_cost(void **state)
{
    struct mem_heap_stats stats;

    (void)state;
    mem_heap_stats(fresh(), &stats);
    printf("# fixed cost of a 64 KiB arena: %zu bytes\n", stats.overhead_bytes);
    assert_in_range(stats.overhead_bytes, 1, 480);
    assert_int_equal(stats.free_blocks, 1);
    assert_int_equal(stats.used_bytes, 0);
}

static void test_sizes(void **state)
{
    struct mem_heap *heap = fresh();
    void *a = mem_heap_alloc(heap, 0);
    void *b = mem_heap_alloc(heap, 0);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    assert_null(mem_heap_alloc(heap, SIZE_MAX));
    assert_null(mem_heap_alloc(heap, SIZE_MAX - 3));
    assert_null(mem_heap_alloc(heap, ARENA_BYTES));
    assert_null(mem_heap_calloc(heap, SIZE_MAX / 2, 3));
    assert_null(mem_heap_calloc(heap, SIZE_MAX / 8 + 2, 8)); /* wraps round to 8 */
    assert_null(mem_heap_calloc(heap, 8, SIZE_MAX / 8 + 2));
    assert_null(mem_heap_aligned_alloc(heap, 64, SIZE_MAX - 70));
    assert_null(mem_heap_realloc(heap, a, SIZE_MAX));
    assert_int_equal(mem_heap_free(heap, NULL), MEM_OK);
    assert_int_equal(mem_heap_usable_size(heap, NULL), 0);
    assert_sound(heap);
    for (size_t bytes = 1; bytes < 5000; bytes = bytes * 5 / 4 + 1) {
        void *block = mem_heap_alloc(heap, bytes);

        assert_non_null(block);
        assert_true(mem_heap_usable_size(heap, block) >= bytes);
        assert_int_equal((uintptr_t)block % MEM_HEAP_ALIGN, 0);
        memset(block, 0xa5, mem_heap_usable_size(heap, block));
        assert_sound(heap);
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
    }
    struct mem_heap_stats stats;

    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.used_blocks, 2);
    assert_int_equal(stats.largest_failed, SIZE_MAX);
    assert_true(stats.failed >= 4);
    assert_true(stats.peak_bytes > stats.used_bytes);
}

static void test_alignments(void **state)
{
    static unsigned char big[400000];
    struct mem_heap *heap = mem_heap_init(big, sizeof big, NULL);
    struct mem_heap_why why;

    (void)state;
    assert_null(mem_heap_aligned_alloc(heap, 0, 8));
    assert_null(mem_heap_aligned_alloc(heap, 24, 8));
    for (size_t align = 65535; align <= 65537; align += 2)
        assert_null(mem_heap_aligned_alloc(heap, align, 8));
    for (size_t align = 131072; align != 0; align *= 2)
        assert_null(mem_heap_aligned_alloc(heap, align, 8));
    mem_heap_explain(heap, 8, 131072, &why);
    assert_int_equal(why.reason, MEM_HEAP_NOT_A_REQUEST);
    mem_heap_explain(heap, 8, 65536, &why);
    assert_int_equal(why.reason, MEM_HEAP_FITS);
    for (size_t align = 1; align <= 65536; align *= 2) {
        void *small = mem_heap_alloc(heap, 40);
        void *block = mem_heap_aligned_alloc(heap, align, 100);

        assert_non_null(block);
        assert_int_equal((uintptr_t)block % align, 0);
        memset(block, 1, 100);
        assert_sound(heap);
        assert_int_equal(mem_heap_free(heap, small), MEM_OK);
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
        assert_sound(heap);
    }
    assert_int_equal(mem_heap_used_bytes(heap), 0);
}

static void test_zeroed_blocks(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned char *block = mem_heap_alloc(heap, 500);

    (void)state;
    memset(block, 0xff, 500);
    (void)mem_heap_free(heap, block);
    block = mem_heap_calloc(heap, 50, 10);
    assert_non_null(block);
    for (size_t i = 0; i < 500; i++)
        assert_int_equal(block[i], 0);
}

static void test_realloc_in_place(void **state)
{
    struct mem_heap *heap = fresh();
    /* Large ones are cut from the front, so they are adjacent. */
    unsigned char *a = mem_heap_alloc(heap, 1000);
    unsigned char *b = mem_heap_alloc(heap, 1000);
    unsigned char *c = mem_heap_alloc(heap, 1000);

    (void)state;
    memset(b, 0x42, 1000);
    assert_ptr_equal(mem_heap_realloc(heap, b, 500), b);  /* shrinks */
    assert_ptr_equal(mem_heap_realloc(heap, b, 1000), b); /* grows into the remainder */
    (void)mem_heap_free(heap, c);
    assert_ptr_equal(mem_heap_realloc(heap, b, 1800), b); /* forwards */
    assert_sound(heap);
    c = mem_heap_alloc(heap, 60000 - 4000); /* perhaps no block behind b any more */
    (void)mem_heap_free(heap, a);
    unsigned char *moved = mem_heap_realloc(heap, b, 2700);

    assert_non_null(moved);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(moved[i], i < 500 ? 0x42 : moved[i]);
    assert_sound(heap);
    assert_null(mem_heap_realloc(heap, moved, 65000)); /* fails, and changes nothing */
    for (size_t i = 0; i < 500; i++)
        assert_int_equal(moved[i], 0x42);
    assert_ptr_equal(mem_heap_realloc(heap, NULL, 0) != NULL, 1);
    assert_sound(heap);
}

static void test_realloc_backwards(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, 4096, NULL);
    unsigned char *a, *b;
    void *rest;

    (void)state;
    large_from_now(heap);
    a = mem_heap_alloc(heap, 1000);
    b = mem_heap_alloc(heap, 1000);
    while ((rest = mem_heap_alloc(heap, 200)) != NULL || (rest = mem_heap_alloc(heap, 8)) != NULL)
        ;
    memset(b, 0x17, 1000);
    (void)mem_heap_free(heap, a);
    unsigned char *moved = mem_heap_realloc(heap, b, 1900);

    assert_ptr_equal(moved, a); /* there was no other place */
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(moved[i], 0x17);
    assert_sound(heap);
}

/*
 * A resized block is placed where it can grow, whatever its size, and does not
 * change the limit of small sizes.
 */
static void test_resized_are_placed_like_large(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);
    char *large = mem_heap_alloc(heap, 400); /* from now on 400 bytes are small */
    char *low = mem_heap_alloc(heap, 4000);
    char *first = mem_heap_alloc(heap, 50);
    char *middle = mem_heap_alloc(heap, 50);
    char *third = mem_heap_alloc(heap, 50);

    (void)state;
    /* Small ones come from the back. */
    assert_true(low < third && third < middle && middle < first && first < large + 60000);
    middle = mem_heap_realloc(heap, middle, 300);
    assert_true(middle > low && middle < low + 4200);
    assert_true((char *)mem_heap_alloc(heap, 40) > middle + 20000);
    assert_true((char *)mem_heap_alloc(heap, 300) > middle + 20000);
    assert_sound(heap);
}

static bool note_largest(void *context, const struct mem_heap_block *block)
{
    size_t *most = context;

    if (!block->used && block->granted > *most)
        *most = block->granted;
    return true;
}

static void test_largest_free(void **state)
{
    struct mem_heap *heap = fresh();
    struct mem_heap_stats stats;
    void *blocks[20];
    size_t most = 0;

    (void)state;
    mem_heap_stats(heap, &stats);
    assert_null(mem_heap_alloc(heap, stats.largest_free + 1));
    assert_non_null(mem_heap_alloc(heap, stats.largest_free));
    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.largest_free, 0);
    assert_int_equal(stats.free_blocks, 0);
    heap = fresh();
    for (size_t i = 0; i < 20; i++)
        blocks[i] = mem_heap_alloc(heap, 2000 + 100 * i);
    for (size_t i = 0; i < 20; i += 3)
        (void)mem_heap_free(heap, blocks[i]);
    mem_heap_stats(heap, &stats);
    assert_true(mem_heap_walk(heap, note_largest, &most));
    assert_int_equal(stats.largest_free, most - EXTRA);
    assert_int_equal(stats.free_blocks, 8);
}

static bool count_visit(void *context, const struct mem_heap_block *block)
{
    size_t *counts = context;

    counts[block->used]++;
    return true;
}

static void test_looking(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned char *a = mem_heap_alloc(heap, 1000);
    unsigned char *b = mem_heap_alloc(heap, 2000);
    struct mem_heap_block block;
    size_t counts[2] = {0, 0};

    (void)state;
    assert_true(mem_heap_walk(heap, count_visit, counts));
    assert_int_equal(counts[1], 2);
    assert_int_equal(counts[0], 1);
    assert_true(mem_heap_inspect(heap, b + 1999, &block));
    assert_ptr_equal(block.start, b);
    assert_true(block.used);
    assert_true(block.granted >= 2000);
    assert_true(block.has_before && block.before_used && block.before >= 1000);
    assert_true(block.has_after && !block.after_used && block.after > 60000);
    assert_true(mem_heap_inspect(heap, a, &block));
    assert_true(block.has_after && block.after_used && !block.has_before);
    assert_in_range(block.after, 2000, 2000 + 32);
    assert_false(mem_heap_inspect(heap, b - 1, &block)); /* its header */
    assert_false(mem_heap_inspect(heap, NULL, &block));
    assert_false(mem_heap_inspect(heap, (void *)UINTPTR_MAX, &block));
    assert_false(mem_heap_inspect(heap, arena, &block));
    (void)mem_heap_free(heap, a);
    assert_true(mem_heap_inspect(heap, a, &block));
    assert_false(block.used);
    assert_false(block.has_before);
}

static void test_why(void **state)
{
    struct mem_heap *heap = fresh();
    void *blocks[60];
    struct mem_heap_why why;

    (void)state;
    for (size_t i = 0; i < 60; i++)
        blocks[i] = mem_heap_alloc(heap, 1000);
    while (mem_heap_alloc(heap, 400) != NULL || mem_heap_alloc(heap, 8) != NULL)
        ;
    mem_heap_explain(heap, 30000, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_EXHAUSTED);
    for (size_t i = 0; i < 60; i += 2)
        (void)mem_heap_free(heap, blocks[i]);
    mem_heap_explain(heap, 5000, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_FRAGMENTED);
    assert_true(why.free_bytes >= 30000 && why.largest_free >= 1000 && why.largest_free < 5000);
    mem_heap_explain(heap, 900, 1024, &why);
    assert_int_equal(why.reason, MEM_HEAP_PADDING);
    mem_heap_explain(heap, 100, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_FITS);
    assert_non_null(mem_heap_alloc(heap, 100));
    mem_heap_explain(heap, SIZE_MAX, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_NOT_A_REQUEST);
    mem_heap_explain(heap, 8, 3, &why);
    assert_int_equal(why.reason, MEM_HEAP_NOT_A_REQUEST);
    for (int reason = 0; reason <= MEM_HEAP_NOT_A_REQUEST + 1; reason++)
        assert_non_null(mem_heap_reason_str((enum mem_heap_reason)reason));
}

/* A request tries the first two holes of its class; a larger one behind them is not found. */
static void test_why_size_class(void **state)
{
    struct mem_heap *heap = fresh();
    const size_t request = 1248 - 4 - EXTRA;
    void *holes[3];
    void *beside[3];
    struct mem_heap_why why;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        holes[i] = mem_heap_alloc(heap, (i == 1 ? 1264 : 1232) - 4 - EXTRA);
        beside[i] = mem_heap_alloc(heap, 2000);
    }
    while (mem_heap_alloc(heap, 400) != NULL || mem_heap_alloc(heap, 8) != NULL)
        ;
    for (size_t i = 0; i < 3; i++)
        (void)mem_heap_free(heap, holes[i]); /* the last one before the second */
    mem_heap_explain(heap, request, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_SIZE_CLASS);
    assert_true(why.largest_free >= why.needed && why.needed >= request + 4);
    assert_null(mem_heap_alloc(heap, request));
    (void)mem_heap_free(heap, beside[1]);
    mem_heap_explain(heap, request, 1, &why);
    assert_int_equal(why.reason, MEM_HEAP_FITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_init_serves_a_request),
        cmocka_unit_test(test_small_arena_is_useful),
        cmocka_unit_test(test_fixed_cost),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_alignments),
        cmocka_unit_test(test_zeroed_blocks),
        cmocka_unit_test(test_realloc_in_place),
        cmocka_unit_test(test_realloc_backwards),
        cmocka_unit_test(test_regions),
        cmocka_unit_test(test_resized_are_placed_like_large),
        cmocka_unit_test(test_realloc_backwards_fits_exactly),
        cmocka_unit_test(test_smallest_remainder),
        cmocka_unit_test(test_smallest_front_of_aligned),
        cmocka_unit_test(test_average_is_followed),
        cmocka_unit_test(test_average_ignores_bins),
        cmocka_unit_test(test_frontier),
        cmocka_unit_test(test_order_of_bin),
        cmocka_unit_test(test_second_try),
        cmocka_unit_test(test_leap),
        cmocka_unit_test(test_largest_free),
        cmocka_unit_test(test_huge_arena),
        cmocka_unit_test(test_region_limits),
        cmocka_unit_test(test_region_neighbours),
        cmocka_unit_test(test_smallest_region),
        cmocka_unit_test(test_capacity_beyond_limit),
        cmocka_unit_test(test_looking),
        cmocka_unit_test(test_why),
        cmocka_unit_test(test_why_size_class),
        cmocka_unit_test(test_out_of_memory_hook),
        cmocka_unit_test(test_huge_requests),
        cmocka_unit_test(test_hook_may_use_the_heap),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_random_regions),
        cmocka_unit_test(test_every_arena_size),
        cmocka_unit_test(test_each_invariant),
        cmocka_unit_test(test_bit_numbers),
        cmocka_unit_test(test_damage_is_found),
        cmocka_unit_test(test_damage_is_survived),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_sized_free),
        cmocka_unit_test(test_trampled_header),
        cmocka_unit_test(test_damage_behind_a_merge),
        cmocka_unit_test(test_forged_contents),
        cmocka_unit_test(test_debug_overflow),
        cmocka_unit_test(test_debug_use_after_free),
        cmocka_unit_test(test_debug_call_site),
        cmocka_unit_test(test_paranoid_looks_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
