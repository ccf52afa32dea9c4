/* SPDX-License-Identifier: MIT */
/*
 * Ready queues and switching. There are two ways to switch: a thread that
 * gives up the CPU calls arch_context_switch(); an interrupt, whose entry has
 * already saved all registers into the thread object, only changes what
 * cpu_local()->context names. Both leave the same kind of context behind.
 *
 * A bit per queue tells which are not empty, the highest priority in the lowest
 * bit, so that to pick is to find the lowest bit: a multiplication and a table,
 * as not every target has an instruction for it.
 */
#include <proc/sched.h>

#include <arch/cpu.h>
#include <arch/timer.h>
#include <board/board.h>
#include <config/course.h>
#include <config/sched_policy.h>
#include <config/thread_max.h>
#include <config/tick_hz.h>
#include <debug.h>
#include <exc.h>
#include <mm/kstack.h>
#include <proc/cpu_stack.h>
#include <proc/deadlock.h>
#include <proc/overflow.h>

/* SCHED_POLICY=RR or PRIO (the Makefile refuses others). */
#define POLICY_RR            0
#define POLICY_PRIO          1
#define PASTE(prefix, name)  prefix##name
#define EXPAND(prefix, name) PASTE(prefix, name)
#define POLICY               EXPAND(POLICY_, CONFIG_SCHED_POLICY)

#define LEVELS ((unsigned)THREAD_PRIORITIES)

_Static_assert(THREAD_PRIORITIES <= 32, "a bit per level in a word");
_Static_assert(SCHED_SLICE_TICKS > 0, "a slice takes time");

static list_t ready[LEVELS];
static uint32_t ready_levels; /* bit n: ready[n] is not empty */
static list_t alarms;         /* threads by their alarm_link; the first is due first */
static thread_t *idle;
static uint32_t ticks;
static int wakers;
static void (*tick_hook)(void);
_Static_assert(CONFIG_TICK_HZ >= 1 && CONFIG_TICK_HZ <= 100000, "TICK_HZ must be 1 to 100000");

static sched_guard_handler_t guard_handler;

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

/* The levels of ready threads that are more urgent than this thread: all for the idle thread, whose
 * bit is 0. */
static uint32_t more_urgent(const thread_t *thread)
{
    return ready_levels & (thread->level_bit - 1);
}

/* The idle thread's last word before it waits: is there anything left to wait for? */
static void look_for_the_end(void)
{
    static bool reported;

    if (ready_levels != 0 || !list_is_empty(&alarms) || wakers > 0) {
        reported = false;
    } else if (!reported) {
        reported = true;
        deadlock_nothing_runs();
    }
}

static void *idle_main(void *unused)
{
    (void)unused;
    for (;;) {
        interrupts_disable();
        look_for_the_end();
        if (ready_levels == 0)
            arch_wait_for_interrupt();
        interrupts_restore(true);
        thread_yield();
    }
    return NULL;
}

void sched_init(void)
{
    for (unsigned i = 0; i < LEVELS; i++)
        list_init(&ready[i]);
    list_init(&alarms);
    kstack_init(CONFIG_THREAD_MAX);
    thread_init();
    /* thread_create() stores the object before it makes it ready: the idle thread is never queued.
     */
    errno_t err = thread_create(&idle, idle_main, NULL, THREAD_PRIORITY(0), "idle");

    panic_if(err != EOK, "no idle thread: %s", errno_as_str(err));
    idle->level_bit = 0;
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
    thread->slice_left = SCHED_SLICE_TICKS;
    if (thread != idle)
        enqueue(thread, false);
    else
        thread->state = THREAD_READY;
}

