/* SPDX-License-Identifier: MIT */
/*
 * What happens when a thread's stack has overflowed: the machine ends with a
 * report (STACK_OVERFLOW=panic), or that thread alone ends (kill), reported
 * too, and the rest goes on. A thread that overflowed with interrupts masked was
 * inside the kernel's own data and is never just ended, nor is the idle thread.
 *
 * Found by the CPU at the unmapped pages below the stack, by the tick in the
 * guard region, and by tick and switch in the stack pointer itself, when a
 * frame has jumped over all of that. In a switch it always ends the machine: the
 * thread has called functions on memory that is not its own, maybe on
 * another's stack, and to report it goes on there.
 */
#ifndef PROC_OVERFLOW_H
#define PROC_OVERFLOW_H

#include <proc/thread.h>
#include <types.h>

enum overflow_kind {
    OVERFLOW_UNMAPPED,     /* an access below the stack trapped */
    OVERFLOW_GUARD_REGION, /* the pattern at its low end has changed */
    OVERFLOW_POINTER,      /* the stack pointer is outside the stack */
};

/* Choose at run time between killing the thread (true) and ending the machine. Returns the earlier
 * choice. From anywhere. */
bool overflow_set_kill(bool kill);

/* Whether a stack pointer lies in the thread's stack. O(1), from anywhere. */
static inline bool overflow_pointer_ok(const thread_t *thread, uintptr_t pointer)
{
    return pointer - thread->stack->base <= thread->stack->bytes;
}

/* Report and end the machine. From anywhere. */
_Noreturn void overflow_panic(const thread_t *thread, enum overflow_kind kind, uintptr_t address);

/* The tick has found it in the thread that it interrupted: end one or the other. Comes back when it
 * was the thread. */
void overflow_found_in_tick(thread_t *thread, enum overflow_kind kind, uintptr_t address);

/*
 * A trap because of `address`, which may be the stack of the running thread
 * overflowing. From the exception handler only. Returns true when the thread was ended and another
 * is to be resumed; false when it is for the caller to report.
 */
bool overflow_handle_trap(uintptr_t address);

#endif
