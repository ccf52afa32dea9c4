/* SPDX-License-Identifier: MIT */
/*
 * The interface of tests that run in the kernel: a file with `void
 * kernel_test(void)` that prints expected values, actual values and a verdict.
 * The runner of the kernel compares them: a line after KTEST_EXPECTED must
 * equal the line after the next KTEST_ACTUAL; the lines of an expected block
 * must be the next lines of output.
 */
#ifndef KTEST_H
#define KTEST_H

#include <types.h>

#include <debug.h>
#include <drivers/machine.h>
#include <errno.h>
#include <exc.h>
#include <lib/print.h>

#define KTEST_EXPECTED       "[EXPECTED]: "
#define KTEST_ACTUAL         "[ ACTUAL ]: "
#define KTEST_BLOCK_EXPECTED "[EXPECTED BLOCK]: "

/* The test. Every test file defines one. */
void kernel_test(void);

/* Print the name of the test. */
void ktest_start(const char *name);

/* The verdict: prints the line "Test passed." The test should return then. */
void ktest_passed(void);

/* The verdict: prints the line "Test failed." and ends the machine with a failure status. */
_Noreturn void ktest_failed(void);

/*
 * Announce a panic: from here on the test is right if the kernel panics and
 * wrong if it passes. Prints "[ ENDS WITH PANIC ]" on a line of its own.
 */
void ktest_expect_panic(void);

/* Called by the verdicts: panics if a stack has overflowed. Does nothing in other images. */
void ktest_check_stacks(void);

/* Called by ktest_failed(): prints the calls that led to it. Does nothing in other images. */
void ktest_print_backtrace(void);

/* Called by the macros: print the location and the reason, then call ktest_failed(). */
_Noreturn void ktest_fail_at(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ktest_check_errno(const char *file, int line, errno_t error, const char *what);
void ktest_check_interrupts(const char *file, int line, bool enabled);
void ktest_check_range(const char *file, int line, const char *message, unative_t value,
                       unative_t low, unative_t high);

/* Fail with a message (a printk format and arguments) unless the expression holds. */
#define ktest_assert(expression, ...)                                    \
    do {                                                                 \
        if (!(expression))                                               \
            ktest_fail_at(__FILE__, __LINE__, #expression, __VA_ARGS__); \
    } while (0)

/* Fail unless `error` is EOK; `what` names the operation. */
#define ktest_assert_errno(error, what) ktest_check_errno(__FILE__, __LINE__, (error), (what))

/*
 * Fail unless interrupts are enabled, or disabled. Arguments are ignored; some
 * editions name the context.
 */
#define ktest_assert_interrupts_enabled(...)  ktest_check_interrupts(__FILE__, __LINE__, true)
#define ktest_assert_interrupts_disabled(...) ktest_check_interrupts(__FILE__, __LINE__, false)

/* Fail unless low <= value <= high, compared as unsigned numbers of register width. */
#define ktest_assert_in_range(message, value, low, high)                                   \
    ktest_check_range(__FILE__, __LINE__, (message), (unative_t)(value), (unative_t)(low), \
                      (unative_t)(high))

#endif
