/* SPDX-License-Identifier: MIT */
/*
 * The response to the overflow of a thread's stack. With STACK_OVERFLOW=panic
 * the machine ends with a report; with kill only that thread ends, with a
 * report. The machine always ends if the thread ran with interrupts masked,
 * because it may have been changing the kernel's data, and if it is the idle
 * thread.
 *
 * An overflow is detected by the CPU in the unmapped guard below the stack, by
 * the tick, or when the stack is freed, in the guard region, and by tick and switch
 * from the stack pointer, if a frame has jumped over all of that. An overflow found in a switch
 * always ends the machine: functions have already run on memory outside the stack, perhaps on
 * another thread's, and the report continues there.
 */
#ifndef PROC_OVERFLOW_H
#define PROC_OVERFLOW_H

#include <proc/stack_check.h>
#include <proc/thread.h>
#include <types.h>

/*
 * Choose at run time between killing the thread (true) and ending the machine.
 * Returns the previous choice. From anywhere.
 */
bool overflow_set_kill(bool kill);

/*
 * The tick has found an overflow in the thread that it interrupted: end the
 * thread or the machine. Returns if it was the thread. Runs in the timer
 * interrupt.
 */
void overflow_found_in_tick(thread_t *thread, enum overflow_kind kind, uintptr_t address);

/*
 * Check the guard region of an ended thread, whose stack is about to be freed: it
 * may have been corrupted after the thread's last tick. Reports it as the tick
 * does; with STACK_OVERFLOW=kill, the report is all. The reported stack pointer is
 * that of the last switch or interrupt. Costs KSTACK_GUARD_BYTES. Interrupts
 * masked.
 */
void overflow_check_ended(thread_t *thread);

/*
 * Handle a trap at `address` if the running thread's stack has overflowed
 * there. From the exception handler only. Returns true if the thread was ended
 * and another is to be resumed; false if the caller must report the trap.
 */
bool overflow_handle_trap(uintptr_t address);

#endif
