/* SPDX-License-Identifier: MIT */
/*
 * The kernel's string functions, under the names of string_names.h, compared
 * with byte loops written here: every alignment of both sides and every length
 * up to a few words, with guard bytes around.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lib/string.h>

#define ALIGNMENTS 17
#define LENGTHS    70
#define BUFFER     192
#define GUARD_BYTE 0xee

static unsigned char source[BUFFER], target[BUFFER], expected[BUFFER];

static void fill(void)
{
    for (size_t i = 0; i < BUFFER; i++) {
        source[i] = (unsigned char)(i * 7 + 1);
        target[i] = GUARD_BYTE;
        expected[i] = GUARD_BYTE;
    }
}

static void check_target(void)
{
    for (size_t i = 0; i < BUFFER; i++)
        assert_int_equal(target[i], expected[i]);
}

static void test_memcpy(void **state)
{
    (void)state;
    for (size_t to = 0; to < ALIGNMENTS; to++) {
        for (size_t from = 0; from < ALIGNMENTS; from++) {
            for (size_t bytes = 0; bytes < LENGTHS; bytes++) {
                fill();
                for (size_t i = 0; i < bytes; i++)
                    expected[16 + to + i] = source[from + i];
                assert_ptr_equal(memcpy(target + 16 + to, source + from, bytes), target + 16 + to);
                check_target();
            }
        }
    }
}

static void test_memset(void **state)
{
    static const int bytes_set[] = {0, 1, 0x80, 0xff, 0x1a5, -2};

    (void)state;
    for (size_t b = 0; b < sizeof(bytes_set) / sizeof(bytes_set[0]); b++) {
        for (size_t to = 0; to < ALIGNMENTS; to++) {
            for (size_t bytes = 0; bytes < LENGTHS; bytes++) {
                fill();
                for (size_t i = 0; i < bytes; i++)
                    expected[16 + to + i] = (unsigned char)bytes_set[b];
                assert_ptr_equal(memset(target + 16 + to, bytes_set[b], bytes), target + 16 + to);
                check_target();
            }
        }
    }
}

/* Inside one buffer, every overlap in both directions. */
static void test_memmove(void **state)
{
    unsigned char saved[BUFFER];

    (void)state;
    for (size_t to = 0; to < 40; to++) {
        for (size_t from = 0; from < 40; from++) {
            for (size_t bytes = 0; bytes < LENGTHS; bytes += bytes < 20 ? 1 : 7) {
                fill();
                for (size_t i = 0; i < BUFFER; i++)
                    target[i] = expected[i] = saved[i] = source[i];
                for (size_t i = 0; i < bytes; i++)
                    expected[to + i] = saved[from + i];
                assert_ptr_equal(memmove(target + to, target + from, bytes), target + to);
                check_target();
            }
        }
    }
}

static void test_memcmp(void **state)
{
    (void)state;
    fill();
    for (size_t bytes = 0; bytes < 40; bytes++) {
        for (size_t at = 0; at < 40; at++) {
            memcpy(target, source, BUFFER);
            target[at] ^= 0x80;
            int sign = target[at] > source[at] ? 1 : -1;
            int got = memcmp(target, source, bytes);

            assert_int_equal((got > 0) - (got < 0), at < bytes ? sign : 0);
        }
    }
}

static int sign_of(int value)
{
    return (value > 0) - (value < 0);
}

static void test_lengths_and_compares(void **state)
{
    static const char full[4] = {'a', 'b', 'c', 'd'};

    (void)state;
    assert_int_equal(strlen(""), 0);
    assert_int_equal(strlen("12345"), 5);
    assert_int_equal(strcmp("", ""), 0);
    assert_int_equal(strcmp("same", "same"), 0);
    assert_int_equal(sign_of(strcmp("abc", "abd")), -1);
    assert_int_equal(sign_of(strcmp("abd", "abc")), 1);
    assert_int_equal(sign_of(strcmp("ab", "abc")), -1);
    assert_int_equal(sign_of(strcmp("abc", "ab")), 1);
    assert_int_equal(sign_of(strcmp("\xff", "a")), 1); /* as unsigned */
    assert_int_equal(strncmp("abc", "abd", 2), 0);
    assert_int_equal(sign_of(strncmp("abc", "abd", 3)), -1);
    assert_int_equal(strncmp("ab", "ab", 9), 0);
    assert_int_equal(strncmp("x", "y", 0), 0);
    assert_int_equal(strncmp(full, full, 4), 0);
    assert_int_equal(strncmp("a\0b", "a\0c", 3), 0);
}

static void test_searches(void **state)
{
    const char *text = "stone stack";

    (void)state;
    assert_ptr_equal(strchr(text, 's'), text);
    assert_ptr_equal(strchr(text, 'k'), text + 10);
    assert_null(strchr(text, 'z'));
    assert_ptr_equal(strchr(text, '\0'), text + 11);
    assert_ptr_equal(strchr(text, 's' + 256), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memcpy),
        cmocka_unit_test(test_memset),
        cmocka_unit_test(test_memmove),
        cmocka_unit_test(test_memcmp),
        cmocka_unit_test(test_lengths_and_compares),
        cmocka_unit_test(test_searches),
    };

    return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
