/* SPDX-License-Identifier: MIT */
/*
 * Making contexts. The switch itself is in vectors.S.
 */
#include <arch/context.h>
#include <arch/cpu.h>

#include "layout.h"

_Static_assert(offsetof(struct cpu_local, context) == CPU_LOCAL_CONTEXT, "vectors.S loads it");
_Static_assert(offsetof(struct cpu_local, irq_stack_top) == CPU_LOCAL_IRQ_STACK_TOP,
               "vectors.S loads it");
_Static_assert(offsetof(struct cpu_local, irq_depth) == CPU_LOCAL_IRQ_DEPTH, "vectors.S counts it");
_Static_assert(sizeof(struct cpu_local) <= 64, "one %hi serves all members");
_Static_assert(offsetof(struct arch_context, hi) == CONTEXT_HI, "vectors.S stores it");
_Static_assert(offsetof(struct arch_context, lo) == CONTEXT_LO, "vectors.S stores it");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "vectors.S stores it");
_Static_assert(offsetof(struct arch_context, status) == CONTEXT_STATUS, "vectors.S stores it");
_Static_assert(sizeof(struct arch_context) == CONTEXT_BYTES, "vectors.S stores all of it");

void arch_context_init(struct arch_context *context, uintptr_t stack_top, void (*entry)(void *arg),
                       void *arg)
{
    uintptr_t top = stack_top & ~(uintptr_t)7; /* o32 */

    *context = (struct arch_context){
        .pc = (uintptr_t)entry,
        .status = STATUS_EXL | STATUS_IE, /* enabled after the eret; lines are added on resuming */
    };
    MIPS32_REG(context, 4) = (uintptr_t)arg;
    MIPS32_REG(context, 29) = top - ARGUMENT_AREA_BYTES;
}
