/* SPDX-License-Identifier: MIT */
/*
 * The C part of booting: the per-CPU block, then MMU and caches. The MMU is off
 * until aarch64_mmu_enable() returns.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/impl/boot.h>

#include "aarch64.h"

struct cpu_local aarch64_cpu;

/* Registers of kernel_main() when an exception interrupts it before there are threads. */
static struct arch_context boot_context;

uintptr_t aarch64_device_tree;
unsigned aarch64_entry_level;

void aarch64_boot(uintptr_t device_tree, unsigned entry_level)
{
    aarch64_device_tree = device_tree;
    aarch64_entry_level = entry_level;
    aarch64_cpu = (struct cpu_local){
        .context = &boot_context,
        .irq_stack_top = (uintptr_t)_irq_stack_top,
        .irq_stack_base = (uintptr_t)_irq_stack_base,
        .boot_stack_top = (uintptr_t)_boot_stack_top,
        .boot_stack_base = (uintptr_t)_boot_stack_base,
    };
    aarch64_mmu_enable();
}

uint64_t aarch64_affinity(void)
{
    return READ_SYSREG(mpidr_el1) & UINT64_C(0xff00ffffff);
}

void arch_cpu_print_state(void (*print)(const char *format, ...))
{
    uint64_t sctlr = READ_SYSREG(sctlr_el1);

    print("[cpu] SCTLR_EL1=0x%lx C=%u I=%u M=%u WXN=%u, running at EL%u with SP_EL%u\n",
          (unsigned long)sctlr, (unsigned)(sctlr >> 2 & 1), (unsigned)(sctlr >> 12 & 1),
          (unsigned)(sctlr & 1), (unsigned)(sctlr >> 19 & 1),
          (unsigned)(READ_SYSREG(CurrentEL) >> 2 & 3), (unsigned)(READ_SYSREG(SPSel) & 1));
    print("[cpu] MIDR_EL1=0x%08x, affinity 0x%lx, entered at EL%u, counter at %lu Hz\n",
          (unsigned)READ_SYSREG(midr_el1), (unsigned long)aarch64_affinity(), aarch64_entry_level,
          (unsigned long)aarch64_timer_hz());
}
