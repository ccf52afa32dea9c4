/* SPDX-License-Identifier: MIT */
/*
 * Decoding of exceptions (Privileged Architecture 1.12, table 4.2). Access
 * faults of the probing functions are handled here; everything else is passed
 * to the kernel.
 */
#include <arch/context.h>
#include <arch/probe.h>
#include <arch/trap.h>

#include "layout.h"
#include "riscv.h"

#define CAUSE_INTERRUPT    ((uintptr_t)1 << (__riscv_xlen - 1))
#define CAUSE_LOAD_ACCESS  5
#define CAUSE_STORE_ACCESS 7

#define REGISTERS_PER_LINE (256 / __riscv_xlen)

struct arch_context riscv_nested_context;
const struct arch_context *riscv_reported;

struct cause_name {
    char short_name[8];
    enum { NO_ADDRESS, FETCH, READ, WRITE } access;
    const char *long_name;
};

static const struct cause_name cause_names[] = {
    {"IALIGN", FETCH, "misaligned program counter"},
    {"IACC", FETCH, "instruction access fault"},
    {"ILL", NO_ADDRESS, "illegal instruction"},
    {"BP", NO_ADDRESS, "breakpoint"},
    {"LALIGN", READ, "misaligned load"},
    {"LACC", READ, "load access fault"},
    {"SALIGN", WRITE, "misaligned store"},
    {"SACC", WRITE, "store access fault"},
    {"ECALLU", NO_ADDRESS, "call from U-mode"},
    {"ECALLS", NO_ADDRESS, "call from S-mode"},
    {"RES10", NO_ADDRESS, "reserved cause"},
    {"ECALLM", NO_ADDRESS, "call from M-mode"},
    {"IPF", FETCH, "instruction page fault"},
    {"LPF", READ, "load page fault"},
    {"RES14", NO_ADDRESS, "reserved cause"},
    {"SPF", WRITE, "store page fault"},
};

static struct arch_trap decode(struct arch_context *context)
{
    static const struct cause_name other = {"OTHER", NO_ADDRESS, "other exception"};
    static const struct cause_name interrupt = {"INT", NO_ADDRESS, "interrupt"};
    uintptr_t cause = READ_CSR(scause);
    const struct cause_name *name = &other;

    if ((cause & CAUSE_INTERRUPT) != 0)
        name = &interrupt;
    else if (cause < sizeof cause_names / sizeof cause_names[0])
        name = &cause_names[cause];
    return (struct arch_trap){
        .short_name = name->short_name,
        .long_name = name->long_name,
        .syndrome = cause,
        .address = READ_CSR(stval),
        .has_address = name->access != NO_ADDRESS,
        .is_write = name->access == WRITE,
        .context = context,
    };
}

/* If a probing function's access failed, make that function return false. */
static bool mend_probe(uintptr_t cause, struct arch_context *context)
{
    if ((cause != CAUSE_LOAD_ACCESS && cause != CAUSE_STORE_ACCESS) ||
        context->pc < (uintptr_t)riscv_probe_begin || context->pc >= (uintptr_t)riscv_probe_end)
        return false;
    RISCV_REG(context, 10) = 0;
    context->pc = RISCV_REG(context, 1);
    return true;
}

void riscv_trap(void)
{
    uintptr_t cause = READ_CSR(scause);

    if ((cause & CAUSE_INTERRUPT) != 0) {
        kernel_interrupt();
        return;
    }
    struct arch_context *context = cpu_local()->context;

    if (mend_probe(cause, context))
        return;
    struct arch_trap trap = decode(context);

    if (riscv_reported == NULL)
        riscv_reported = context;
    kernel_trap(&trap);
}

_Noreturn void riscv_nested_trap(void)
{
    struct arch_trap trap = decode(&riscv_nested_context);

    trap.nested = true;
    kernel_trap(&trap);
    arch_halt();
}

void arch_trap_print(const struct arch_trap *trap, void (*print)(const char *format, ...))
{
    static const char names[32][4] = {"",   "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                      "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                      "a6", "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                      "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    const struct arch_context *context = trap->context;

    print("[EXC] %s (%s)%s scause=0x%lx sepc=0x%lx stval=0x%lx sstatus=0x%lx\n", trap->long_name,
          trap->short_name,
          !trap->has_address ? ""
          : trap->is_write   ? " write"
                             : " read",
          (unsigned long)trap->syndrome, (unsigned long)context->pc, (unsigned long)trap->address,
          (unsigned long)context->status);
    for (unsigned i = 1; i < 32; i++) {
        print("%s %-3s %0*lx", i % REGISTERS_PER_LINE == 0 || i == 1 ? "[EXC] " : "", names[i],
              2 * WORD_BYTES, (unsigned long)RISCV_REG(context, i));
        if (i % REGISTERS_PER_LINE == REGISTERS_PER_LINE - 1)
            print("\n");
    }
}
