/* SPDX-License-Identifier: MIT */
/*
 * The ring of bytes: order, wrapping at every position, and what happens when it
 * is full.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lib/ring.h>

#define CAPACITY  5u
#define UNTOUCHED 0xee

/* A byte more on both sides, which must stay as it is. */
static uint8_t memory[CAPACITY + 2];
static struct ring ring;

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof memory; i++)
        memory[i] = UNTOUCHED;
    ring_init(&ring, memory + 1, CAPACITY);
    return 0;
}

static void test_empty(void **state)
{
    (void)state;
    assert_int_equal(ring_get(&ring), -1);
    assert_int_equal(ring.count, 0);
    assert_int_equal(ring.lost, 0);
}

static void test_order(void **state)
{
    (void)state;
    assert_true(ring_put(&ring, 0));
    assert_true(ring_put(&ring, 255));
    assert_int_equal(ring.count, 2);
    assert_int_equal(ring_get(&ring), 0);
    assert_int_equal(ring_get(&ring), 255);
    assert_int_equal(ring_get(&ring), -1);
}

/* Every number of bytes, from every position on. */
static void test_wraps(void **state)
{
    (void)state;
    for (unsigned start = 0; start < CAPACITY; start++) {
        for (unsigned bytes = 0; bytes <= CAPACITY; bytes++) {
            setup(NULL);
            for (unsigned i = 0; i < start; i++) {
                assert_true(ring_put(&ring, 1));
                assert_int_equal(ring_get(&ring), 1);
            }
            for (unsigned i = 0; i < bytes; i++)
                assert_true(ring_put(&ring, (uint8_t)(10 + i)));
            assert_int_equal(ring.count, bytes);
            for (unsigned i = 0; i < bytes; i++)
                assert_int_equal(ring_get(&ring), 10 + i);
            assert_int_equal(ring_get(&ring), -1);
            assert_int_equal(memory[0], UNTOUCHED);
            assert_int_equal(memory[CAPACITY + 1], UNTOUCHED);
        }
    }
}

static void test_full(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_true(ring_put(&ring, (uint8_t)i));
    assert_false(ring_put(&ring, 100));
    assert_false(ring_put(&ring, 101));
    assert_int_equal(ring.lost, 2);
    assert_int_equal(ring_get(&ring), 0);
    assert_true(ring_put(&ring, 5));
    assert_int_equal(ring.lost, 2);
    for (unsigned i = 1; i <= CAPACITY; i++)
        assert_int_equal(ring_get(&ring), i);
    assert_int_equal(ring_get(&ring), -1);
}

static void test_one_byte(void **state)
{
    (void)state;
    ring_init(&ring, memory + 1, 1);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(ring_put(&ring, (uint8_t)i));
        assert_false(ring_put(&ring, 9));
        assert_int_equal(ring_get(&ring), i);
        assert_int_equal(ring_get(&ring), -1);
    }
    assert_int_equal(ring.lost, 3);
    assert_int_equal(memory[2], UNTOUCHED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty, setup),    cmocka_unit_test_setup(test_order, setup),
        cmocka_unit_test_setup(test_wraps, setup),    cmocka_unit_test_setup(test_full, setup),
        cmocka_unit_test_setup(test_one_byte, setup),
    };

    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
