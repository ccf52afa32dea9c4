/* SPDX-License-Identifier: MIT */
/*
 * kernel_main() of an image with a test that needs no threads: boots as far as
 * the heap and calls kernel_test() on the boot stack. Interrupts are enabled,
 * as a test may ask, but nothing raises any. The stack has no page below it
 * that would trap, so its lowest bytes are looked at when the test gives its
 * verdict, returns, panics, or ends with an exception. An overflow that
 * overwrites what these need is noticed by whoever judges the output only.
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

/* Copied, because an overflow may run into this CPU's block. */
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
    board_init();
    printk("Cairn on %s\n", board_name);
    memory_init();
    heap_init();
    interrupts_restore(true);
    kernel_test();
    ktest_check_stacks();
    machine_halt();
}