void sched_remove(thread_t *thread)
{
    dequeue(thread);
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

/* The thread to run now, taken out of its queue and marked. */
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

static void check_stack_of(const thread_t *self)
{
    uintptr_t pointer = arch_stack_pointer();

    if (!overflow_pointer_ok(self, pointer))
        overflow_panic(self, OVERFLOW_POINTER, pointer);
    /* Where nothing is unmapped, who overflows and blocks before a tick would not be found. */
    if (CONFIG_COURSE && guard_handler == NULL && !thread_stack_guard_ok(self))
        overflow_panic(self, OVERFLOW_GUARD_REGION, pointer);
}

void sched_switch(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    thread_t *self = sched_current();

    check_stack_of(self);
    thread_t *next = pick();

    if (next != self)
        arch_context_switch(&self->context, &next->context);
}

void sched_check_own_stack(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    check_stack_of(sched_current());
}

_Noreturn void sched_exit(void)
{
    static struct arch_context nowhere; /* saved into, never resumed */
    thread_t *next = pick();

    arch_context_switch(&nowhere, &next->context);
    panic("a thread ran on after its end");
}

/* Change places with the first of one's own level, of which there is one: no level becomes empty or
 * not. */
static void rotate(thread_t *self)
{
    list_t *queue = self->ready_queue;
    link_t *first = queue->head.next;
    thread_t *next = list_item(first, thread_t, link);

    check_stack_of(self);
    self->state = THREAD_READY;
    self->slice_left = SCHED_SLICE_TICKS;
    /* list_pop(), with what is known about its neighbours. */
    queue->head.next = first->next;
    first->next->prev = &queue->head;
    link_init(first);
    list_append(queue, &self->link);
    next->state = THREAD_RUNNING;
    cpu_local()->thread = next;
    arch_context_switch(&self->context, &next->context);
}

void thread_yield(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = interrupts_disable();
    thread_t *self = sched_current();
    uint32_t candidates = more_urgent(self) | (ready_levels & self->level_bit);

    if (candidates != 0 && candidates == self->level_bit) {
        rotate(self);
    } else if (candidates != 0) {
        sched_ready(self);
        sched_switch();
    }
    interrupts_restore(enabled);
}

void sched_restore(bool enabled)
{
    thread_t *self = sched_current();

    if (enabled && self != NULL && more_urgent(self) != 0) {
        if (self != idle)
            enqueue(self, true); /* the rest of its slice is still its own */
        sched_switch();
    }
    interrupts_restore(enabled);
}

_Noreturn void sched_start(void)
{
    struct arch_context boot; /* saved into once, never resumed */

    interrupts_disable();
    cpu_stack_check(CPU_STACK_BOOT);
    board_irq_enable(arch_timer_irq());
    arch_timer_start(CONFIG_TICK_HZ);
    thread_t *first = pick();

    arch_context_switch(&boot, &first->context);
    panic("the boot context was resumed");
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

void sched_set_guard_handler(sched_guard_handler_t handler)
{
    guard_handler = handler;
}

void sched_count_wakers(int change)
{
    bool enabled = interrupts_disable();

    wakers += change;
    interrupts_restore(enabled);
}

void sched_set_tick_hook(void (*hook)(void))
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = interrupts_disable();

    wakers += (hook != NULL) - (tick_hook != NULL);
    tick_hook = hook;
    interrupts_restore(enabled);
}

/* Tick numbers wrap; what lies less than 2^31 ahead is later. */
static bool is_later(uint32_t tick, uint32_t than)
{
    return (int32_t)(tick - than) > 0;
}

void sched_set_alarm(uint32_t ticks_from_now)
{
    thread_t *self = sched_current();
    link_t *after = alarms.head.prev;

    self->wake_tick = ticks + ticks_from_now;
    while (after != &alarms.head &&
           is_later(list_item(after, thread_t, alarm_link)->wake_tick, self->wake_tick))
        after = after->prev;
    list_insert_between(after, &self->alarm_link, after->next);
}

void sched_cancel_alarm(thread_t *thread)
{
    if (link_is_connected(&thread->alarm_link))
        list_remove(&thread->alarm_link);
}

void sched_sleep(uint32_t ticks_from_now)
{
    sched_current()->state = THREAD_SLEEPING;
    sched_set_alarm(ticks_from_now);
    sched_switch();
}

static void ring_alarms(void)
{
    while (!list_is_empty(&alarms)) {
        thread_t *first = list_item(alarms.head.next, thread_t, alarm_link);

        if (is_later(first->wake_tick, ticks))
            return;
        list_remove(&first->alarm_link);
        if (first->state == THREAD_SLEEPING)
            sched_ready(first);
        else if (first->state == THREAD_BLOCKED)
            wait_time_out(first);
        /* Else it is ready: its wait has ended in time, but it has not run since. */
    }
}

void sched_tick(unsigned periods)
{
    thread_t *self = sched_current();

    ticks += periods;
    if (self == NULL)
        return;
    self->ticks += periods;
    self->slice_left = self->slice_left > periods ? self->slice_left - periods : 0;
    ring_alarms();
    cpu_stack_check(CPU_STACK_INTERRUPT);
    if (tick_hook != NULL)
        tick_hook();
    uintptr_t pointer = arch_context_stack_pointer(&self->context);

    if (!overflow_pointer_ok(self, pointer))
        overflow_found_in_tick(self, OVERFLOW_POINTER, pointer);
    else if (!thread_stack_guard_ok(self) && (guard_handler == NULL || !guard_handler(self)))
        overflow_found_in_tick(self, OVERFLOW_GUARD_REGION, pointer);
}

void sched_leave_current(void)
{
    cpu_local()->context = &pick()->context;
}

void sched_interrupt_end(void)
{
    thread_t *self = sched_current();

    /* A thread that was ended in this interrupt has been left already. */
    if (self == NULL)
        return;
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
