/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files of this port: system register access and the linker
 * script's symbols.
 */
#ifndef AARCH64_AARCH64_H
#define AARCH64_AARCH64_H

#include <stdbool.h>
#include <stdint.h>

#define READ_SYSREG(name)                                  \
    __extension__({                                        \
        uint64_t value_;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })
#define WRITE_SYSREG(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)))

static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

struct arch_context;
struct cpu_local;

extern uint8_t _text_start[], _text_end[], _rodata_start[], _rodata_end[];
extern uint8_t _data_start[], _data_end[], _kernel_end[];
extern uint8_t _boot_stack_base[], _boot_stack_top[];
extern uint8_t _irq_stack_base[], _irq_stack_top[];
extern uint8_t _emergency_stack_base[], _emergency_stack_top[];

/* Build the first page tables and turn on MMU and caches. */
void aarch64_mmu_enable(void);

/* From start.S. */
void aarch64_boot(uintptr_t device_tree, unsigned entry_level);

/* From entry.S, on the exception stack. vector: 0 synchronous, 2 FIQ, 3 SError. */
void aarch64_irq(void);
void aarch64_trap(unsigned vector);
_Noreturn void aarch64_nested_trap(struct arch_context *context, unsigned vector);

extern struct cpu_local aarch64_cpu;
extern struct arch_context aarch64_nested_context;

#endif
