/* SPDX-License-Identifier: MIT */
/*
 * Decoding of exceptions (Arm ARM, D13.2.37 ESR_EL1). Bus errors of the two
 * probing functions are handled here; everything else is passed to the kernel.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/probe.h>
#include <arch/trap.h>

#include "aarch64.h"

#define EC(esr)              ((unsigned)((esr) >> 26) & 0x3f)
#define EC_INSTRUCTION_ABORT 0x21
#define EC_PC_ALIGNMENT      0x22
#define EC_DATA_ABORT        0x25
#define EC_WATCHPOINT        0x35
#define ESR_WRITE            (UINT64_C(1) << 6)
#define ESR_FAR_NOT_VALID    (UINT64_C(1) << 10)
#define FAULT_STATUS(esr)    ((unsigned)(esr)&0x3f)
#define VECTOR_SYNC          0
#define VECTOR_SERROR        3

struct arch_context aarch64_nested_context;

/* The accesses of arch_probe_read() and arch_probe_write(), and the end of both: entry.S. */
extern const uint8_t aarch64_probe_begin[], aarch64_probe_end[];

struct class_name {
    unsigned char code;
    const char *short_name;
    const char *long_name;
};

static const struct class_name class_names[] = {
    {0x00, "UNKNOWN", "undefined instruction"},
    {0x01, "WFX", "trapped WFI or WFE"},
    {0x07, "FPSIMD", "trapped floating-point access"},
    {0x0e, "ILLEGAL", "illegal execution state"},
    {0x15, "SVC", "supervisor call"},
    {0x16, "HVC", "hypervisor call"},
    {0x17, "SMC", "secure monitor call"},
    {0x18, "SYSREG", "trapped system register access"},
    {0x20, "IABT0", "instruction abort from EL0"},
    {EC_INSTRUCTION_ABORT, "IABT", "instruction abort"},
    {EC_PC_ALIGNMENT, "PCALIGN", "misaligned program counter"},
    {0x24, "DABT0", "data abort from EL0"},
    {EC_DATA_ABORT, "DABT", "data abort"},
    {0x26, "SPALIGN", "misaligned stack pointer"},
    {0x2f, "SERROR", "system error"},
    {0x31, "BREAK", "hardware breakpoint"},
    {0x33, "STEP", "software step"},
    {EC_WATCHPOINT, "WATCH", "watchpoint"},
    {0x3c, "BRK", "breakpoint instruction"},
};

static const struct class_name *find_class(unsigned code)
{
    static const struct class_name unknown = {0, "RESERVED", "reserved exception class"};

    for (size_t i = 0; i < sizeof class_names / sizeof class_names[0]; i++) {
        if (class_names[i].code == code)
            return &class_names[i];
    }
    return &unknown;
}

/* The meaning of an abort's fault status, without its level. */
static const char *fault_name(unsigned status)
{
    if (status == 0x10)
        return "synchronous external abort";
    if (status == 0x21)
        return "alignment fault";
    switch (status >> 2) {
    case 0:
        return "address size fault";
    case 1:
        return "translation fault (unmapped)";
    case 2:
        return "access flag fault";
    case 3:
        return "permission fault";
    case 5:
        return "external abort on a table walk";
    default:
        return "other fault";
    }
}

static struct arch_trap decode(unsigned vector, struct arch_context *context)
{
    static const struct class_name others[] = {
        {0, "IRQ", "interrupt"}, {0, "FIQ", "fast interrupt"}, {0, "SERROR", "system error"}};
    struct arch_trap trap = {.context = context};

    /* Interrupts do not change ESR_EL1. */
    if (vector == VECTOR_SYNC || vector == VECTOR_SERROR)
        trap.syndrome = READ_SYSREG(esr_el1);
    if (vector != VECTOR_SYNC) {
        trap.short_name = others[vector - 1].short_name;
        trap.long_name = others[vector - 1].long_name;
        return trap;
    }
    unsigned code = EC(trap.syndrome);
    const struct class_name *class = find_class(code);

    trap.short_name = class->short_name;
    trap.long_name = class->long_name;
    if (code == EC_DATA_ABORT || code == EC_INSTRUCTION_ABORT || code == EC_PC_ALIGNMENT ||
        code == EC_WATCHPOINT) {
        trap.has_address = (trap.syndrome & ESR_FAR_NOT_VALID) == 0;
        trap.is_write = code == EC_DATA_ABORT && (trap.syndrome & ESR_WRITE) != 0;
        trap.address = READ_SYSREG(far_el1);
    }
    return trap;
}

/* If a probing function's access failed, make that function return false. */
static bool mend_probe(unsigned vector, struct arch_context *context)
{
    bool is_access = vector == VECTOR_SERROR ||
                     (vector == VECTOR_SYNC && EC(READ_SYSREG(esr_el1)) == EC_DATA_ABORT);

    if (!is_access || context->pc < (uintptr_t)aarch64_probe_begin ||
        context->pc >= (uintptr_t)aarch64_probe_end)
        return false;
    context->x[0] = 0;
    context->pc = (uintptr_t)aarch64_probe_end;
    return true;
}

void aarch64_irq(void)
{
    struct cpu_local *local = cpu_local();

    local->irq_depth++;
    kernel_interrupt();
    local->irq_depth--;
}

void aarch64_trap(unsigned vector)
{
    struct cpu_local *local = cpu_local();

    if (mend_probe(vector, local->context))
        return;
    struct arch_trap trap = decode(vector, local->context);

    local->irq_depth++;
    kernel_trap(&trap);
    local->irq_depth--;
}

_Noreturn void aarch64_nested_trap(struct arch_context *context, unsigned vector)
{
    struct arch_trap trap = decode(vector, context);

    trap.nested = true;
    cpu_local()->irq_depth++;
    kernel_trap(&trap);
    arch_halt();
}

void arch_trap_print(const struct arch_trap *trap, void (*print)(const char *format, ...))
{
    const struct arch_context *context = trap->context;
    unsigned code = EC(trap->syndrome);
    bool abort = code == EC_DATA_ABORT || code == EC_INSTRUCTION_ABORT;

    print("[EXC] EL1 %s (%s)%s%s%s ESR=0x%lx ELR=0x%lx FAR=0x%lx SPSR=0x%lx\n", trap->long_name,
          trap->short_name,
          code != EC_DATA_ABORT ? ""
          : trap->is_write      ? " write"
                                : " read",
          abort ? ", " : "", abort ? fault_name(FAULT_STATUS(trap->syndrome)) : "",
          (unsigned long)trap->syndrome, (unsigned long)context->pc,
          (unsigned long)(trap->has_address ? trap->address : 0), (unsigned long)context->pstate);
    for (unsigned i = 0; i < 31; i++) {
        print("%s x%-2u %016lx", i % 4 == 0 ? "[EXC] " : "", i, (unsigned long)context->x[i]);
        if (i % 4 == 3)
            print("\n");
    }
    print("  sp %016lx\n", (unsigned long)context->sp);
}
