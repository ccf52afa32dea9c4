/* SPDX-License-Identifier: MIT */
/*
 * Detection and report of stack overflows in threads; proc/overflow.h decides
 * whether the thread or the machine ends. Also implements thread_stack_guard_ok()
 * and thread_stack_high_watermark_bytes() of proc/thread.h.
 */
#ifndef PROC_STACK_CHECK_H
#define PROC_STACK_CHECK_H

#include <arch/cpu.h>
#include <config/course.h>
#include <proc/thread.h>
#include <types.h>

enum overflow_kind {
    OVERFLOW_UNMAPPED,     /* an access below the stack trapped */
    OVERFLOW_GUARD_REGION, /* the pattern at its low end has changed */
    OVERFLOW_POINTER,      /* the stack pointer is outside the stack */
};

/* The kind of overflow in words, to be followed by an address. O(1), from anywhere. */
const char *stack_check_what(enum overflow_kind kind);

/* Report an overflow and end the machine. From anywhere. */
_Noreturn void stack_check_panic(const thread_t *thread, enum overflow_kind kind,
                                 uintptr_t address);

/* Whether a stack pointer lies in the thread's stack. O(1), from anywhere. */
static inline bool stack_check_pointer_ok(const thread_t *thread, uintptr_t pointer)
{
    return pointer - thread->stack->base <= thread->stack->bytes;
}

/*
 * Set a handler for corrupted guard regions; NULL: none. If it returns true, it
 * has handled the corruption and the thread continues. Without a handler, or if
 * it returns false, STACK_OVERFLOW decides (proc/overflow.h). It runs in the timer
 * interrupt or, for a thread that has ended, with interrupts masked where its stack
 * is freed. O(1), from anywhere.
 */
typedef bool (*stack_guard_handler_t)(thread_t *thread);
void stack_check_set_guard_handler(stack_guard_handler_t handler);

/* Call the handler for a thread with a corrupted guard region; false if there is no handler. In the
 * timer interrupt, or with interrupts masked. */
bool stack_check_handle_guard(thread_t *thread);

/*
 * Panic if the running thread's stack pointer is outside its stack. With COURSE=1,
 * where no pages are unmapped below stacks, also panic if the guard region is
 * corrupted and there is no handler: a thread that overflows and blocks before a
 * tick would not be detected. O(1); not from an interrupt, which has a separate
 * stack.
 */
void stack_check_own(void);

/*
 * Panic because the stack pointer is outside the running thread's stack. In an
 * interrupt it always is: the report then says that functions for threads are
 * misused. From anywhere.
 */
_Noreturn void stack_check_refuse_switch(void);

/* The same inline, for every switch. `self` is the running thread. Interrupts masked. O(1). */
static inline void stack_check_in_switch(const thread_t *self)
{
    if (CONFIG_COURSE) /* small rather than fast */
        stack_check_own();
    else if (!stack_check_pointer_ok(self, arch_stack_pointer()))
        stack_check_refuse_switch();
}

#endif
