/* SPDX-License-Identifier: MIT */
/*
 * AArch64's saved registers. entry.S knows the offsets; context.c asserts them.
 * No FP registers: the kernel is built with -mgeneral-regs-only.
 */
#ifndef ARCH_IMPL_CONTEXT_H
#define ARCH_IMPL_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct arch_context {
    uint64_t x[31];  /* x[29] is the frame pointer, x[30] the link register */
    uint64_t sp;     /* SP_EL0: threads run at EL1t */
    uint64_t pc;     /* ELR_EL1 */
    uint64_t pstate; /* SPSR_EL1 */
};

static inline uintptr_t arch_context_pc(const struct arch_context *context)
{
    return context->pc;
}

static inline uintptr_t arch_context_stack_pointer(const struct arch_context *context)
{
    return context->sp;
}

static inline bool arch_context_interrupts_enabled(const struct arch_context *context)
{
    return (context->pstate & 0x80) == 0; /* PSTATE.I */
}

#define ARCH_HAS_FRAME_RECORDS 1

static inline uintptr_t arch_context_frame_pointer(const struct arch_context *context)
{
    return context->x[29];
}

#endif
