/* SPDX-License-Identifier: MIT */
/*
 * What is printed for people: the CPU's state in the banner, and the registers of an
 * exception. Compiled for size.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/trap.h>

#include "mips32.h"

#define CAUSE_BD 0x80000000u

void arch_cpu_print_state(void (*print)(const char *format, ...))
{
    uint32_t id, config;

    MIPS32_READ_CP0(15, id);
    MIPS32_READ_CP0(16, config);
    print("[cpu] PRId=0x%08x Config=0x%08x Status=0x%08x, TLB of %u pairs, kernel in kseg0 "
          "%scached (K0=%u)\n",
          (unsigned)id, (unsigned)config, (unsigned)mips32_read_status(),
          (unsigned)mips32_tlb_entries, (config & 7) == KSEG0_UNCACHED ? "un" : "",
          (unsigned)(config & 7));
}

void arch_trap_print(const struct arch_trap *trap, void (*print)(const char *format, ...))
{
    static const char names[32][3] = {"ze", "at", "v0", "v1", "a0", "a1", "a2", "a3",
                                      "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7",
                                      "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
                                      "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"};
    const struct arch_context *context = trap->context;

    print("[EXC] %s (%s)%s%s Cause=0x%08x EPC=0x%08x BadVAddr=0x%08x Status=0x%08x\n",
          trap->long_name, trap->short_name,
          !trap->has_address ? ""
          : trap->is_write   ? " write"
                             : " read",
          (trap->syndrome & CAUSE_BD) != 0 ? ", in a delay slot" : "", (unsigned)trap->syndrome,
          (unsigned)context->pc, (unsigned)(trap->has_address ? trap->address : 0),
          (unsigned)context->status);
    for (unsigned i = 1; i < 32; i++) {
        print("%s %s %08x", i % 8 == 0 || i == 1 ? "[EXC] " : "", names[i],
              (unsigned)MIPS32_REG(context, i));
        if (i % 8 == 7)
            print("\n");
    }
    print("[EXC]  hi %08x lo %08x\n", (unsigned)context->hi, (unsigned)context->lo);
}
