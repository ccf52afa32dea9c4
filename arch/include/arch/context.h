/* SPDX-License-Identifier: MIT */
/*
 * Saved registers, in one form for all purposes. An exception saves every
 * register of the interrupted code into the context at cpu_local()->context,
 * and on return restores from the context that this pointer then names. The
 * context is part of the thread object, never on the thread's stack, which may
 * have overflowed. A voluntary switch saves the registers that a call must
 * preserve into the same form. Preempted threads and threads that yielded are
 * therefore resumed by the same code.
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
 * Save the running thread's context in `save` and resume `load`. Returns when
 * `save` is resumed. Interrupts must be masked and are masked on return. Not
 * from an exception handler: there, set cpu_local()->context instead.
 */
void arch_context_switch(struct arch_context *save, struct arch_context *load);

/*
 * impl/context.h also supplies inline O(1) accessors of a saved context:
 * arch_context_pc(), arch_context_stack_pointer(),
 * arch_context_frame_pointer(), and arch_context_interrupts_enabled(). The last
 * is valid only for a context that an exception saved. ARCH_HAS_FRAME_RECORDS is
 * 1 if a frame pointer points to the caller's.
 */

/*
 * Go one frame up: replace *frame and *pc by the caller's. The frame record
 * must lie in [low, high), which the caller guarantees to be readable. Returns
 * false at the end of the chain or when the record is invalid; never faults.
 */
bool arch_unwind(uintptr_t low, uintptr_t high, uintptr_t *frame, uintptr_t *pc);

#endif
