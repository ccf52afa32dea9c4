/* SPDX-License-Identifier: MIT */
/*
 * Making contexts and following frame records. The switch itself is in entry.S.
 */
#include <arch/context.h>
#include <arch/cpu.h>

#include "layout.h"

_Static_assert(offsetof(struct cpu_local, context) == CPU_LOCAL_CONTEXT, "entry.S loads it");
_Static_assert(offsetof(struct cpu_local, irq_stack_top) == CPU_LOCAL_IRQ_STACK_TOP,
               "outside code reads it");
_Static_assert(offsetof(struct arch_context, sp) == CONTEXT_SP, "entry.S stores it");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "entry.S stores it");
_Static_assert(sizeof(struct arch_context) == CONTEXT_BYTES, "entry.S stores pairs up to the end");

void arch_context_init(struct arch_context *context, uintptr_t stack_top, void (*entry)(void *arg),
                       void *arg)
{
    *context = (struct arch_context){
        .x = {[0] = (uintptr_t)arg},
        .sp = stack_top & ~(uintptr_t)15, /* AAPCS64 6.4.5.1 */
        .pc = (uintptr_t)entry,
        .pstate = PSTATE_EL1T | PSTATE_D,
    };
}

bool arch_unwind(uintptr_t low, uintptr_t high, uintptr_t *frame, uintptr_t *pc)
{
    /* A frame record is the caller's frame pointer and the return address (AAPCS64 6.4.6). */
    const uintptr_t *record = (const uintptr_t *)*frame;

    if (*frame % 16 != 0 || *frame < low || high - low < 16 || *frame > high - 16)
        return false;
    if (record[1] == 0 || (record[0] != 0 && record[0] <= *frame))
        return false; /* stacks grow down: a caller's frame lies above */
    *pc = record[1];
    *frame = record[0];
    return true;
}
