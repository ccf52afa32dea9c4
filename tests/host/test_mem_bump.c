/* SPDX-License-Identifier: MIT */
/*
 * The bump allocator: alignment, exhaustion, the top of the address space, and
 * a random run whose blocks must never overlap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <mem_bump.h>

static _Alignas(4096) unsigned char memory[8192];
static struct mem_bump bump;

static int setup(void **state)
{
    (void)state;
    mem_bump_init(&bump, memory, sizeof memory);
    return 0;
}

static void test_alignment(void **state)
{
    (void)state;
    assert_ptr_equal(mem_bump_alloc(&bump, 1, 1), memory);
    assert_ptr_equal(mem_bump_alloc(&bump, 3, 1), memory + 1);
    assert_ptr_equal(mem_bump_alloc(&bump, 1, 16), memory + 16);
    assert_ptr_equal(mem_bump_alloc(&bump, 2, 4096), memory + 4096);
    assert_int_equal(mem_bump_used(&bump), 4098);
    assert_int_equal(mem_bump_remaining(&bump), sizeof memory - 4098);

    struct mem_bump_stats stats;

    mem_bump_stats(&bump, &stats);
    assert_int_equal(stats.capacity, sizeof memory);
    assert_int_equal(stats.used, 4098);
    assert_int_equal(stats.padding, 12 + 4096 - 17);
    assert_int_equal(stats.allocs, 4);
    assert_int_equal(stats.failed, 0);
}

static void test_bad_alignment(void **state)
{
    (void)state;
    assert_null(mem_bump_alloc(&bump, 1, 0));
    assert_null(mem_bump_alloc(&bump, 1, 3));
    assert_null(mem_bump_alloc(&bump, 1, 24));
    assert_null(mem_bump_alloc(&bump, 1, SIZE_MAX));
    /* A power of two of which the range contains no multiple. */
    assert_non_null(mem_bump_alloc(&bump, 1, 1));
    assert_null(mem_bump_alloc(&bump, 1, SIZE_MAX / 2 + 1));
    assert_int_equal(mem_bump_used(&bump), 1);

    struct mem_bump_stats stats;

    mem_bump_stats(&bump, &stats);
    assert_int_equal(stats.failed, 5);
    assert_int_equal(stats.allocs, 1);
    assert_int_equal(stats.padding, 0);
}

static void test_unaligned_memory(void **state)
{
    (void)state;
    mem_bump_init(&bump, memory + 5, 100);
    assert_ptr_equal(mem_bump_alloc(&bump, 1, 8), memory + 8);
    assert_ptr_equal(mem_bump_alloc(&bump, 96, 1), memory + 9);
    assert_int_equal(mem_bump_remaining(&bump), 0);
    assert_null(mem_bump_alloc(&bump, 1, 1));
}

static void test_exact_end(void **state)
{
    (void)state;
    assert_null(mem_bump_alloc(&bump, sizeof memory + 1, 1));
    assert_int_equal(mem_bump_used(&bump), 0);
    assert_ptr_equal(mem_bump_alloc(&bump, sizeof memory, 1), memory);
    assert_null(mem_bump_alloc(&bump, 0, 1));
    assert_null(mem_bump_alloc(&bump, SIZE_MAX, 1));
    mem_bump_reset(&bump);
    assert_int_equal(mem_bump_used(&bump), 0);
    assert_ptr_equal(mem_bump_alloc(&bump, 7, 1), memory);
    /* Padding alone may exceed the remaining bytes. */
    mem_bump_init(&bump, memory + 1, 3);
    assert_null(mem_bump_alloc(&bump, 1, 8));
    assert_ptr_equal(mem_bump_alloc(&bump, 1, 1), memory + 1);
}

static void test_zero_bytes_differ(void **state)
{
    (void)state;
    assert_ptr_not_equal(mem_bump_alloc(&bump, 0, 1), mem_bump_alloc(&bump, 0, 1));
}

/* Sizes whose sum with an address wraps; the memory is never accessed, so any range will do. */
static void test_top_of_address_space(void **state)
{
    (void)state;
    unsigned char *high = (unsigned char *)(UINTPTR_MAX - 99);

    mem_bump_init(&bump, high, 100);
    assert_int_equal(mem_bump_capacity(&bump), 100);
    assert_null(mem_bump_alloc(&bump, SIZE_MAX - 10, 1));
    assert_null(mem_bump_alloc(&bump, 1, 256));
    assert_ptr_equal(mem_bump_alloc(&bump, 100, 1), high);
    assert_null(mem_bump_alloc(&bump, 1, 1));
    assert_true(mem_bump_owns(&bump, high + 99));
    assert_false(mem_bump_owns(&bump, memory));

    mem_bump_init(&bump, high, 101); /* the last byte does not exist */
    assert_int_equal(mem_bump_capacity(&bump), 100);
    mem_bump_init(&bump, high, SIZE_MAX);
    assert_int_equal(mem_bump_capacity(&bump), 100);

    /* The next multiple of the alignment would be address 0. */
    for (size_t left = 1; left < 64; left++) {
        mem_bump_init(&bump, (void *)(UINTPTR_MAX - (left - 1)), left);
        assert_null(mem_bump_alloc(&bump, 0, 64));
        assert_null(mem_bump_alloc(&bump, SIZE_MAX, 64));
        assert_int_equal(mem_bump_remaining(&bump), left);
        assert_ptr_equal(mem_bump_alloc(&bump, left, 1), (void *)(UINTPTR_MAX - (left - 1)));
        assert_true(mem_bump_owns(&bump, (void *)UINTPTR_MAX));
        assert_false(mem_bump_owns(&bump, NULL));
        assert_null(mem_bump_alloc(&bump, 0, 1));
    }
    mem_bump_init(&bump, (void *)1, SIZE_MAX); /* all addresses but NULL */
    assert_int_equal(mem_bump_capacity(&bump), SIZE_MAX);
    assert_ptr_equal(mem_bump_alloc(&bump, 2, SIZE_MAX / 4 + 1), (void *)(SIZE_MAX / 4 + 1));
    assert_null(mem_bump_alloc(&bump, SIZE_MAX - SIZE_MAX / 4 - 1, 1));
    assert_int_equal(mem_bump_remaining(&bump), SIZE_MAX - SIZE_MAX / 4 - 2);
}

