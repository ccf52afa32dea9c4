/* SPDX-License-Identifier: MIT */
/*
 * The parts of cmocka's interface that the host tests use, in one header, for
 * builds without a cmocka library: 32-bit ones. Same names, same meaning, TAP
 * output. No mocks, no leak checks.
 */
#ifndef TESTS_HOST_MINI_CMOCKA_H
#define TESTS_HOST_MINI_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
    int (*setup)(void **state);
};

#define cmocka_unit_test(f) \
    {                       \
#f, f, NULL         \
    }
#define cmocka_unit_test_setup(f, setup) \
    {                                    \
#f, f, setup                     \
    }

__attribute__((weak)) jmp_buf mini_failed; /* one definition, however many files include this */

#define print_error(...)   fprintf(stderr, __VA_ARGS__)
#define print_message(...) printf(__VA_ARGS__)

__attribute__((noreturn, format(printf, 3, 4))) static inline void mini_fail(const char *file,
                                                                             int line,
                                                                             const char *format,
                                                                             ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    longjmp(mini_failed, 1);
}

static inline void mini_equal(uintmax_t a, uintmax_t b, int want, const char *text,
                              const char *file, int line)
{
    if ((a == b) != want)
        mini_fail(file, line, "%s: %#jx, %#jx", text, a, b);
}

static inline void mini_strings(const char *a, const char *b, int want, const char *file, int line)
{
    if ((strcmp(a, b) == 0) != want)
        mini_fail(file, line, "\"%s\" %s \"%s\"", a, want ? "!=" : "==", b);
}

/* As in cmocka, integers of every type compare as the widest unsigned one. */
#define mini_wide(x)       ((uintmax_t)(x))
#define mini_pointer(x)    ((uintmax_t)(uintptr_t)(x))
#define fail()             mini_fail(__FILE__, __LINE__, "fail()")
#define fail_msg(...)      mini_fail(__FILE__, __LINE__, __VA_ARGS__)
#define assert_true(e)     mini_equal((e) ? 1 : 0, 1, 1, #e, __FILE__, __LINE__)
#define assert_false(e)    mini_equal((e) ? 1 : 0, 0, 1, #e, __FILE__, __LINE__)
#define assert_null(e)     mini_equal(mini_pointer(e), 0, 1, #e, __FILE__, __LINE__)
#define assert_non_null(e) mini_equal(mini_pointer(e), 0, 0, #e, __FILE__, __LINE__)
#define assert_int_equal(a, b) \
    mini_equal(mini_wide(a), mini_wide(b), 1, #a " == " #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b) \
    mini_equal(mini_wide(a), mini_wide(b), 0, #a " != " #b, __FILE__, __LINE__)
#define assert_ptr_equal(a, b) \
    mini_equal(mini_pointer(a), mini_pointer(b), 1, #a " == " #b, __FILE__, __LINE__)
#define assert_ptr_not_equal(a, b) \
    mini_equal(mini_pointer(a), mini_pointer(b), 0, #a " != " #b, __FILE__, __LINE__)
#define assert_string_equal(a, b)     mini_strings(a, b, 1, __FILE__, __LINE__)
#define assert_string_not_equal(a, b) mini_strings(a, b, 0, __FILE__, __LINE__)
#define assert_memory_equal(a, b, n) \
    mini_equal(memcmp(a, b, n) == 0, 1, 1, #a " holds " #b, __FILE__, __LINE__)
#define assert_in_range(v, low, high)                                                   \
    mini_equal(mini_wide(v) >= mini_wide(low) && mini_wide(v) <= mini_wide(high), 1, 1, \
               #v " in " #low ".." #high, __FILE__, __LINE__)

static inline int mini_run_one(const struct CMUnitTest *test)
{
    void *state = NULL;
    int failed;

    if (test->setup != NULL && test->setup(&state) != 0)
        return 1;
    failed = setjmp(mini_failed);
    if (!failed)
        test->run(&state);
    return failed;
}

static inline int mini_run_all(const struct CMUnitTest *tests, size_t count)
{
    int failures = 0;

    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        int failed = mini_run_one(&tests[i]);

        printf("%sok %zu - %s\n", failed ? "not " : "", i + 1, tests[i].name);
        fflush(stdout);
        failures += failed;
    }
    return failures;
}

/* No test has a setup or teardown of the whole group. */
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
    mini_run_all(tests, sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests(tests, setup, teardown) \
    mini_run_all(tests, sizeof(tests) / sizeof((tests)[0]))

#endif
