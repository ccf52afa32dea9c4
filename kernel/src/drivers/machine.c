/* SPDX-License-Identifier: MIT */
/*
 * The end of the machine, as the rest of the kernel calls it.
 */
#include <drivers/machine.h>

#include <board/board.h>
#include <exc.h>
#include <exit.h>
#include <lib/print.h>

_Noreturn void machine_fail(int status)
{
    interrupts_disable();
    board_exit(status);
}

_Noreturn void machine_halt(void)
{
    machine_fail(EXIT_OK);
}

void machine_enter_debugger(void)
{
    /* The call may be hard to find in the debugger, and where there is none, this tells of it. */
    printk("[debugger] called from %p\n", __builtin_return_address(0));
    board_enter_debugger();
}
