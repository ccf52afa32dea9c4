/* SPDX-License-Identifier: MIT */
/*
 * MIPS32's saved registers. vectors.S knows the offsets; context.c asserts
 * them. No FP registers: the kernel is built with -msoft-float. $26 and $27
 * (k0, k1) belong to the exception entry, and $28 (gp) never changes. They have
 * members only so that a register's number gives its offset.
 */
#ifndef ARCH_IMPL_CONTEXT_H
#define ARCH_IMPL_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct arch_context {
    uint32_t r[31]; /* $1 to $31; $29 is the stack pointer, $31 the return address */
    uint32_t hi;
    uint32_t lo;
    uint32_t pc; /* EPC: of the branch when the exception hit its delay slot */
    /*
     * CP0 Status, with EXL set; 0 in a context saved by arch_context_switch(),
     * where only the registers that a call preserves are valid: $16 to $23,
     * $29, $30, pc.
     */
    uint32_t status;
};

/* The member that holds general register n, 1 to 31. */
#define MIPS32_REG(context, n) ((context)->r[(n)-1])

static inline uintptr_t arch_context_pc(const struct arch_context *context)
{
    return context->pc;
}

static inline uintptr_t arch_context_stack_pointer(const struct arch_context *context)
{
    return MIPS32_REG(context, 29);
}

/* Of a context that an exception saved. */
static inline bool arch_context_interrupts_enabled(const struct arch_context *context)
{
    return (context->status & 1) != 0; /* Status.IE */
}

#define ARCH_HAS_FRAME_RECORDS 0

/* There are no frame records: arch_unwind() reads prologues, and needs the stack pointer. */
static inline uintptr_t arch_context_frame_pointer(const struct arch_context *context)
{
    return MIPS32_REG(context, 29);
}

#endif
