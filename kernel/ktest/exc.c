/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and panics in an image without threads: the registers, and the
 * end. Names no functions, because the image carries no table of them.
 */
#include <arch/trap.h>
#include <board/board.h>
#include <debug.h>
#include <exit.h>
#include <lib/print.h>

void kernel_interrupt(void)
{
    int irq = board_irq_claim();

    if (irq >= 0)
        board_irq_complete(irq);
}

void kernel_trap(struct arch_trap *trap)
{
    static bool reported;

    if (!reported && !trap->nested) {
        reported = true;
        printk("\n");
        arch_trap_print(trap, printk);
    }
    board_exit(EXIT_EXCEPTION);
}

void panic_report(void)
{
}
