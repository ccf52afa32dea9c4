/* SPDX-License-Identifier: MIT */
/*
 * The work of a timer tick, in order.
 */
#include <proc/tick.h>

#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/timer.h>
#include <config/tick_hz.h>
#include <debug.h>
#include <exc.h>
#include <irq.h>
#include <proc/alarm.h>
#include <proc/cpu_stack.h>
#include <proc/idle.h>
#include <proc/overflow.h>
#include <proc/sched.h>

_Static_assert(CONFIG_TICK_HZ >= 1 && CONFIG_TICK_HZ <= 100000, "TICK_HZ must be 1 to 100000");

static void (*hook)(void);

void tick_set_hook(void (*new_hook)(void))
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = interrupts_disable();

    idle_count_wakers((new_hook != NULL) - (hook != NULL));
    hook = new_hook;
    interrupts_restore(enabled);
}

static void wake_due(uint32_t now)
{
    thread_t *thread;

    while ((thread = alarm_take_due(now)) != NULL) {
        if (thread->state == THREAD_SLEEPING)
            sched_ready(thread);
        else if (thread->state == THREAD_BLOCKED)
            wait_time_out(thread);
        /* Otherwise it is ready: its wait ended in time, but it has not run since. */
    }
}

static void check_stack_of(thread_t *thread)
{
    uintptr_t pointer = arch_context_stack_pointer(&thread->context);

    if (!stack_check_pointer_ok(thread, pointer))
        overflow_found_in_tick(thread, OVERFLOW_POINTER, pointer);
    else if (!thread_stack_guard_ok(thread) && !stack_check_handle_guard(thread))
        overflow_found_in_tick(thread, OVERFLOW_GUARD_REGION, pointer);
}

void tick_pass(unsigned periods)
{
    wake_due(sched_charge(periods));
    cpu_stack_check(CPU_STACK_INTERRUPT);
    if (hook != NULL)
        hook();
    check_stack_of(sched_current());
}

static void on_timer(void *unused)
{
    (void)unused;
    tick_pass(arch_timer_acknowledge());
}

void tick_start(void)
{
    errno_t err = irq_register(arch_timer_irq(), on_timer, NULL);

    assert(err == EOK); /* no handler was registered before */
    (void)err;
    arch_timer_start(CONFIG_TICK_HZ);
}
