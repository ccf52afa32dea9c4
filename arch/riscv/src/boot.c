/* SPDX-License-Identifier: MIT */
/*
 * The C part of booting: the per-CPU block, then translation, which is off until
 * riscv_mmu_enable() returns.
 */
#include <arch/context.h>
#include <arch/impl/boot.h>

#include "riscv.h"

struct riscv_cpu riscv_cpu;
uintptr_t riscv_device_tree;

/* Registers of kernel_main() when an exception interrupts it before there are threads. */
static struct arch_context boot_context;

void riscv_boot(uintptr_t hart, uintptr_t device_tree)
{
    riscv_device_tree = device_tree;
    riscv_cpu.local = (struct cpu_local){
        .context = &boot_context,
        .irq_stack_top = (uintptr_t)_irq_stack_top,
        .irq_stack_base = (uintptr_t)_irq_stack_base,
        .boot_stack_top = (uintptr_t)_boot_stack_top,
        .boot_stack_base = (uintptr_t)_boot_stack_base,
        .id = (unsigned)hart,
    };
    riscv_mmu_enable();
}

static const char *translation_name(uintptr_t satp)
{
    if (satp >> (__riscv_xlen - 1) == 0)
        return "no translation";
    return __riscv_xlen == 64 ? "Sv39" : "Sv32";
}

void arch_cpu_print_state(void (*print)(const char *format, ...))
{
    uintptr_t satp = READ_CSR(satp);

    print("[cpu] RV%u hart %u in S-mode, satp=0x%lx (%s) sstatus=0x%lx sie=0x%lx, timer: %s\n",
          (unsigned)__riscv_xlen, cpu_local()->id, (unsigned long)satp, translation_name(satp),
          (unsigned long)READ_CSR(sstatus), (unsigned long)READ_CSR(sie), riscv_timer_name());
}
