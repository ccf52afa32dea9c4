/* SPDX-License-Identifier: MIT */
/*
 * kernel_main() of an image without threads: initialises memory and heap and
 * calls kernel_test() on the boot stack. Interrupts are enabled, because a test
 * may check that, but no device raises one. No unmapped page lies below the
 * stack, so its lowest bytes are checked when the test gives its verdict,
 * returns, panics or raises an exception. If an overflow overwrites the data
 * that this check needs, only the judge of the output can notice.
 */
#include <main.h>

#include <arch/cpu.h>
#include <board/board.h>
#include <debug.h>
#include <drivers/machine.h>
#include <exc.h>
#include <ktest.h>
#include <mem_stack.h>
#include <mm/heap.h>
#include <mm/memory.h>

#include "plain.h"

#define GUARD_BYTES 64

/* Copies, because an overflow may overwrite this CPU's block. */
static uintptr_t stack_base;
static size_t stack_bytes;

bool ktest_stack_overflown(void)
{
    return stack_base != 0 && !mem_stack_guard_ok((const void *)stack_base, GUARD_BYTES);
}

void ktest_check_stacks(void)
{
    panic_if(ktest_stack_overflown(), "kernel_test() used more than its %zu bytes of stack",
             stack_bytes);
}

void kernel_main(void)
{
    stack_base = cpu_local()->boot_stack_base;
    stack_bytes = cpu_local()->boot_stack_top - stack_base;
    mem_stack_guard_write((void *)stack_base, GUARD_BYTES);
    ktest_report_init();
    board_init();
    printk("Cairn on %s\n", board_name);
    memory_init();
    heap_init();
    interrupts_restore(true);
    kernel_test();
    ktest_check_stacks();
    machine_halt();
}
