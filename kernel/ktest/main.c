/* SPDX-License-Identifier: MIT */
/*
 * kernel_main() of an image with a test that needs no threads: boots as far as
 * the heap and calls kernel_test() on the boot stack. Interrupts are enabled,
 * as a test may ask, but nothing raises any.
 */
#include <main.h>

#include <board/board.h>
#include <drivers/machine.h>
#include <exc.h>
#include <ktest.h>
#include <mm/heap.h>
#include <mm/memory.h>

void kernel_main(void)
{
    board_init();
    printk("Cairn on %s\n", board_name);
    memory_init();
    heap_init();
    interrupts_restore(true);
    kernel_test();
    machine_halt();
}
