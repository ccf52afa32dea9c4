/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files of this port: CSRs, the per-CPU block, and the linker
 * script's symbols.
 */
#ifndef RISCV_RISCV_H
#define RISCV_RISCV_H

#include <arch/cpu.h>

#define READ_CSR(name)                                      \
    __extension__({                                         \
        uintptr_t value_;                                   \
        __asm__ volatile("csrr %0, " #name : "=r"(value_)); \
        value_;                                             \
    })
#define WRITE_CSR(name, value) \
    __asm__ volatile("csrw " #name ", %0" : : "r"((uintptr_t)(value)) : "memory")

struct arch_context;

/* What tp points to. */
struct riscv_cpu {
    struct cpu_local local;
    uintptr_t scratch; /* of the exception entry */
};

extern uint8_t _text_start[], _text_end[], _rodata_start[], _rodata_end[];
extern uint8_t _data_start[], _data_end[], _kernel_end[];
extern uint8_t _boot_stack_base[], _boot_stack_top[];
extern uint8_t _irq_stack_base[], _irq_stack_top[];
extern uint8_t _emergency_stack_base[], _emergency_stack_top[];

/* Build the first page tables and turn translation on. */
void riscv_mmu_enable(void);

/* From start.S: the hart that boots, and the device tree's address or 0. */
void riscv_boot(uintptr_t hart, uintptr_t device_tree);

/* From entry.S, on the exception stack. */
void riscv_trap(void);
_Noreturn void riscv_nested_trap(void);

extern struct riscv_cpu riscv_cpu;
extern struct arch_context riscv_nested_context;

/* The registers of the first exception that was reported, for arch_unwind(). */
extern const struct arch_context *riscv_reported;

/* From entry.S. */
extern const uint8_t riscv_probe_begin[], riscv_probe_end[];

/* Whether S-mode may use stimecmp (the Sstc extension). Interrupts masked. */
bool riscv_has_stimecmp(void);

/* What arch_timer_start() will use: the name of a register, or "SBI". Interrupts masked. */
const char *riscv_timer_name(void);

#endif
