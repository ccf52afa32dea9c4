/* SPDX-License-Identifier: MIT */
/*
 * Stack overflow: end the thread or the machine.
 */
#include <proc/overflow.h>

#include <arch/context.h>
#include <arch/cpu.h>
#include <config/stack_overflow.h>
#include <debug.h>
#include <lib/print.h>
#include <proc/sched.h>

/* STACK_OVERFLOW=panic or kill; the build rejects other values. */
#define POLICY_panic         false
#define POLICY_kill          true
#define PASTE(prefix, name)  prefix##name
#define EXPAND(prefix, name) PASTE(prefix, name)

static bool kills = EXPAND(POLICY_, CONFIG_STACK_OVERFLOW);

bool overflow_set_kill(bool kill)
{
    bool before = kills;

    kills = kill;
    return before;
}

/*
 * Whether the thread that this exception interrupted can be ended without harm to
 * other threads. Neither caller asks about an exception inside a handler.
 */
static bool can_kill(const thread_t *thread)
{
    const struct cpu_local *local = cpu_local();

    assert(local->irq_depth == 1);
    return kills && !sched_is_idle(thread) && arch_context_interrupts_enabled(local->context);
}

static void print_overflow(const thread_t *thread, enum overflow_kind kind, uintptr_t address)
{
    printk(
        "[stack] overflow in thread %u \"%s\": %s %p; stack %p-%p, deepest use %zu of %zu bytes\n",
        thread->id, thread->name, stack_check_what(kind), (void *)address,
        (void *)thread->stack->base, (void *)(thread->stack->base + thread->stack->bytes),
        thread_stack_high_watermark_bytes(thread), thread->stack->bytes);
}

static void kill_current(thread_t *thread, enum overflow_kind kind, uintptr_t address)
{
    print_overflow(thread, kind, address);
    printk("[stack] thread %u \"%s\" is ended; the others go on (STACK_OVERFLOW=kill)\n",
           thread->id, thread->name);
    kstack_mend_guard(thread->stack); /* reported once */
    thread_end_current_in_trap();
}

void overflow_found_in_tick(thread_t *thread, enum overflow_kind kind, uintptr_t address)
{
    if (!can_kill(thread))
        stack_check_panic(thread, kind, address);
    kill_current(thread, kind, address);
}

bool overflow_handle_trap(uintptr_t address)
{
    thread_t *self = sched_current();

    if (self == NULL || !can_kill(self) || kstack_find(address) != self->stack ||
        address >= self->stack->base)
        return false;
    kill_current(self, OVERFLOW_UNMAPPED, address);
    return true;
}

void overflow_check_ended(thread_t *thread)
{
    if (thread_stack_guard_ok(thread) || stack_check_handle_guard(thread))
        return;
    uintptr_t pointer = arch_context_stack_pointer(&thread->context);

    if (!kills)
        stack_check_panic(thread, OVERFLOW_GUARD_REGION, pointer);
    print_overflow(thread, OVERFLOW_GUARD_REGION, pointer);
    printk("[stack] thread %u \"%s\" had already ended; the others go on (STACK_OVERFLOW=kill)\n",
           thread->id, thread->name);
}
