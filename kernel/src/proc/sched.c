/* SPDX-License-Identifier: MIT */
/*
 * Ready queues and switching. There are two ways to switch: a thread that
 * gives up the CPU calls arch_context_switch(); an interrupt, whose entry has
 * already saved all registers in the thread object, only changes
 * cpu_local()->context. Both leave the same form of saved context.
 *
 * One bit per queue is set while the queue is not empty; the lowest bit stands for
 * the highest priority. Picking a thread is finding the lowest bit, by a
 * multiplication and a table, because not every target has an instruction for it.
 */
#include <proc/sched.h>

#include <arch/cpu.h>
#include <arch/trap.h>
#include <config/course.h>
#include <config/sched_policy.h>
#include <config/slice_ticks.h>
#include <debug.h>
#include <exc.h>
#include <irq.h>
#include <proc/spinlock.h>
#include <proc/stack_check.h>

/* SCHED_POLICY=RR or PRIO; the build rejects other values. */
#define POLICY_RR            0
#define POLICY_PRIO          1
#define PASTE(prefix, name)  prefix##name
#define EXPAND(prefix, name) PASTE(prefix, name)
#define POLICY               EXPAND(POLICY_, CONFIG_SCHED_POLICY)

#define LEVELS ((unsigned)THREAD_PRIORITIES)

_Static_assert(THREAD_PRIORITIES <= 32, "a bit per level in a word");
_Static_assert(CONFIG_SLICE_TICKS > 0, "a slice takes time");

static list_t ready[LEVELS];
static uint32_t ready_levels; /* bit n: ready[n] is not empty */
static thread_t *idle;
static uint32_t ticks;

static const char gives_up[] = "while its holder gives up the CPU";

static unsigned level_of_priority(unsigned priority)
{
    return POLICY == POLICY_PRIO ? THREAD_PRIORITY_MAX - priority : 0;
}

/* Position of the lowest set bit of a word that is not 0 (Leiserson, Prokop, Randall 1998). */
static unsigned lowest_bit(uint32_t word)
{
    static const uint8_t position[32] = {0,  1,  28, 2,  29, 14, 24, 3,  30, 22, 20,
                                         15, 25, 17, 4,  8,  31, 27, 13, 23, 21, 19,
                                         16, 7,  26, 12, 18, 6,  11, 5,  10, 9};

    return position[(uint32_t)((word & (0u - word)) * 0x077cb531u) >> 27];
}

/* The levels of ready threads that are more urgent than this thread. For the idle thread, whose bit
 * is 0, these are all levels. */
static uint32_t more_urgent(const thread_t *thread)
{
    return ready_levels & (thread->level_bit - 1);
}

void sched_queues_init(void)
{
    for (unsigned i = 0; i < LEVELS; i++)
        list_init(&ready[i]);
}

static void enqueue(thread_t *thread, bool in_front)
{
    list_t *queue = thread->ready_queue;

    thread->state = THREAD_READY;
    if (in_front)
        list_prepend(queue, &thread->link);
    else
        list_append(queue, &thread->link);
    ready_levels |= thread->level_bit;
}

static void dequeue(thread_t *thread)
{
    list_remove(&thread->link);
    if (list_is_empty(thread->ready_queue))
        ready_levels &= ~thread->level_bit;
}

void sched_ready(thread_t *thread)
{
    thread->slice_left = CONFIG_SLICE_TICKS;
    if (thread != idle)
        enqueue(thread, false);
    else
        thread->state = THREAD_READY;
}

void sched_remove(thread_t *thread)
{
    dequeue(thread);
}

void sched_set_idle(thread_t *thread)
{
    dequeue(thread);
    idle = thread;
    thread->level_bit = 0;
}

bool sched_is_any_ready(void)
{
    return ready_levels != 0;
}

void sched_set_priority(thread_t *thread, unsigned priority)
{
    unsigned level = level_of_priority(priority);
    bool moves =
        level != thread->level && thread->state == THREAD_READY && link_is_connected(&thread->link);

    if (moves)
        dequeue(thread);
    thread->priority = (uint8_t)priority;
    thread->level = (uint8_t)level;
    thread->level_bit = 1u << level;
    thread->ready_queue = &ready[level];
    if (moves)
        enqueue(thread, false);
}

