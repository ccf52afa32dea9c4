/* SPDX-License-Identifier: MIT */
/*
 * kernel_main() of an image with a test that needs no threads: boots as far as
 * the heap and calls kernel_test() on the boot stack. Interrupts are enabled,
 * as a test may ask, but nothing raises any. The stack has no page below it
 * that would trap, so its lowest bytes are looked at when the test returns: an
 * overflow that ends the test in another way is not noticed.
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

#define GUARD_BYTES 64

void kernel_main(void)
{
    /* Copied, because what an overflow runs into is this CPU's block. */
    const uintptr_t base = cpu_local()->boot_stack_base;
    const size_t bytes = cpu_local()->boot_stack_top - base;

    mem_stack_guard_write((void *)base, GUARD_BYTES);
    board_init();
    printk("Cairn on %s\n", board_name);
    memory_init();
    heap_init();
    interrupts_restore(true);
    kernel_test();
    panic_if(!mem_stack_guard_ok((const void *)base, GUARD_BYTES),
             "kernel_test() used more than its %zu bytes of stack", bytes);
    machine_halt();
}
