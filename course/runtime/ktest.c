/* SPDX-License-Identifier: MIT */
/*
 * Functions behind the macros of ktest.h and ktest/heap.h: they print verdicts
 * in lines that a script can read.
 */
#include <ktest.h>
#include <ktest/heap.h>

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

void ktest_passed(void)
{
    ktest_check_stacks();
    printk("\nTest passed.\n\n");
}

void ktest_failed(void)
{
    ktest_check_stacks();
    printk("\nTest failed.\n\n");
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

void ktest_check_total(const char *file, int line, size_t bytes, size_t limit)
{
    if (bytes >= limit)
        ktest_fail_at(file, line, "the sum of all blocks", "%zu bytes on a machine of %zu", bytes,
                      limit);
}

void ktest_check_block(const char *file, int line, const char *what, const void *block,
                       size_t bytes, uintptr_t low, uintptr_t high)
{
    uintptr_t start = (uintptr_t)block;

    if (start < low || start >= high || bytes >= high - start)
        ktest_fail_at(file, line, what, "%zu bytes at %p are outside 0x%lx to 0x%lx", bytes, block,
                      (unsigned long)low, (unsigned long)high);
    if (start % 4 != 0)
        ktest_fail_at(file, line, what, "%p is not aligned to 4 bytes", block);
    if (start < kernel_get_image_end())
        ktest_fail_at(file, line, what, "%p is inside the kernel image, which ends at 0x%lx", block,
                      (unsigned long)kernel_get_image_end());
}

void ktest_check_writable(const char *file, int line, const char *what, volatile uint8_t *block)
{
    block[0] = 0xa5;
    block[1] = 0x5a;
    if (block[0] != 0xa5 || block[1] != 0x5a)
        ktest_fail_at(file, line, what, "%p reads %02x %02x after writing a5 5a",
                      (const void *)(uintptr_t)block, block[0], block[1]);
}
