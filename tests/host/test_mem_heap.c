/* SPDX-License-Identifier: MIT */
/*
 * The heap: each function and error, what misuse is told of, and random
 * sequences against a table of what must be where, with all invariants checked
 * after every operation, on arenas of any size and alignment from 256 bytes up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mem_heap.h>

#define ARENA_BYTES 65536

static struct mem_heap_misuse last;
static unsigned reports;

static void note(void *context, const struct mem_heap_misuse *misuse)
{
    (void)context;
    last = *misuse;
    reports++;
}

static const struct mem_heap_config config = {.report = note};
static unsigned char arena[ARENA_BYTES] __attribute__((aligned(16)));

/* The first request sets what counts as small; all others are large then, and stand in a row. */
static void large_from_now(struct mem_heap *heap)
{
    (void)mem_heap_free(heap, mem_heap_alloc(heap, 1));
}

static struct mem_heap *fresh(void)
{
    struct mem_heap *heap = mem_heap_init(arena, sizeof arena, &config);

    assert_non_null(heap);
    large_from_now(heap);
    reports = 0;
    return heap;
}

static void assert_sound(const struct mem_heap *heap)
{
    const void *where = NULL;

    assert_int_equal(mem_heap_check(heap, &where), MEM_OK);
    assert_null(where);
}

static void test_init(void **state)
{
    (void)state;
    assert_null(mem_heap_init(NULL, 4096, NULL));
    assert_null(mem_heap_init(arena, 0, NULL));
    assert_null(mem_heap_init(arena, 64, NULL));
    assert_null(mem_heap_init(arena, SIZE_MAX, NULL)); /* wraps round */
    /* Every size from nothing up: either no heap, or a sound one that serves. */
    size_t smallest = 0;

    for (size_t bytes = 0; bytes < 600; bytes++) {
        for (size_t shift = 0; shift < 16; shift++) {
            struct mem_heap *heap = mem_heap_init(arena + shift, bytes, NULL);

            if (heap == NULL)
                continue;
            if (smallest == 0)
                smallest = bytes;
            assert_sound(heap);
            void *block = mem_heap_alloc(heap, 1);

            if (block != NULL)
                assert_int_equal(mem_heap_free(heap, block), MEM_OK);
            assert_sound(heap);
        }
    }
    assert_in_range(smallest, 1, 256);
}

static void test_small_arena_is_useful(void **state)
{
    struct mem_heap *heap = mem_heap_init(arena, 256, NULL);
    size_t count = 0;

    (void)state;
    assert_non_null(heap);
    while (mem_heap_alloc(heap, 8) != NULL)
        count++;
    assert_true(count >= 3);
    assert_sound(heap);
}

static void test_fixed_cost(void **state)
{
    struct mem_heap_stats stats;

    (void)state;
    mem_heap_stats(fresh(), &stats);
    printf("# fixed cost of a 64 KiB arena: %zu bytes\n", stats.overhead_bytes);
    assert_in_range(stats.overhead_bytes, 1, 320);
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

    (void)state;
    assert_null(mem_heap_aligned_alloc(heap, 0, 8));
    assert_null(mem_heap_aligned_alloc(heap, 24, 8));
    assert_null(mem_heap_aligned_alloc(heap, 131072, 8));
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
    /* Large ones are cut from the front, so they stand in a row. */
    unsigned char *a = mem_heap_alloc(heap, 1000);
    unsigned char *b = mem_heap_alloc(heap, 1000);
    unsigned char *c = mem_heap_alloc(heap, 1000);

    (void)state;
    memset(b, 0x42, 1000);
    assert_ptr_equal(mem_heap_realloc(heap, b, 500), b);  /* shrinks */
    assert_ptr_equal(mem_heap_realloc(heap, b, 1000), b); /* grows into what it left */
    (void)mem_heap_free(heap, c);
    assert_ptr_equal(mem_heap_realloc(heap, b, 1800), b); /* forwards */
    assert_sound(heap);
    c = mem_heap_alloc(heap, 60000 - 4000); /* nothing behind b any more, perhaps */
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

    assert_ptr_equal(moved, a); /* it had nowhere else to go */
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(moved[i], 0x17);
    assert_sound(heap);
}