/* Choose the thread to run: remove it from its queue and mark it as running. */
static thread_t *pick(void)
{
    thread_t *next = idle;

    if (ready_levels != 0) {
        next = list_item(ready[lowest_bit(ready_levels)].head.next, thread_t, link);
        dequeue(next);
    }
    next->state = THREAD_RUNNING;
    cpu_local()->thread = next;
    return next;
}

void sched_switch(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    thread_t *self = sched_current();

    spinlock_check_none(gives_up);
    stack_check_in_switch(self);
    thread_t *next = pick();

    if (next != self)
        arch_context_switch(&self->context, &next->context);
}

_Noreturn void sched_exit(void)
{
    static struct arch_context nowhere; /* saved into, never resumed */

    spinlock_check_none("at the end of its holder");
    thread_t *next = pick();

    arch_context_switch(&nowhere, &next->context);
    panic("what was left for good was resumed");
}

/* Change places with the first ready thread of the same level, which must exist. No ready_levels
 * bit changes. */
static void rotate(thread_t *self)
{
    list_t *queue = self->ready_queue;
    link_t *first = queue->head.next;
    link_t *second = first->next;
    thread_t *next = list_item(first, thread_t, link);

    stack_check_in_switch(self);
    self->state = THREAD_READY;
    self->slice_left = CONFIG_SLICE_TICKS;
    /* The same as list_pop(), shorter because the neighbours are known. */
    queue->head.next = second;
    second->prev = &queue->head;
    link_init(first);
    list_insert_free_between(queue->head.prev, &self->link, &queue->head); /* it was running */
    next->state = THREAD_RUNNING;
    cpu_local()->thread = next;
    arch_context_switch(&self->context, &next->context);
}

void thread_yield(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = interrupts_disable();
    thread_t *self = sched_current();

    spinlock_check_none(gives_up);
    uint32_t candidates = more_urgent(self) | (ready_levels & self->level_bit);

    /* Tell the compiler which path is to be the straight one. */
    if (__builtin_expect(candidates != 0 && candidates == self->level_bit, 1)) {
        rotate(self);
    } else if (candidates != 0) {
        sched_ready(self);
        sched_switch();
    }
    interrupts_restore(enabled);
}

void sched_refuse_masked(bool enabled)
{
    const thread_t *self = sched_current();

    /* A course's own code may rely on it. */
    panic_if(!CONFIG_COURSE && !enabled,
             "thread %u \"%s\" waits with interrupts masked: other threads would run in between",
             self->id, self->name);
}

void sched_restore(bool enabled)
{
    thread_t *self = sched_current();

    if (enabled && self != NULL && more_urgent(self) != 0) {
        if (self != idle)
            enqueue(self, true); /* it keeps the rest of its slice */
        sched_switch();
    }
    interrupts_restore(enabled);
}

uint32_t sched_ticks(void)
{
    return *(volatile uint32_t *)&ticks;
}

uint32_t sched_idle_ticks(void)
{
    return *(volatile uint32_t *)&idle->ticks;
}

bool sched_uses_priorities(void)
{
    return POLICY == POLICY_PRIO;
}

bool sched_is_idle(const thread_t *thread)
{
    return thread == idle;
}

uint32_t sched_charge(unsigned periods)
{
    thread_t *self = sched_current();

    self->ticks += periods;
    self->slice_left = self->slice_left > periods ? self->slice_left - periods : 0;
    return ticks += periods;
}

void sched_leave_current(void)
{
    cpu_local()->context = &pick()->context;
}

/* Preempt the interrupted thread when its slice is over or a thread of higher priority is ready. */
static void preempt(thread_t *self)
{
    bool expired = self->slice_left == 0 && (ready_levels & self->level_bit) != 0;

    if (!expired && more_urgent(self) == 0)
        return;
    if (self == idle)
        self->state = THREAD_READY;
    else if (expired)
        sched_ready(self);
    else
        enqueue(self, true);
    sched_leave_current();
}

/* The port's upcall for every interrupt. Threads that its handler made ready run at its end. */
void kernel_interrupt(void)
{
    irq_serve();
    spinlock_check_none("at the end of an interrupt");
    thread_t *self = sched_current();

    if (self != NULL) /* otherwise it has interrupted boot code */
        preempt(self);
}
