/* SPDX-License-Identifier: MIT */
/*
 * Watermark and guard of the boot stack and the interrupt stack. The boot stack is
 * in use before it is filled. The frames of kernel_main()'s callers lie above the
 * filled part and count as used.
 */
#include <proc/cpu_stack.h>

#include <arch/cpu.h>
#include <debug.h>
#include <mem_stack.h>
#include <mm/kstack.h>

/* Below the stack pointer of cpu_stack_init(), for the frames of functions that it calls. */
#define FILL_MARGIN_BYTES 256

struct cpu_stack cpu_stack_get(unsigned index)
{
    const struct cpu_local *local = cpu_local();

    if (index == CPU_STACK_BOOT)
        return (struct cpu_stack){"boot", local->boot_stack_base,
                                  local->boot_stack_top - local->boot_stack_base};
    return (struct cpu_stack){"interrupt", local->irq_stack_base,
                              local->irq_stack_top - local->irq_stack_base};
}

void cpu_stack_init(void)
{
    struct cpu_stack boot = cpu_stack_get(CPU_STACK_BOOT);
    struct cpu_stack interrupt = cpu_stack_get(CPU_STACK_INTERRUPT);
    size_t room = arch_stack_pointer() - boot.base;

    mem_stack_fill((void *)interrupt.base, interrupt.bytes, KSTACK_GUARD_BYTES);
    if (room > FILL_MARGIN_BYTES + KSTACK_GUARD_BYTES && room <= boot.bytes)
        mem_stack_fill((void *)boot.base, room - FILL_MARGIN_BYTES, KSTACK_GUARD_BYTES);
}

bool cpu_stack_guard_ok(unsigned index)
{
    return mem_stack_guard_ok((const void *)cpu_stack_get(index).base, KSTACK_GUARD_BYTES);
}

size_t cpu_stack_high_watermark_bytes(unsigned index)
{
    struct cpu_stack stack = cpu_stack_get(index);

    return mem_stack_high_watermark((const void *)stack.base, stack.bytes, KSTACK_GUARD_BYTES);
}

void cpu_stack_check(unsigned index)
{
    if (cpu_stack_guard_ok(index))
        return;
    struct cpu_stack stack = cpu_stack_get(index);

    panic("stack guard of the %s stack is corrupted: stack %p-%p", stack.name, (void *)stack.base,
          (void *)(stack.base + stack.bytes));
}
