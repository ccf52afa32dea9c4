/* SPDX-License-Identifier: MIT */
/*
 * Checks of the stack pointer against the stack's bounds and of the guard region
 * against its pattern, and the watermark.
 */
#include <proc/stack_check.h>

#include <debug.h>
#include <mem_stack.h>

static stack_guard_handler_t guard_handler;

void stack_check_set_guard_handler(stack_guard_handler_t handler)
{
    guard_handler = handler;
}

int thread_stack_guard_ok(const thread_t *thread)
{
    return mem_stack_guard_ok((const void *)thread->stack->base, KSTACK_GUARD_BYTES);
}

size_t thread_stack_high_watermark_bytes(const thread_t *thread)
{
    return mem_stack_high_watermark((const void *)thread->stack->base, thread->stack->bytes,
                                    KSTACK_GUARD_BYTES);
}

const char *stack_check_what(enum overflow_kind kind)
{
    switch (kind) {
    case OVERFLOW_UNMAPPED:
        return "access below the stack at";
    case OVERFLOW_GUARD_REGION:
        return "guard region corrupted, stack pointer";
    default:
        return "stack pointer outside the stack:";
    }
}

_Noreturn void stack_check_panic(const thread_t *thread, enum overflow_kind kind, uintptr_t address)
{
    panic("%s of thread %u \"%s\" is %s: stack %p-%p, %s %p, deepest use %zu of %zu bytes",
          kind == OVERFLOW_GUARD_REGION ? "stack guard" : "stack pointer", thread->id, thread->name,
          kind == OVERFLOW_GUARD_REGION ? "corrupted" : "wrong", (void *)thread->stack->base,
          (void *)(thread->stack->base + thread->stack->bytes), stack_check_what(kind),
          (void *)address, thread_stack_high_watermark_bytes(thread), thread->stack->bytes);
}

bool stack_check_handle_guard(thread_t *thread)
{
    return guard_handler != NULL && guard_handler(thread);
}

_Noreturn void stack_check_refuse_switch(void)
{
    panic_if(cpu_local()->irq_depth != 0, "an interrupt gives up the CPU, which only threads may");
    stack_check_panic(cpu_local()->thread, OVERFLOW_POINTER, arch_stack_pointer());
}

void stack_check_own(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    const thread_t *self = cpu_local()->thread;
    uintptr_t pointer = arch_stack_pointer();

    if (!stack_check_pointer_ok(self, pointer))
        stack_check_refuse_switch();
    if (CONFIG_COURSE && guard_handler == NULL && !thread_stack_guard_ok(self))
        stack_check_panic(self, OVERFLOW_GUARD_REGION, pointer);
}
