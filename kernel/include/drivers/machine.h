/* SPDX-License-Identifier: MIT */
/*
 * Ending or stopping the whole machine.
 */
#ifndef DRIVERS_MACHINE_H
#define DRIVERS_MACHINE_H

/* End the machine with success (status 0 where it can report one). From anywhere. Never returns. */
_Noreturn void machine_halt(void);

/* End the machine with a failure status, 1 to 255 (exit.h has their meanings). From anywhere. Never
 * returns. */
_Noreturn void machine_fail(int status);

/*
 * Print the caller's address and stop in the emulator's or an attached debugger,
 * which can continue. MSIM without a terminal ends the machine instead; other
 * boards go on if no gdb is attached. From anywhere.
 */
void machine_enter_debugger(void);

#endif
