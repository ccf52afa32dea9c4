/* SPDX-License-Identifier: MIT */
/*
 * Decoding of exceptions (MIPS32 PRA III, table 9.50: Cause.ExcCode). Bus
 * errors of the two probing functions are handled here; everything else is
 * passed to the kernel.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/impl/end.h>
#include <arch/probe.h>
#include <arch/trap.h>

#include "mips32.h"

#define EXCCODE(cause)    ((unsigned)((cause) >> 2) & 0x1f)
#define EXCCODE_INTERRUPT 0
#define EXCCODE_DATA_BUS  7

struct arch_context mips32_nested_context;
const struct arch_context *mips32_reported;
bool mips32_ending;

struct cause_name {
    char short_name[6];
    enum { NO_ADDRESS, READ, WRITE } access;
    const char *long_name;
};

static const struct cause_name cause_names[] = {
    {"INT", NO_ADDRESS, "interrupt"},
    {"MOD", WRITE, "write to a read-only page"},
    {"TLBL", READ, "load or fetch from an unmapped page"},
    {"TLBS", WRITE, "store to an unmapped page"},
    {"ADEL", READ, "misaligned or forbidden load or fetch"},
    {"ADES", WRITE, "misaligned or forbidden store"},
    {"IBE", NO_ADDRESS, "bus error on a fetch"},
    {"DBE", NO_ADDRESS, "bus error on a load or store, perhaps an earlier one"},
    {"SYS", NO_ADDRESS, "system call"},
    {"BP", NO_ADDRESS, "breakpoint"},
    {"RI", NO_ADDRESS, "reserved instruction"},
    {"CPU", NO_ADDRESS, "coprocessor unusable"},
    {"OV", NO_ADDRESS, "arithmetic overflow"},
    {"TR", NO_ADDRESS, "trap instruction"},
};

static struct arch_trap decode(uint32_t cause, uintptr_t bad_address, struct arch_context *context)
{
    static const struct cause_name other = {"OTHER", NO_ADDRESS, "other exception"};
    unsigned code = EXCCODE(cause);
    const struct cause_name *name =
        code < sizeof cause_names / sizeof cause_names[0] ? &cause_names[code] : &other;

    return (struct arch_trap){
        .short_name = name->short_name,
        .long_name = name->long_name,
        .syndrome = cause,
        .address = bad_address,
        .has_address = name->access != NO_ADDRESS,
        .is_write = name->access == WRITE,
        .context = context,
    };
}

/* If a probing function's access failed, make that function return false. */
static bool mend_probe(uint32_t cause, struct arch_context *context)
{
    if (EXCCODE(cause) != EXCCODE_DATA_BUS || context->pc < (uintptr_t)mips32_probe_begin ||
        context->pc >= (uintptr_t)mips32_probe_end)
        return false;
    MIPS32_REG(context, 2) = 0;
    context->pc = MIPS32_REG(context, 31);
    return true;
}

static void interrupt(struct arch_context *context)
{
    /* The interrupt may have arrived just before the wait instruction that should wait for it. */
    if (context->pc >= (uintptr_t)mips32_wait_begin && context->pc < (uintptr_t)mips32_wait_end)
        context->pc = (uintptr_t)mips32_wait_end;
    kernel_interrupt();
}

void mips32_exception(uint32_t cause, uintptr_t bad_address)
{
    struct arch_context *context = cpu_local()->context;

    if (EXCCODE(cause) == EXCCODE_INTERRUPT) {
        interrupt(context);
        return;
    }
    if (mips32_ending)
        arch_halt();
    if (mend_probe(cause, context))
        return;
    struct arch_trap trap = decode(cause, bad_address, context);

    if (mips32_reported == NULL)
        mips32_reported = context;
    kernel_trap(&trap);
}

_Noreturn void mips32_nested_exception(uint32_t cause, uintptr_t bad_address)
{
    if (mips32_ending)
        arch_halt();
    struct arch_trap trap = decode(cause, bad_address, &mips32_nested_context);

    trap.nested = true;
    kernel_trap(&trap);
    arch_halt();
}