static void test_no_memory(void **state)
{
    (void)state;
    mem_bump_init(&bump, NULL, 4096);
    assert_int_equal(mem_bump_capacity(&bump), 0);
    assert_null(mem_bump_alloc(&bump, 1, 1));
    mem_bump_init(&bump, memory, 0);
    assert_null(mem_bump_alloc(&bump, 0, 1));

    struct mem_bump zeroed = {0};

    assert_null(mem_bump_alloc(&zeroed, 1, 1));
    assert_false(mem_bump_owns(&zeroed, NULL));
}

static void test_owns(void **state)
{
    (void)state;
    unsigned char *block = mem_bump_alloc(&bump, 10, 1);

    assert_true(mem_bump_owns(&bump, block));
    assert_true(mem_bump_owns(&bump, block + 9));
    assert_false(mem_bump_owns(&bump, block + 10));
    assert_false(mem_bump_owns(&bump, block - 1));
}

/* Only the latest block comes back, with its padding, and once. */
static void test_undo(void **state)
{
    (void)state;
    struct mem_bump_stats before, after;

    assert_false(mem_bump_undo(&bump));
    assert_non_null(mem_bump_alloc(&bump, 3, 1));
    assert_non_null(mem_bump_alloc(&bump, 2, 16));
    mem_bump_stats(&bump, &before);
    for (int round = 0; round < 3; round++) {
        assert_ptr_equal(mem_bump_alloc(&bump, 100, 64), memory + 64);
        assert_null(mem_bump_alloc(&bump, sizeof memory, 1)); /* no block */
        assert_true(mem_bump_undo(&bump));
        mem_bump_stats(&bump, &after);
        assert_int_equal(after.used, before.used);
        assert_int_equal(after.padding, before.padding);
        assert_false(mem_bump_undo(&bump));
        assert_int_equal(mem_bump_used(&bump), before.used);
    }
    assert_ptr_equal(mem_bump_alloc(&bump, 1, 1), memory + 18);
    mem_bump_reset(&bump);
    assert_false(mem_bump_undo(&bump));
    assert_non_null(mem_bump_alloc(&bump, 1, 1));
    mem_bump_init(&bump, memory, sizeof memory);
    assert_false(mem_bump_undo(&bump));
}

static void test_random_blocks_never_overlap(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 200; round++) {
        size_t start = (size_t)rand() % 64;
        uintptr_t end = (uintptr_t)memory + start;
        size_t sum = 0;

        mem_bump_init(&bump, memory + start, sizeof memory - start);
        for (;;) {
            size_t bytes = (size_t)rand() % 100 + 1;
            size_t align = (size_t)1 << rand() % 9;
            unsigned char *block = mem_bump_alloc(&bump, bytes, align);

            if (block == NULL) {
                /* Refused only because of its size. */
                uintptr_t at = (end + align - 1) & ~(align - 1);

                assert_true(at + bytes > (uintptr_t)memory + sizeof memory);
                break;
            }
            assert_int_equal((uintptr_t)block % align, 0);
            assert_true((uintptr_t)block >= end && (uintptr_t)block - end < align);
            memset(block, 0xAA, bytes); /* the sanitizer checks the end */
            end = (uintptr_t)block + bytes;
            sum += bytes;
        }
        struct mem_bump_stats stats;

        mem_bump_stats(&bump, &stats);
        assert_int_equal(stats.used, stats.padding + sum);
        assert_int_equal(stats.used, end - (uintptr_t)(memory + start));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_alignment, setup),
        cmocka_unit_test_setup(test_bad_alignment, setup),
        cmocka_unit_test_setup(test_unaligned_memory, setup),
        cmocka_unit_test_setup(test_exact_end, setup),
        cmocka_unit_test_setup(test_zero_bytes_differ, setup),
        cmocka_unit_test_setup(test_top_of_address_space, setup),
        cmocka_unit_test_setup(test_no_memory, setup),
        cmocka_unit_test_setup(test_owns, setup),
        cmocka_unit_test_setup(test_undo, setup),
        cmocka_unit_test_setup(test_random_blocks_never_overlap, setup),
    };

    return cmocka_run_group_tests_name("mem_bump", tests, NULL, NULL);
}
