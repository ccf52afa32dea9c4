/* SPDX-License-Identifier: MIT */
/*
 * printk and related functions, panic, debug_dump_function and ktest, on a
 * console that records its input and whether interrupts were masked.
 */
#define KERNEL_DEBUG 1

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <debug.h>
#include <debug/code.h>
#include <exc.h>
#include <exit.h>
#include <ktest.h>
#include <drivers/machine.h>
#include <board/board.h>
#include <lib/print.h>
#include <mm/describe.h>

#include "capture.h"

bool host_interrupts_enabled;

static struct capture console;
static bool console_saw_interrupts;
static jmp_buf machine_ended;
static int machine_status;
static int reports;
static int report_line;
static bool panic_in_report;
static bool print_in_write;

void board_console_write(const char *text, size_t bytes)
{
    if (host_interrupts_enabled)
        console_saw_interrupts = true;
    capture_write(&console, text, bytes);
    if (print_in_write) { /* as in a fault handler that interrupted a printk */
        print_in_write = false;
        printk("[nested %d]", 7);
    }
}

void machine_fail(int status)
{
    machine_status = status;
    longjmp(machine_ended, 1);
}

static void report_panic(void)
{
    reports++;
    report_line = __LINE__ + 2;
    if (panic_in_report)
        panic("while reporting");
}

bool kmem_describe(const void *ptr, struct format_sink *sink)
{
    (void)ptr;
    (void)sink;
    return false;
}

static int setup(void **state)
{
    (void)state;
    capture_start(&console);
    host_interrupts_enabled = true;
    console_saw_interrupts = false;
    machine_status = -1;
    return 0;
}

#define ENDS(statement)                           \
    do {                                          \
        if (setjmp(machine_ended) == 0) {         \
            statement;                            \
            fail_msg("%s came back", #statement); \
        }                                         \
    } while (0)

static void test_printk(void **state)
{
    (void)state;
    printk("%s %d %%\n", "text", 42);
    assert_string_equal(console.text, "text 42 %\n");
    assert_false(console_saw_interrupts);
    assert_true(host_interrupts_enabled);
    capture_start(&console);
    host_interrupts_enabled = false;
    printk("masked %x\n", 0xau);
    assert_string_equal(console.text, "masked a\n");
    assert_false(host_interrupts_enabled);
    capture_start(&console);
    puts("line %d");
    assert_string_equal(console.text, "line %d\n");
    capture_start(&console);
    puts(NULL);
    assert_string_equal(console.text, "(null)\n");
}

static void test_printk_inside_printk(void **state)
{
    (void)state;
    print_in_write = true;
    printk("a%db\n", 1);
    assert_string_equal(console.text, "a[nested 7]1b\n");
    assert_false(console_saw_interrupts);
    assert_true(host_interrupts_enabled);
}

static void test_interrupts(void **state)
{
    (void)state;
    assert_true(interrupts_disable());
    assert_false(host_interrupts_enabled);
    assert_false(interrupts_disable());
    interrupts_restore(false);
    assert_false(host_interrupts_enabled);
    interrupts_restore(true);
    assert_true(host_interrupts_enabled);
}

static void test_snprintk(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 14; bytes++) {
        char buffer[16], expected[16];

        memset(buffer, '#', sizeof(buffer));
        memset(expected, '#', sizeof(expected));
        assert_int_equal(snprintf(expected, bytes, "%s%5d", "text", 123), 9);
        assert_int_equal(snprintk(buffer, bytes, "%s%5d", "text", 123), 9);
        assert_memory_equal(buffer, expected, bytes < 9 ? bytes : 10);
        assert_int_equal(buffer[bytes < 10 ? bytes : 10], '#');
    }
    assert_int_equal(snprintk(NULL, 0, "%d", 12345), 5);
    assert_int_equal(console.length, 0);
}

static void test_panic(void **state)
{
    char expected[256];
    volatile int line = 0;

    (void)state;
    reports = 0;
    panic_set_report(report_panic);
    printk("half a line");
    panic_in_report = true;
    ENDS(line = __LINE__; panic("bad thing %d", 5));
    /* The report runs once and panics itself, which ends the machine. */
    snprintf(expected, sizeof(expected),
             "half a line\nKernel panic: bad thing 5\n  at %s:%d in test_panic()\n"
             "\nKernel panic: while reporting\n  at %s:%d in report_panic()\n",
             __FILE__, line, __FILE__, report_line);
    assert_string_equal(console.text, expected);
    assert_int_equal(machine_status, EXIT_PANIC);
    assert_int_equal(reports, 1);
    assert_false(host_interrupts_enabled);

    /* The kernel cannot panic twice, so any later panic counts as a panic inside the panic. */
    ENDS(panic_if(1 + 1 == 2, "again"));
    assert_non_null(strstr(console.text, "\nKernel panic: again\n"));
    assert_int_equal(reports, 1);
    assert_int_equal(machine_status, EXIT_PANIC);
    panic_if(1 + 1 == 3, "never");
    assert_null(strstr(console.text, "never"));
}

