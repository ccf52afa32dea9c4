/* SPDX-License-Identifier: MIT */
/*
 * Saved registers. There is one form for all: an exception saves every
 * register of the interrupted code into the context that cpu_local()->context
 * names (inside the thread object, never on the thread's stack, which may
 * have overflowed), and restores from whatever that names at its end. A
 * voluntary switch saves what a call must preserve into the same form, so a
 * thread that was preempted and one that yielded are resumed by the same code.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <arch/impl/context.h> /* struct arch_context */

/*
 * Make a context that calls entry(arg) on an empty stack ending at stack_top
 * (aligned down to what the ABI wants), interrupts enabled. entry must not
 * return. O(1).
 */
void arch_context_init(struct arch_context *context, uintptr_t stack_top, void (*entry)(void *arg),
                       void *arg);

/*
 * Leave the running thread and continue `load`; returns when somebody
 * continues `save`. Interrupts must be masked and are masked on return.
 * Not from an exception handler: there, set cpu_local()->context instead.
 */
void arch_context_switch(struct arch_context *save, struct arch_context *load);

/*
 * impl/context.h also supplies, inline and O(1), what a saved context says:
 * arch_context_pc(), arch_context_stack_pointer(), arch_context_frame_pointer(),
 * and arch_context_interrupts_enabled(), which holds only for a context that an
 * exception saved.
 */

/*
 * Follow the chain of frames by one: *frame and *pc are replaced by the
 * caller's. The frame record must lie in [low, high), which the caller knows
 * to be readable. Returns false at the end of the chain or when it makes no
 * sense; never faults.
 */
bool arch_unwind(uintptr_t low, uintptr_t high, uintptr_t *frame, uintptr_t *pc);

#endif
