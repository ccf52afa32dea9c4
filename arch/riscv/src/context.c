/* SPDX-License-Identifier: MIT */
/*
 * Making contexts and following frame records. The switch itself is in entry.S.
 */
#include <arch/context.h>

#include "layout.h"
#include "riscv.h"

_Static_assert(offsetof(struct riscv_cpu, local.context) == CPU_LOCAL_CONTEXT, "entry.S loads it");
_Static_assert(offsetof(struct riscv_cpu, local.irq_stack_top) == CPU_LOCAL_IRQ_STACK_TOP,
               "entry.S loads it");
_Static_assert(offsetof(struct riscv_cpu, local.irq_depth) == CPU_LOCAL_IRQ_DEPTH,
               "entry.S counts it");
_Static_assert(offsetof(struct riscv_cpu, scratch) == CPU_SCRATCH, "entry.S uses it");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "entry.S stores it");
_Static_assert(offsetof(struct arch_context, status) == CONTEXT_STATUS, "entry.S stores it");
_Static_assert(sizeof(struct arch_context) == CONTEXT_BYTES, "entry.S stores all of it");

/* A frame pointer is the caller's stack pointer; below it lie the return address and the caller's
 * frame pointer. */
#define RECORD_BYTES (2 * WORD_BYTES)

void arch_context_init(struct arch_context *context, uintptr_t stack_top, void (*entry)(void *arg),
                       void *arg)
{
    *context = (struct arch_context){
        .pc = (uintptr_t)entry,
        .status = SSTATUS_SPP | SSTATUS_SPIE,
    };
    RISCV_REG(context, 2) = stack_top & ~(uintptr_t)15; /* psABI */
    RISCV_REG(context, 10) = (uintptr_t)arg;
}

static bool in_text(uintptr_t pc)
{
    return pc >= (uintptr_t)_text_start && pc < (uintptr_t)_text_end;
}

bool arch_unwind(uintptr_t low, uintptr_t high, uintptr_t *frame, uintptr_t *pc)
{
    const struct arch_context *trap = riscv_reported;
    uintptr_t at = *frame;

    if (at % WORD_BYTES != 0 || at > high || at < low || at - low < RECORD_BYTES)
        return false;
    const uintptr_t *record = (const uintptr_t *)(at - RECORD_BYTES);
    uintptr_t caller_frame = record[0];
    uintptr_t caller = record[1];

    /* gcc: a function that calls none saves only the frame pointer, in the upper word. */
    if (trap != NULL && *pc == trap->pc && at == RISCV_REG(trap, 8) && !in_text(caller)) {
        caller_frame = record[1];
        caller = RISCV_REG(trap, 1);
    }
    if (!in_text(caller) || (caller_frame != 0 && caller_frame <= at))
        return false; /* stacks grow down: a caller's frame lies above */
    *pc = caller;
    *frame = caller_frame;
    return true;
}
