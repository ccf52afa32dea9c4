/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and panics in an image without threads: print the registers and
 * end the machine. No function names are printed, because the image has no
 * table of them.
 */
#include <arch/trap.h>
#include <board/board.h>
#include <debug.h>
#include <exit.h>
#include <lib/print.h>

#include "plain.h"

static void tell_overflow(void)
{
    if (ktest_stack_overflown())
        printk("[stack] stack overflow: the guard of the boot stack is corrupted\n");
}

void kernel_interrupt(void)
{
    /* None is let through. */
}

void kernel_trap(struct arch_trap *trap)
{
    static bool reported;

    if (!reported && !trap->nested) {
        reported = true;
        printk("\n");
        arch_trap_print(trap, printk);
        tell_overflow();
    }
    board_exit(EXIT_EXCEPTION);
}

void ktest_report_init(void)
{
    panic_set_report(tell_overflow);
}