static void test_regions(void **state)
{
    const struct mem_heap_config growing = {.capacity_bytes = ARENA_BYTES};
    struct mem_heap *heap = mem_heap_init(arena + 100, 1000, &growing);

    (void)state;
    assert_non_null(heap);
    assert_null(mem_heap_alloc(heap, 8000));
    assert_int_equal(mem_heap_add_region(heap, NULL, 1000), MEM_INVALID);
    assert_int_equal(mem_heap_add_region(heap, arena, 50), MEM_INVALID); /* below */
    assert_int_equal(mem_heap_add_region(heap, arena + 2000, 8), MEM_NO_ROOM);
    memset(arena + 1100, 0xee, 20000 - 1100); /* somebody else's */
    assert_int_equal(mem_heap_add_region(heap, arena + 20001, 10000), MEM_OK);
    assert_sound(heap);
    void *block = mem_heap_alloc(heap, 8000);

    assert_non_null(block);
    assert_in_range((uintptr_t)block, (uintptr_t)arena + 20001, (uintptr_t)arena + 30001 - 8000);
    for (size_t i = 1104; i < 20000; i++)
        assert_int_equal(arena[i], 0xee);
    /* What lies between is nobody's block. */
    struct mem_heap_block found;

    assert_false(mem_heap_inspect(heap, arena + 5000, &found));
    for (size_t i = 1090; i < 1112; i++) {
        if (((uintptr_t)arena + i) % 8 == 0)
            assert_int_not_equal(mem_heap_free(heap, arena + i), MEM_OK);
    }
    assert_int_equal(mem_heap_free(heap, block), MEM_OK);
    assert_sound(heap);
}

/* One row of the table of misuse: what was done, what was said, and that nothing broke. */
static void row(const struct mem_heap *heap, const char *what, int actual, int expected)
{
    printf("# | %-46s | %-40s |\n", what, mem_error_str(actual));
    assert_int_equal(actual, expected);
    assert_int_equal(last.error, expected);
    assert_int_equal(reports, 1);
    assert_sound(heap);
    reports = 0;
}

static void test_misuse(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned char *a = mem_heap_alloc(heap, 100);
    unsigned char *b = mem_heap_alloc(heap, 100);
    unsigned char *c = mem_heap_alloc(heap, 100);
    int local = 0;

    (void)state;
    memset(a, 0, 100);
    memset(b, 0, 100);
    memset(c, 0, 100);
    printf("# | what was done | what the heap said |\n");
    row(heap, "free the address of a local variable",
        mem_heap_free(heap, (void *)((uintptr_t)&local & ~(uintptr_t)15)), MEM_FOREIGN);
    row(heap, "free address 8", mem_heap_free(heap, (void *)(uintptr_t)8), MEM_FOREIGN);
    row(heap, "free the highest address", mem_heap_free(heap, (void *)(UINTPTR_MAX - 7)),
        MEM_FOREIGN);
    row(heap, "free the arena", mem_heap_free(heap, arena), MEM_FOREIGN);
    row(heap, "free one byte into a block", mem_heap_free(heap, b + 1), MEM_MISALIGNED);
    row(heap, "free the middle of a block of zeros", mem_heap_free(heap, b + 16), MEM_DOUBLE_FREE);
    memset(b, 0xff, 100);
    assert_int_not_equal(mem_heap_free(heap, b + 16), MEM_OK);
    reports = 0;
    for (uint32_t value = 0; value < 4096; value++) {
        /* Small numbers, as applications store them, do not look like headers. */
        for (size_t i = 0; i < 25; i++)
            memcpy(b + 4 * i, &value, 4);
        assert_int_not_equal(mem_heap_free(heap, b + 48), MEM_OK);
    }
    assert_sound(heap);
    reports = 0;
    assert_int_equal(mem_heap_free(heap, b), MEM_OK);
    row(heap, "free a block twice", mem_heap_free(heap, b), MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, a), MEM_OK);
    row(heap, "free twice, after it merged forwards", mem_heap_free(heap, a), MEM_DOUBLE_FREE);
    row(heap, "free twice, after it was merged away", mem_heap_free(heap, b), MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, c), MEM_OK);
    assert_int_equal(mem_heap_used_bytes(heap), 0);
}