static void test_assert_and_dprintk(void **state)
{
    char expected[256];

    (void)state;
    assert(1 + 1 == 2);
    assert_int_equal(console.length, 0);
    ENDS(assert(1 + 1 == 3));
    assert_non_null(strstr(console.text, "\nKernel panic: assertion failed: 1 + 1 == 3\n"));
    setup(NULL);
    dprintk("value %d", 3);
    snprintf(expected, sizeof(expected), "[debug] %s:%d test_assert_and_dprintk(): value 3\n",
             __FILE__, __LINE__ - 2);
    assert_string_equal(console.text, expected);
    assert_true(host_interrupts_enabled);
    assert_false(console_saw_interrupts);
    assert_string_equal(QUOTE_ME(EXPECTED_BY_QUOTE_ME), "EXPECTED_BY_QUOTE_ME");
#define EXPECTED_BY_QUOTE_ME 4096
    assert_string_equal(QUOTE_ME(EXPECTED_BY_QUOTE_ME), "4096");
}

static void test_dump_function(void **state)
{
    static const uint32_t code[2] = {0x3c1f8000, 0x00000008};
    char expected[256];
    int digits = (int)(2 * sizeof(uintptr_t));
    unsigned long address = (unsigned long)(uintptr_t)code;

    (void)state;
    debug_dump_function("loader", (uintptr_t)code, 2);
    snprintf(expected, sizeof(expected),
             "%0*lx <loader>:\n%0*lx:        3c1f8000\n%0*lx:        00000008\n", digits, address,
             digits, address, digits, address + 4);
    assert_string_equal(console.text, expected);
    assert_in_range(debug_get_stack_pointer(), (uintptr_t)&digits - 4096,
                    (uintptr_t)&digits + 4096);
}

static void test_ktest(void **state)
{
    (void)state;
    ktest_start("list/basic");
    ktest_assert(true, "never");
    ktest_assert_errno(EOK, "never");
    ktest_assert_in_range("never", 5, 5, 5);
    ktest_expect_panic();
    ktest_passed();
    assert_string_equal(console.text,
                        "\n== list/basic ==\n\n[ ENDS WITH PANIC ]\n\nTest passed.\n\n");
    assert_int_equal(machine_status, -1);
    setup(NULL);
    ENDS(ktest_assert(1 > 2, "one is %d", 1));
    assert_non_null(strstr(console.text, ": one is 1 (1 > 2)\n\nTest failed.\n"));
    assert_int_equal(machine_status, EXIT_FAILED);
    setup(NULL);
    ENDS(ktest_assert_in_range("size", 5, 6, 9));
    assert_non_null(strstr(console.text, ": 5 (0x5) is outside 6 to 9 (size)\n\nTest failed.\n"));
    setup(NULL);
    ENDS(ktest_assert_in_range("size", 10, 6, 9));
    ENDS(ktest_assert_errno(ENOMEM, "thread_create"));
    assert_non_null(strstr(console.text, "Out of memory (thread_create)\n\nTest failed.\n"));
}

static void test_errno(void **state)
{
    (void)state;
    for (int error = EOK; error < ERRNO_COUNT; error++) {
        const char *text = errno_as_str((errno_t)error);

        assert_non_null(text);
        assert_string_not_equal(text, "Unknown error");
        for (int other = EOK; other < error; other++)
            assert_string_not_equal(text, errno_as_str((errno_t)other));
    }
    assert_int_equal(EOK, 0);
    assert_string_equal(errno_as_str(ERRNO_COUNT), "Unknown error");
    assert_string_equal(errno_as_str((errno_t)-1), "Unknown error");
    assert_string_equal(errno_as_str((errno_t)INT32_MAX), "Unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_printk, setup),
        cmocka_unit_test_setup(test_printk_inside_printk, setup),
        cmocka_unit_test_setup(test_interrupts, setup),
        cmocka_unit_test_setup(test_snprintk, setup),
        cmocka_unit_test_setup(test_panic, setup),
        cmocka_unit_test_setup(test_assert_and_dprintk, setup),
        cmocka_unit_test_setup(test_dump_function, setup),
        cmocka_unit_test_setup(test_ktest, setup),
        cmocka_unit_test_setup(test_errno, setup),
    };

    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
