/* SPDX-License-Identifier: MIT */
/*
 * Fragmentation figures, compared with 128-bit arithmetic (64-bit on 32-bit
 * machines), and the cases in which plain size_t arithmetic would overflow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <mem_error.h>
#include <mem_frag.h>

#if SIZE_MAX > UINT32_MAX
typedef unsigned __int128 wide_t;
#else
typedef uint64_t wide_t;
#endif

static void test_known(void **state)
{
    (void)state;
    assert_int_equal(mem_frag_internal_pct(0, 100), 0);
    assert_int_equal(mem_frag_internal_pct(1, 3), 33);
    assert_int_equal(mem_frag_internal_pct(2, 3), 66);
    assert_int_equal(mem_frag_internal_pct(100, 100), 100);
    assert_int_equal(mem_frag_internal_permille(1, 3), 333);
    assert_int_equal(mem_frag_external_pct(50, 100), 50);
    assert_int_equal(mem_frag_external_pct(1, 3), 67);
    assert_int_equal(mem_frag_external_pct(3, 3), 0);
    assert_int_equal(mem_frag_external_pct(1, 1000), 100);
    assert_int_equal(mem_frag_external_permille(1, 1000), 999);
    assert_int_equal(mem_frag_external_permille(1, 3), 667);
}

static void test_nothing(void **state)
{
    (void)state;
    assert_int_equal(mem_frag_internal_pct(0, 0), 0);
    assert_int_equal(mem_frag_external_pct(0, 0), 0);
    assert_int_equal(mem_frag_internal_permille(0, 0), 0);
    assert_int_equal(mem_frag_external_permille(0, 0), 0);
    assert_int_equal(mem_frag_external_pct(0, 10), 100);
    assert_int_equal(mem_frag_external_permille(0, 10), 1000);
}

static void test_no_overflow(void **state)
{
    (void)state;
    assert_int_equal(mem_frag_internal_pct(SIZE_MAX, SIZE_MAX), 100);
    assert_int_equal(mem_frag_internal_pct(SIZE_MAX - 1, SIZE_MAX), 99);
    assert_int_equal(mem_frag_internal_pct(SIZE_MAX / 2, SIZE_MAX), 49);
    assert_int_equal(mem_frag_internal_pct(SIZE_MAX / 2 + 1, SIZE_MAX), 50);
    assert_int_equal(mem_frag_external_pct(SIZE_MAX / 2 + 1, SIZE_MAX), 50);
    /* More than the whole cannot be wasted. */
    assert_int_equal(mem_frag_internal_pct(5, 3), 100);
    assert_int_equal(mem_frag_external_pct(5, 3), 0);
}

static size_t random_size(void)
{
    size_t value = 0;

    for (unsigned i = 0; i < sizeof value; i++)
        value = value << 8 | (size_t)(rand() >> 7 & 0xFF);
    return value >> (unsigned)rand() % (sizeof value * 8);
}

static void test_against_wide_arithmetic(void **state)
{
    (void)state;
    srand(2);
    for (int i = 0; i < 200000; i++) {
        size_t whole = random_size();
        size_t part = random_size();
        unsigned scale = (unsigned)rand() % 1001;

        if (whole == 0 || part > whole)
            continue;
        assert_int_equal(mem_frag_ratio(part, whole, scale),
                         (unsigned)((wide_t)part * scale / whole));
    }
    assert_int_equal(mem_frag_ratio(SIZE_MAX - 1, SIZE_MAX, UINT32_MAX), UINT32_MAX - 1);
}

static void test_sums(void **state)
{
    (void)state;
    struct mem_frag frag = {0};

    mem_frag_add_used(&frag, 20, 32);
    mem_frag_add_used(&frag, 32, 32);
    mem_frag_add_free(&frag, 10);
    mem_frag_add_free(&frag, 40);
    mem_frag_add_free(&frag, 30);
    assert_int_equal(frag.requested, 52);
    assert_int_equal(frag.provided, 64);
    assert_int_equal(frag.used_blocks, 2);
    assert_int_equal(frag.free_blocks, 3);
    assert_int_equal(frag.free_total, 80);
    assert_int_equal(frag.free_largest, 40);
}

static void test_error_texts(void **state)
{
    (void)state;
    for (int i = 0; i < MEM_ERROR_COUNT; i++) {
        assert_non_null(mem_error_str(i));
        assert_string_not_equal(mem_error_str(i), mem_error_str(-1));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(mem_error_str(i), mem_error_str(j));
    }
    assert_string_equal(mem_error_str(MEM_ERROR_COUNT), "unknown error");
    assert_string_equal(mem_error_str(INT32_MIN), "unknown error");
    assert_string_equal(mem_error_str(INT32_MAX), "unknown error");
    assert_string_equal(mem_error_str(MEM_DOUBLE_FREE), "block is not in use: freed twice?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),       cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_no_overflow), cmocka_unit_test(test_against_wide_arithmetic),
        cmocka_unit_test(test_sums),        cmocka_unit_test(test_error_texts),
    };

    return cmocka_run_group_tests_name("mem_frag", tests, NULL, NULL);
}