static void test_trampled_neighbour(void **state)
{
    (void)state;
    /* The header behind a block, overwritten by that block's owner with each of many values. */
    for (unsigned value = 0; value < 256; value++) {
        struct mem_heap *heap = fresh();
        unsigned char *blocks[3];

        for (size_t i = 0; i < 3; i++)
            blocks[i] = mem_heap_alloc(heap, 1000);
        unsigned char *end = blocks[1] + mem_heap_usable_size(heap, blocks[1]);
        unsigned char saved[4];

        memcpy(saved, end, 4);
        memset(end, (int)value, 4);
        int error = mem_heap_free(heap, blocks[2]);

        if (memcmp(saved, end, 4) != 0) {
            assert_int_not_equal(error, MEM_OK);
            assert_true(reports > 0);
            memcpy(end, saved, 4);
            assert_sound(heap); /* nothing else has changed */
        }
    }
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
    assert_true(block.has_after && !block.after_used);
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

static bool free_reserve(void *context, struct mem_heap *heap, size_t bytes)
{
    void **reserve = context;
    bool had = *reserve != NULL;

    (void)bytes;
    (void)mem_heap_free(heap, *reserve);
    *reserve = NULL;
    return had;
}

static void test_out_of_memory_hook(void **state)
{
    void *reserve = NULL;
    const struct mem_heap_config hooked = {.out_of_memory = free_reserve, .context = &reserve};
    struct mem_heap *heap = mem_heap_init(arena, 4096, &hooked);
    struct mem_heap_stats stats;

    (void)state;
    reserve = mem_heap_alloc(heap, 3000);
    assert_non_null(mem_heap_alloc(heap, 2500)); /* the hook gave its reserve */
    assert_null(reserve);
    assert_null(mem_heap_alloc(heap, 2500)); /* it has no more */
    mem_heap_stats(heap, &stats);
    assert_int_equal(stats.failed, 1);
    assert_int_equal(stats.largest_failed, 2500);
    assert_sound(heap);
}

/* --- Random sequences ---------------------------------------------------------------------------
 */

#define IDS 48

struct model {
    struct mem_heap *heap;
    unsigned char *block[IDS];
    size_t bytes[IDS];
};

static void assert_contents(const struct model *model, unsigned id, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(model->block[id][i], (unsigned char)(id + 1));
}

static void put(struct model *model, unsigned id, void *block, size_t bytes, size_t align)
{
    if (block == NULL)
        return;
    assert_int_equal((uintptr_t)block % align, 0);
    model->block[id] = block;
    model->bytes[id] = bytes;
    memset(block, (int)id + 1, bytes);
}

static void step(struct model *model)
{
    unsigned id = (unsigned)rand() % IDS;
    unsigned what = (unsigned)rand() % 10;
    size_t bytes = (size_t)rand() % (rand() % 8 == 0 ? 3000 : 100);

    if (model->block[id] != NULL)
        assert_contents(model, id, model->bytes[id]);
    if (model->block[id] == NULL && what < 3) {
        size_t align = (size_t)1 << rand() % 11;

        put(model, id, mem_heap_aligned_alloc(model->heap, align, bytes), bytes, align);
    } else if (model->block[id] == NULL) {
        put(model, id, mem_heap_alloc(model->heap, bytes), bytes, MEM_HEAP_ALIGN);
    } else if (what < 3) {
        void *block = mem_heap_realloc(model->heap, model->block[id], bytes);

        if (block != NULL) {
            model->block[id] = block;
            assert_contents(model, id, bytes < model->bytes[id] ? bytes : model->bytes[id]);
            put(model, id, block, bytes, MEM_HEAP_ALIGN);
        }
    } else {
        assert_int_equal(mem_heap_free(model->heap, model->block[id]), MEM_OK);
        model->block[id] = NULL;
    }
    assert_sound(model->heap);
}

static void test_random(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 120; seed++) {
        struct model model = {.heap = NULL};

        srand(seed);
        size_t bytes = 256 + (size_t)rand() % (seed % 5 == 0 ? 60000 : 5000);

        model.heap = mem_heap_init(arena + rand() % 16, bytes, &config);
        assert_non_null(model.heap);
        reports = 0;
        for (unsigned i = 0; i < 1000; i++)
            step(&model);
        for (unsigned id = 0; id < IDS; id++)
            assert_int_equal(mem_heap_free(model.heap, model.block[id]), MEM_OK);
        struct mem_heap_stats stats;

        mem_heap_stats(model.heap, &stats);
        assert_int_equal(stats.used_bytes, 0);
        assert_int_equal(stats.free_blocks, 1);
        assert_int_equal(stats.free_bytes, stats.heap_bytes);
        assert_int_equal(reports, 0); /* nothing that an owner wrote looked like misuse */
        assert_sound(model.heap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_small_arena_is_useful),
        cmocka_unit_test(test_fixed_cost),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_alignments),
        cmocka_unit_test(test_zeroed_blocks),
        cmocka_unit_test(test_realloc_in_place),
        cmocka_unit_test(test_realloc_backwards),
        cmocka_unit_test(test_regions),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_trampled_neighbour),
        cmocka_unit_test(test_looking),
        cmocka_unit_test(test_why),
        cmocka_unit_test(test_out_of_memory_hook),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
