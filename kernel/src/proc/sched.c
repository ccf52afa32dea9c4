/* SPDX-License-Identifier: MIT */
/*
 * Round robin. There are two ways to switch: a thread that gives up the CPU
 * calls arch_context_switch(); the timer interrupt, whose entry has already
 * saved all registers into the thread object, only changes what
 * cpu_local()->context names. Both leave the same kind of context behind.
 */
#include <proc/sched.h>

#include <arch/cpu.h>
#include <arch/timer.h>
#include <board/board.h>
#include <config/thread_max.h>
#include <config/tick_hz.h>
#include <debug.h>
#include <exc.h>
#include <mm/kstack.h>

static list_t ready;
static thread_t *idle;
static uint32_t ticks;
static unsigned slice_left;
static sched_guard_handler_t guard_handler;

static void *idle_main(void *unused)
{
    (void)unused;
    for (;;) {
        interrupts_disable();
        if (list_is_empty(&ready))
            arch_wait_for_interrupt();
        interrupts_restore(true);
        thread_yield();
    }
    return NULL;
}

void sched_init(void)
{
    list_init(&ready);
    kstack_init(CONFIG_THREAD_MAX);
    thread_init();
    /* thread_create() stores the object before it makes it ready: the idle thread is never queued. */
    errno_t err = thread_create(&idle, idle_main, NULL, 0, "idle");

    panic_if(err != EOK, "no idle thread: %s", errno_as_str(err));
}

void sched_ready(thread_t *thread)
{
    thread->state = THREAD_READY;
    if (thread != idle)
        list_append(&ready, &thread->link);
}

void sched_remove(thread_t *thread)
{
    list_remove(&thread->link);
}

/* The thread to run now, taken out of the queue and marked. */
static thread_t *pick(void)
{
    link_t *link = list_pop(&ready);
    thread_t *next = link != NULL ? list_item(link, thread_t, link) : idle;

    next->state = THREAD_RUNNING;
    slice_left = SCHED_SLICE_TICKS;
    cpu_local()->thread = next;
    return next;
}

void sched_switch(void)
{
    thread_t *self = thread_get_current();
    thread_t *next = pick();

    if (next != self)
        arch_context_switch(&self->context, &next->context);
}

_Noreturn void sched_start(void)
{
    struct arch_context boot; /* saved into once, never resumed */

    interrupts_disable();
    board_irq_enable(arch_timer_irq());
    arch_timer_start(CONFIG_TICK_HZ);
    thread_t *first = pick();

    arch_context_switch(&boot, &first->context);
    panic("the boot context was resumed");
}

uint32_t sched_ticks(void)
{
    return ticks;
}

void sched_set_guard_handler(sched_guard_handler_t handler)
{
    guard_handler = handler;
}

void sched_tick(unsigned periods)
{
    thread_t *self = thread_get_current();

    ticks += periods;
    if (self == NULL)
        return;
    self->ticks += periods;
    if (!thread_stack_guard_ok(self) && (guard_handler == NULL || !guard_handler(self)))
        panic("stack guard of thread %u \"%s\" is corrupted: stack %p-%p, deepest use %zu of %zu "
              "bytes",
              self->id, self->name, (void *)self->stack->base,
              (void *)(self->stack->base + self->stack->bytes),
              thread_stack_high_watermark_bytes(self), self->stack->bytes);
    slice_left = slice_left > periods ? slice_left - periods : 0;
    if ((slice_left > 0 && self != idle) || list_is_empty(&ready))
        return;
    sched_ready(self);
    cpu_local()->context = &pick()->context;
}
