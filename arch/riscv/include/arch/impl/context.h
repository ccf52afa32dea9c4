/* SPDX-License-Identifier: MIT */
/*
 * RISC-V's saved registers. entry.S knows the offsets; context.c asserts them.
 * No FP registers: the kernel is built without F and D. tp (x4) is saved for
 * reports only; every context resumes with the CPU's own.
 */
#ifndef ARCH_IMPL_CONTEXT_H
#define ARCH_IMPL_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct arch_context {
    uintptr_t x[31]; /* x1 to x31; x2 is the stack pointer, x8 the frame pointer */
    uintptr_t pc;    /* sepc */
    /*
     * sstatus, with SPP set; 0 in a context saved by arch_context_switch(), where
     * only the registers that a call preserves are valid: x2, x8, x9, x18 to x27,
     * pc.
     */
    uintptr_t status;
};

/* The member that holds general register n, 1 to 31. */
#define RISCV_REG(context, n) ((context)->x[(n)-1])

static inline uintptr_t arch_context_pc(const struct arch_context *context)
{
    return context->pc;
}

static inline uintptr_t arch_context_stack_pointer(const struct arch_context *context)
{
    return RISCV_REG(context, 2);
}

static inline bool arch_context_interrupts_enabled(const struct arch_context *context)
{
    return (context->status & 0x20) != 0; /* sstatus.SPIE */
}

#define ARCH_HAS_FRAME_RECORDS 1

static inline uintptr_t arch_context_frame_pointer(const struct arch_context *context)
{
    return RISCV_REG(context, 8);
}

#endif
