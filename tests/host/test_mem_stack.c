/* SPDX-License-Identifier: MIT */
/*
 * Stack patterns: every offset and length, every single byte changed, and that
 * nothing outside the range is read or written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <mem_stack.h>

#define EDGE  32
#define BYTES 96

static _Alignas(16) unsigned char arena[EDGE + 16 + BYTES + EDGE];

static void assert_outside_untouched(const unsigned char *low, size_t bytes)
{
    for (unsigned char *at = arena; at < arena + sizeof arena; at++) {
        if (at < low || at >= low + bytes)
            assert_int_equal(*at, 0xEE);
    }
}

/* All combinations of offset, length and guard size. */
static void test_fill_at_every_offset(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < 16; offset++) {
        for (size_t bytes = 0; bytes <= BYTES; bytes += 7) {
            for (size_t guard = 0; guard <= bytes; guard += 5) {
                unsigned char *low = arena + EDGE + offset;

                memset(arena, 0xEE, sizeof arena);
                mem_stack_fill(low, bytes, guard);
                assert_outside_untouched(low, bytes);
                assert_true(mem_stack_guard_ok(low, guard));
                assert_null(mem_stack_guard_first_bad(low, guard));
                assert_int_equal(mem_stack_guard_bad_bytes(low, guard), 0);
                assert_int_equal(mem_stack_high_watermark(low, bytes, guard), 0);
                /* Guard and fill differ: the byte above the guard is not guard. */
                if (guard < bytes)
                    assert_false(mem_stack_guard_ok(low, guard + 1));
            }
        }
    }
}

static void test_watermark_of_every_byte(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < 16; offset++) {
        unsigned char *low = arena + EDGE + offset;

        for (size_t at = 17; at < BYTES; at++) {
            memset(arena, 0xEE, sizeof arena);
            mem_stack_fill(low, BYTES, 17);
            low[at] ^= 0x40;
            assert_int_equal(mem_stack_high_watermark(low, BYTES, 17), BYTES - at);
            assert_true(mem_stack_guard_ok(low, 17));
            /* Only the deepest change counts. */
            low[BYTES - 1] ^= 1;
            assert_int_equal(mem_stack_high_watermark(low, BYTES, 17), BYTES - at);
        }
    }
}

static void test_guard_sees_every_bit(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < 8; offset++) {
        unsigned char *low = arena + EDGE + offset;

        mem_stack_fill(low, BYTES, 41);
        for (size_t bit = 0; bit < 41 * 8; bit++) {
            low[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_false(mem_stack_guard_ok(low, 41));
            assert_ptr_equal(mem_stack_guard_first_bad(low, 41), low + bit / 8);
            assert_int_equal(mem_stack_guard_bad_bytes(low, 41), 1);
            assert_int_equal(mem_stack_high_watermark(low, BYTES, 41), BYTES - bit / 8);
            mem_stack_guard_write(low, 41);
            assert_true(mem_stack_guard_ok(low, 41));
        }
        assert_int_equal(mem_stack_high_watermark(low, BYTES, 41), 0);
    }
}

static void test_guard_counts_and_finds_lowest(void **state)
{
    (void)state;
    unsigned char *low = arena + EDGE;

    mem_stack_fill(low, BYTES, 64);
    memset(low + 50, 0, 14);
    low[20] = 0;
    assert_int_equal(mem_stack_guard_bad_bytes(low, 64), 15);
    assert_ptr_equal(mem_stack_guard_first_bad(low, 64), low + 20);
    assert_int_equal(mem_stack_high_watermark(low, BYTES, 64), BYTES - 20);
}

static void test_guard_larger_than_stack(void **state)
{
    (void)state;
    unsigned char *low = arena + EDGE;

    memset(arena, 0xEE, sizeof arena);
    mem_stack_fill(low, 24, 1000);
    assert_outside_untouched(low, 24);
    assert_true(mem_stack_guard_ok(low, 24));
    assert_int_equal(mem_stack_high_watermark(low, 24, 1000), 0);
    assert_true(mem_stack_guard_ok(low, 0));
    assert_int_equal(mem_stack_high_watermark(low, 0, 0), 0);
}

/*
 * A block that ends where the allocation ends: the sanitizer detects an access
 * beyond either end.
 */
static void test_stays_inside(void **state)
{
    (void)state;
    for (size_t bytes = 1; bytes < 40; bytes++) {
        unsigned char *stack = malloc(bytes);

        assert_non_null(stack);
        mem_stack_fill(stack, bytes, bytes / 2);
        assert_true(mem_stack_guard_ok(stack, bytes / 2));
        assert_int_equal(mem_stack_high_watermark(stack, bytes, bytes / 2), 0);
        stack[bytes - 1] ^= 0xFF;
        assert_int_equal(mem_stack_high_watermark(stack, bytes, bytes / 2), 1);
        free(stack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_at_every_offset),
        cmocka_unit_test(test_watermark_of_every_byte),
        cmocka_unit_test(test_guard_sees_every_bit),
        cmocka_unit_test(test_guard_counts_and_finds_lowest),
        cmocka_unit_test(test_guard_larger_than_stack),
        cmocka_unit_test(test_stays_inside),
    };

    return cmocka_run_group_tests_name("mem_stack", tests, NULL, NULL);
}
