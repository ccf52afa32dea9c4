/* SPDX-License-Identifier: MIT */
/*
 * Waiting, and ending, where no other thread may run: boot jobs of kind "fault",
 * like those in faults.c. faults_interrupt.c has the calls from an interrupt.
 */
#include <exc.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <proc/cond.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/spinlock.h>
#include <proc/tick.h>

#include "../include/order.h"

static spinlock_t outer = {.name = "outer"};
static spinlock_t middle = {.name = "middle"};
static spinlock_t inner = {.name = "inner"};
static mutex_t mutex;
static sem_t sem;
static cond_t cond;

static int survived(void)
{
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

static void spin_ticks(uint32_t ticks)
{
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < ticks;)
        ;
}

/* --- With a spinlock -------------------------------------------------------------------------- */

static int suspend_with_spinlock(void)
{
    bool enabled = spinlock_lock(&outer);

    thread_suspend();
    spinlock_unlock(&outer, enabled);
    return survived();
}

/* No other thread is ready, so nothing would happen. */
static int yield_with_spinlock(void)
{
    bool enabled = spinlock_lock(&outer);

    thread_yield();
    spinlock_unlock(&outer, enabled);
    return survived();
}

static void *end_main(void *unused)
{
    (void)spinlock_lock(&outer);
    return unused;
}

static int end_with_spinlock(void)
{
    (void)thread_join(start(end_main, NULL, THREAD_PRIORITY_DEFAULT, "holder"), NULL);
    return survived();
}

/* Unlocked in the wrong order: the outer one is still held. */
static int suspend_with_outer(void)
{
    bool enabled = spinlock_lock(&outer);

    (void)spinlock_lock(&middle);
    (void)spinlock_lock(&inner);
    spinlock_unlock(&middle, false);
    spinlock_unlock(&inner, false);
    thread_suspend();
    spinlock_unlock(&outer, enabled);
    return survived();
}

static volatile bool hook_returns;

static void keep_spinlock(void)
{
    (void)spinlock_lock(&inner);
    hook_returns = true; /* no tail call: the report must name this function */
}

static int interrupt_with_spinlock(void)
{
    tick_set_hook(keep_spinlock);
    spin_ticks(3);
    return survived();
}

/* --- With interrupts masked ------------------------------------------------------------------- */

static void *hold_main(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    return unused;
}

static thread_t *start_holder(void)
{
    (void)mutex_init_with(&mutex, true, "log");
    (void)sem_init_with(&sem, 0, "items");
    (void)cond_init_with(&cond, "changed");
    return start(hold_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "holder");
}

static int masked_sleep(void)
{
    (void)interrupts_disable();
    (void)thread_sleep_ticks(1);
    return survived();
}

static int masked_mutex(void)
{
    (void)start_holder();
    (void)interrupts_disable();
    mutex_lock(&mutex);
    return survived();
}

static int masked_sem(void)
{
    (void)start_holder();
    (void)interrupts_disable();
    sem_wait(&sem);
    return survived();
}

static int masked_cond(void)
{
    (void)thread_kill(start_holder());
    (void)mutex_init_with(&mutex, true, "log");
    mutex_lock(&mutex);
    (void)interrupts_disable();
    cond_wait(&cond, &mutex);
    return survived();
}

static int masked_join(void)
{
    thread_t *holder = start_holder();

    (void)interrupts_disable();
    (void)thread_join(holder, NULL);
    return survived();
}

/* --- Lists ------------------------------------------------------------------------------------ */

/* In the middle of the list: its ends do not show it. */
static int list_twice(void)
{
    static link_t links[3];
    static list_t list;

    list_init(&list);
    for (size_t i = 0; i < 3; i++)
        list_append(&list, &links[i]);
    list_append(&list, &links[1]);
    return survived();
}

#define FAULT(function, what) \
    JOB(fault_##function, .kind = "fault", .name = #function, .run = function, .summary = what)

FAULT(suspend_with_spinlock, "suspend with a spinlock");
FAULT(yield_with_spinlock, "yield with a spinlock");
FAULT(end_with_spinlock, "end with a spinlock");
FAULT(suspend_with_outer, "suspend with the first of three spinlocks");
FAULT(interrupt_with_spinlock, "keep a spinlock past the end of an interrupt");
FAULT(masked_sleep, "sleep with interrupts masked");
FAULT(masked_mutex, "wait for a mutex with interrupts masked");
FAULT(masked_sem, "wait for a semaphore with interrupts masked");
FAULT(masked_cond, "wait for a condition with interrupts masked");
FAULT(masked_join, "join with interrupts masked");
FAULT(list_twice, "append a link to a list twice");
