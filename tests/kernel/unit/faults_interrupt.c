/* SPDX-License-Identifier: MIT */
/*
 * Functions that only threads may call, called in an interrupt: one per run,
 * chosen by the boot argument call=N. All are detected with KERNEL_DEBUG
 * (tests/kernel/threads.t), and the report must name the function. Those that
 * would switch to another thread, or create one, are detected always; they have
 * faults of their own.
 */
#include <arch/cpu.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <mm/kstack.h>
#include <mm/memory.h>
#include <proc/cond.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/stack_check.h>
#include <proc/tick.h>

#include "../include/order.h"

static mutex_t mutex;
static sem_t sem;
static cond_t cond;
static thread_t *thread;

static void *suspended_main(void *data)
{
    thread_suspend();
    return data;
}

/* A wrapper that calls one function and ignores its result. */
#define CALL(function, ...)           \
    static void call_##function(void) \
    {                                 \
        (void)function(__VA_ARGS__);  \
    }
CALL(thread_create, &thread, suspended_main, NULL, 0, "x")
CALL(thread_yield)
CALL(thread_suspend)
CALL(thread_sleep_ticks, 1)
CALL(thread_set_priority, thread, 1)
CALL(thread_join, thread, NULL)
CALL(thread_join_ticks, thread, NULL, 1)
CALL(thread_kill, thread)
CALL(mutex_destroy, &mutex)
CALL(mutex_lock, &mutex)
CALL(mutex_lock_ticks, &mutex, 1)
CALL(mutex_trylock, &mutex)
CALL(mutex_unlock, &mutex)
CALL(sem_destroy, &sem)
CALL(sem_wait, &sem)
CALL(sem_wait_ticks, &sem, 1)
CALL(cond_destroy, &cond)
CALL(cond_wait, &cond, &mutex)
CALL(cond_wait_ticks, &cond, &mutex, 1)
CALL(wait_prepare, NULL, NULL, NULL)
CALL(wait_block, true)
CALL(wait_block_ticks, 1, true)
CALL(sched_switch)
CALL(stack_check_own)
CALL(tick_set_hook, NULL)
CALL(kstack_alloc)
CALL(kmem_alloc_aligned, 16, 16)

static void call_thread_finish(void)
{
    thread_finish(NULL);
}

#define ENTRY(function, where)            \
    {                                     \
#function, where, call_##function \
    }

/* `where`: the function that asserts; some share a static function. */
static const struct {
    const char *name, *where;
    void (*call)(void);
} calls[] = {
    ENTRY(thread_create, "thread_create"),
    ENTRY(thread_yield, "thread_yield"),
    ENTRY(thread_suspend, "thread_suspend"),
    ENTRY(thread_sleep_ticks, "thread_sleep_ticks"),
    ENTRY(thread_set_priority, "thread_set_priority"),
    ENTRY(thread_finish, "thread_finish"),
    ENTRY(thread_join, "join"),
    ENTRY(thread_join_ticks, "join"),
    ENTRY(thread_kill, "thread_kill"),
    ENTRY(mutex_destroy, "mutex_destroy"),
    ENTRY(mutex_lock, "mutex_lock"),
    ENTRY(mutex_lock_ticks, "mutex_lock_ticks"),
    ENTRY(mutex_trylock, "mutex_trylock"),
    ENTRY(mutex_unlock, "mutex_unlock"),
    ENTRY(sem_destroy, "sem_destroy"),
    ENTRY(sem_wait, "sem_wait"),
    ENTRY(sem_wait_ticks, "sem_wait_ticks"),
    ENTRY(cond_destroy, "cond_destroy"),
    ENTRY(cond_wait, "cond_wait"),
    ENTRY(cond_wait_ticks, "cond_wait_ticks"),
    ENTRY(wait_prepare, "wait_prepare"),
    ENTRY(wait_block, "sched_switch"),
    ENTRY(wait_block_ticks, "sched_switch"),
    ENTRY(sched_switch, "sched_switch"),
    ENTRY(stack_check_own, "stack_check_own"),
    ENTRY(tick_set_hook, "tick_set_hook"),
    ENTRY(kstack_alloc, "kstack_alloc"),
    ENTRY(kmem_alloc_aligned, "kmem_alloc_aligned"),
};

static volatile uint32_t chosen;

static void hook(void)
{
    calls[chosen].call();
}

static int call_in_interrupt(uint32_t number)
{
    chosen = number;
    (void)mutex_init(&mutex);
    (void)sem_init(&sem, 0);
    (void)cond_init(&cond);
    if (chosen >= sizeof calls / sizeof calls[0]) {
        printk("[fault] there are %zu\n", sizeof calls / sizeof calls[0]);
        return EXIT_USAGE;
    }
    printk("[fault] %s() in an interrupt, asserted in %s()\n", calls[chosen].name,
           calls[chosen].where);
    thread = start(suspended_main, NULL, THREAD_PRIORITY_DEFAULT, "thread");
    tick_set_hook(hook);
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < 3;)
        ;
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

static int call_by_name(void (*call)(void))
{
    uint32_t number = 0;

    while (calls[number].call != call)
        number++;
    (void)start(suspended_main, NULL, THREAD_PRIORITY_DEFAULT, "ready");
    return call_in_interrupt(number);
}

static int in_interrupt(void)
{
    return call_in_interrupt(job_option("call", 0));
}

static int create_in_interrupt(void)
{
    return call_by_name(call_thread_create);
}

static int yield_in_interrupt(void)
{
    return call_by_name(call_thread_yield);
}

static int suspend_in_interrupt(void)
{
    return call_by_name(call_thread_suspend);
}

JOB(fault_in_interrupt, .kind = "fault", .name = "in_interrupt", .run = in_interrupt,
    .summary = "call=N: in an interrupt, call what only threads may");
JOB(fault_create_in_interrupt, .kind = "fault", .name = "create_in_interrupt",
    .run = create_in_interrupt, .summary = "create a thread in an interrupt");
JOB(fault_yield_in_interrupt, .kind = "fault", .name = "yield_in_interrupt",
    .run = yield_in_interrupt, .summary = "yield in an interrupt");
JOB(fault_suspend_in_interrupt, .kind = "fault", .name = "suspend_in_interrupt",
    .run = suspend_in_interrupt, .summary = "suspend in an interrupt");
