/* SPDX-License-Identifier: MIT */
/*
 * The per-CPU block, boot values and interrupt lines.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/irq.h>
#include <arch/mmu.h>

#include "mips32.h"

/* Registers of kernel_main() when an exception interrupts it before there are threads. */
static struct arch_context boot_context;

/* Aligned, so that one %hi serves all members in vectors.S. */
_Alignas(64) struct cpu_local mips32_cpu;

uint32_t mips32_boot_registers[4];

#ifndef MIPS32_TLB_ENTRIES
uint32_t mips32_tlb_entries;
#endif

/*
 * The enabled lines, as bits of Status. The end of every interrupt copies them to
 * Status. Code that was interrupted between reading and writing Status may then
 * write back older lines; this lasts until the next interrupt ends, and
 * arch_irq_pending() ignores those lines.
 */
uint32_t mips32_irq_lines;

extern const char mips32_boot_args[BOOT_ARGS_BYTES];

const char *mips32_image_args(void)
{
    return mips32_boot_args;
}

#if STACK_WINDOW_BYTES > 0
_Static_assert(BOOT_STACK_PAGE *ARCH_PAGE_SIZE == ARCH_STACK_GUARD_BYTES, "a guard first");
_Static_assert((IRQ_STACK_PAGE - BOOT_STACK_PAGE) * ARCH_PAGE_SIZE ==
                   BOOT_STACK_BYTES + ARCH_STACK_GUARD_BYTES,
               "a guard between them");
_Static_assert((FIRST_THREAD_PAGE - IRQ_STACK_PAGE) * ARCH_PAGE_SIZE == IRQ_STACK_BYTES,
               "the guard of the first thread is part of its slot");
#endif

/* The address at which a stack of the image is used: in the stack window if there is one. */
static uintptr_t place_stack(const uint8_t *base, const uint8_t *top, unsigned page)
{
#if STACK_WINDOW_BYTES > 0
    uintptr_t address = STACK_WINDOW_BASE + page * ARCH_PAGE_SIZE;

    if (mips32_tlb_entries == 0) /* the board refuses the machine, on this stack */
        return (uintptr_t)base;
    /* Cannot fail: the page table is linear. */
    (void)arch_map_stack(address, (uintptr_t)base, (size_t)(top - base));
    return address;
#else
    (void)top;
    (void)page;
    return (uintptr_t)base;
#endif
}

uint32_t mips32_tlb_pairs(void)
{
    return mips32_tlb_entries;
}

uintptr_t mips32_boot(void)
{
    struct cpu_local *local = &mips32_cpu;

    local->context = &boot_context;
    local->boot_stack_base = place_stack(_boot_stack_base, _boot_stack_top, BOOT_STACK_PAGE);
    local->boot_stack_top =
        local->boot_stack_base + (uintptr_t)(_boot_stack_top - _boot_stack_base);
    local->irq_stack_base = place_stack(_irq_stack_base, _irq_stack_top, IRQ_STACK_PAGE);
    local->irq_stack_top = local->irq_stack_base + (uintptr_t)(_irq_stack_top - _irq_stack_base);
    return local->boot_stack_top;
}

static void set_irq_lines(uint32_t lines)
{
    bool enabled = arch_interrupts_disable();

    mips32_irq_lines = lines;
    mips32_write_status((mips32_read_status() & ~STATUS_IM) | lines);
    arch_interrupts_restore(enabled);
}

void arch_irq_enable(unsigned line)
{
    set_irq_lines(mips32_irq_lines | 1u << (STATUS_IM_SHIFT + line));
}

void arch_irq_disable(unsigned line)
{
    set_irq_lines(mips32_irq_lines & ~(1u << (STATUS_IM_SHIFT + line)));
}

int arch_irq_pending(void)
{
    uint32_t cause;

    MIPS32_READ_CP0(13, cause);
    uint32_t pending = cause & mips32_irq_lines;

    for (int line = 7; line >= 0; line--) {
        if ((pending >> (STATUS_IM_SHIFT + line) & 1) != 0)
            return line;
    }
    return -1;
}

_Noreturn void arch_halt(void)
{
    (void)arch_interrupts_disable();
    for (;;)
        __asm__ volatile("");
}
