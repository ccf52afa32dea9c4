/* SPDX-License-Identifier: MIT */
/*
 * Functions behind the macros of ktest.h: they print verdicts in lines that a
 * script can read.
 */
#include <ktest.h>

#include <drivers/machine.h>
#include <exit.h>

void ktest_start(const char *name)
{
    printk("\n== %s ==\n", name);
}

/*
 * A test image replaces this function and checks its stacks: after an overflow
 * no verdict is meaningful.
 */
__attribute__((weak)) void ktest_check_stacks(void)
{
}

/* A test image replaces this function, too: it knows the stack of kernel_test(). */
__attribute__((weak)) void ktest_print_backtrace(void)
{
}

void ktest_passed(void)
{
    ktest_check_stacks();
    printk("\nTest passed.\n\n");
}

void ktest_failed(void)
{
    ktest_check_stacks();
    printk("\nTest failed.\n\n");
    ktest_print_backtrace();
    machine_fail(EXIT_FAILED);
}

void ktest_expect_panic(void)
{
    printk("\n[ ENDS WITH PANIC ]\n");
}

void ktest_fail_at(const char *file, int line, const char *what, const char *format, ...)
{
    va_list arguments;

    printk("\n%s:%d: ", file, line);
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk(" (%s)\n", what);
    ktest_failed();
}

void ktest_check_errno(const char *file, int line, errno_t error, const char *what)
{
    if (error != EOK)
        ktest_fail_at(file, line, what, "error %d, %s", (int)error, errno_as_str(error));
}

void ktest_check_interrupts(const char *file, int line, bool enabled)
{
    bool are_enabled = interrupts_disable();

    interrupts_restore(are_enabled);
    if (are_enabled != enabled)
        ktest_fail_at(file, line, "interrupts", "interrupts should be %s here",
                      enabled ? "enabled" : "disabled");
}

void ktest_check_range(const char *file, int line, const char *message, unative_t value,
                       unative_t low, unative_t high)
{
    if (value < low || value > high)
        ktest_fail_at(file, line, message, "%lu (0x%lx) is outside %lu to %lu",
                      (unsigned long)value, (unsigned long)value, (unsigned long)low,
                      (unsigned long)high);
}
