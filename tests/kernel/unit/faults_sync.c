/* SPDX-License-Identifier: MIT */
/*
 * Misuse of locks, deadlocks, and stack overflows that only the scheduler can
 * detect: boot jobs of kind "fault", like those in faults.c.
 */
#include <arch/cpu.h>
#include <debug.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <proc/cond.h>
#include <proc/mutex.h>
#include <proc/overflow.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/spinlock.h>
#include <proc/tick.h>

#include "../include/order.h"

static mutex_t mutex;
static mutex_t second;
static sem_t sem;
static cond_t cond;
static spinlock_t spinlock = {.name = "queue"};

static int survived(void)
{
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

static void init_all(void)
{
    (void)mutex_init_with(&mutex, true, "log");
    (void)mutex_init_with(&second, true, "disk");
    (void)sem_init_with(&sem, 0, "items");
    (void)cond_init_with(&cond, "changed");
}

static void *hold_main(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    mutex_lock(&second);
    return unused;
}

static thread_t *start_holder(void)
{
    init_all();
    thread_t *holder = start(hold_main, NULL, THREAD_PRIORITY_DEFAULT, "holder");

    thread_yield();
    return holder;
}

static void *lock_main(void *unused)
{
    mutex_lock(&mutex);
    return unused;
}

static int mutex_destroy_locked(void)
{
    (void)start_holder();
    (void)start(lock_main, NULL, 20, "waiter"); /* lends its priority, which ps must show */
    mutex_destroy(&mutex);
    return survived();
}

static int mutex_unlock_foreign(void)
{
    (void)start_holder();
    mutex_unlock(&mutex);
    return survived();
}

static int mutex_unlock_free(void)
{
    init_all();
    mutex_unlock(&mutex);
    return survived();
}

static int mutex_lock_twice(void)
{
    init_all();
    mutex_lock(&mutex);
    mutex_lock(&mutex);
    return survived();
}

static int mutex_look_twice(void)
{
    init_all();
    mutex_lock(&mutex);
    (void)mutex_lock_ticks(&mutex, 0);
    return survived();
}

static int mutex_unlock_orphan(void)
{
    (void)thread_kill(start_holder());
    mutex_unlock(&mutex);
    return survived();
}

static void *sem_main(void *unused)
{
    sem_wait(&sem);
    return unused;
}

static int sem_destroy_waiters(void)
{
    init_all();
    (void)start(sem_main, NULL, THREAD_PRIORITY_DEFAULT, "waiter");
    thread_yield();
    sem_destroy(&sem);
    return survived();
}

static int sem_overflow(void)
{
    (void)sem_init_with(&sem, __INT_MAX__, "items");
    sem_post(&sem);
    return survived();
}

static void *cond_main(void *unused)
{
    mutex_lock(&mutex);
    cond_wait(&cond, &mutex);
    return unused;
}

static int cond_destroy_waiters(void)
{
    init_all();
    (void)start(cond_main, NULL, THREAD_PRIORITY_DEFAULT, "waiter");
    thread_yield();
    cond_destroy(&cond);
    return survived();
}

static int cond_wait_unheld(void)
{
    (void)start_holder();
    cond_wait(&cond, &mutex);
    return survived();
}

static int spinlock_twice(void)
{
    (void)spinlock_lock(&spinlock);
    (void)spinlock_lock(&spinlock);
    return survived();
}

static void spin_in_interrupt(void)
{
    spinlock_unlock(&spinlock, false);
}

static int spinlock_free(void)
{
    bool enabled = spinlock_lock(&spinlock);

    spinlock_unlock(&spinlock, enabled);
    tick_set_hook(spin_in_interrupt);
    (void)thread_sleep_ticks(3);
    return survived();
}

/* The holder has "log" and waits for "disk"; this thread has "disk" and waits for "log". */
static int deadlock_cycle(void)
{
    thread_t *holder = start_holder();

    mutex_lock(&second);
    (void)thread_wakeup(holder);
    mutex_lock(&mutex);
    return survived();
}

static void *suspend_main(void *unused)
{
    thread_suspend();
    return unused;
}

/* No cycle, but no thread is left that could post, signal or wake. */
static int deadlock_idle(void)
{
    init_all();
    (void)start(suspend_main, NULL, THREAD_PRIORITY_DEFAULT, "sleeper");
    (void)start(cond_main, NULL, THREAD_PRIORITY_DEFAULT, "consumer");
    sem_wait(&sem);
    return survived();
}

static int deadlock_orphan(void)
{
    (void)thread_kill(start_holder());
    mutex_lock(&mutex);
    return survived();
}

static int interrupt_guard(void)
{
    *(volatile uint32_t *)cpu_local()->irq_stack_base ^= 1;
    (void)thread_sleep_ticks(3);
    return survived();
}

static void find_idle(thread_t *thread)
{
    if (sched_is_idle(thread))
        *(volatile uint32_t *)thread->stack->base ^= 1;
}

/* The idle thread is checked like the others, but an overflow always ends the machine. */
static int idle_guard(void)
{
    (void)overflow_set_kill(true);
    thread_for_each(find_idle);
    (void)thread_sleep_ticks(3);
    return survived();
}

static void *spin_main(void *ticks)
{
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < (uintptr_t)ticks;)
        ;
    return NULL;
}

/* 30 ticks of one thread, 30 of another, 40 idle. */
static int shares(void)
{
    thread_t *one = start(spin_main, (const void *)30, THREAD_PRIORITY_DEFAULT + 2, "first");
    thread_t *other = start(spin_main, (const void *)30, THREAD_PRIORITY_DEFAULT + 1, "second");

    (void)thread_sleep_ticks(100 - sched_ticks());
    panic("%u ticks, %u threads have ended", sched_ticks(),
          thread_has_finished(one) + thread_has_finished(other));
}

/* Overwrites the end of the boot stack, then continues as kernel_main() does. */
static int boot_guard(void)
{
    *(volatile uint32_t *)cpu_local()->boot_stack_base ^= 1;
    sched_init();
    sched_start();
}

/*
 * A frame larger than the unmapped range below the stack, never written: only
 * the stack pointer shows the overflow.
 */
static void *far_jump_main(void *unused)
{
    uint8_t frame[8 * THREAD_STACK_SIZE];

    for (;;)
        __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static int far_jump(void)
{
    thread_t *victim = start(far_jump_main, NULL, THREAD_PRIORITY_DEFAULT, "victim");

    (void)thread_join(victim, NULL);
    return survived();
}

/* The same, detected when the thread gives up the CPU. */
static void *far_yield_main(void *unused)
{
    uint8_t frame[8 * THREAD_STACK_SIZE];
    bool enabled = interrupts_disable(); /* before the tick detects it */

    __asm__ volatile("" : : "r"(frame) : "memory");
    thread_suspend();
    interrupts_restore(enabled);
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static int far_yield(void)
{
    thread_t *victim = start(far_yield_main, NULL, THREAD_PRIORITY_DEFAULT, "victim");

    (void)thread_join(victim, NULL);
    return survived();
}

/* The same, when it changes places with another thread of its priority. */
static void *far_rotate_main(void *unused)
{
    uint8_t frame[8 * THREAD_STACK_SIZE];
    bool enabled = interrupts_disable();

    __asm__ volatile("" : : "r"(frame) : "memory");
    thread_yield();
    interrupts_restore(enabled);
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static int far_rotate(void)
{
    thread_t *victim = start(far_rotate_main, NULL, THREAD_PRIORITY_DEFAULT, "victim");

    (void)start(lock_main, NULL, THREAD_PRIORITY_DEFAULT, "ready");
    (void)thread_join(victim, NULL);
    return survived();
}

/* The same, when it ends. */
static void *far_end_main(void *unused)
{
    uint8_t frame[8 * THREAD_STACK_SIZE];

    (void)interrupts_disable();
    __asm__ volatile("" : : "r"(frame) : "memory");
    thread_finish(unused);
    __asm__ volatile("" : : "r"(frame) : "memory");
}

static int far_end(void)
{
    (void)thread_join(start(far_end_main, NULL, THREAD_PRIORITY_DEFAULT, "victim"), NULL);
    return survived();
}

/*
 * With interrupts masked a thread may be changing kernel data: the machine
 * ends, not only the thread.
 */
static void *masked_overflow_main(void *unused)
{
    (void)interrupts_disable();
    *(volatile uint32_t *)(thread_get_current()->stack->base - 16) = 1;
    return unused;
}

static int masked_overflow(void)
{
    (void)overflow_set_kill(true);
    (void)thread_join(start(masked_overflow_main, NULL, THREAD_PRIORITY_DEFAULT, "victim"), NULL);
    return survived();
}

/*
 * An access below another thread's stack is no overflow of the running thread's
 * own: the machine ends.
 */
static void *foreign_guard_main(void *other)
{
    *(volatile uint32_t *)(((thread_t *)other)->stack->base - 16) = 1;
    return other;
}

static int foreign_guard(void)
{
    (void)overflow_set_kill(true);
    (void)thread_join(
        start(foreign_guard_main, thread_get_current(), THREAD_PRIORITY_DEFAULT, "stranger"), NULL);
    return survived();
}

/* Overwrites its guard region where no tick finds it, and ends; or is killed, if `killed` is not
 * NULL. */
static void *trample_main(void *killed)
{
    (void)interrupts_disable();
    *(volatile uint32_t *)thread_get_current()->stack->base ^= 1;
    if (killed != NULL)
        thread_suspend();
    return NULL;
}

static int ended_guard(void)
{
    thread_t *victim;

    (void)thread_create(&victim, trample_main, NULL, THREAD_DETACHED, "victim");
    (void)thread_sleep_ticks(2);
    return survived();
}

/* There is no thread to end any more: the report is all. */
static int killed_guard(void)
{
    (void)overflow_set_kill(true);
    thread_t *victim = start(trample_main, &mutex, THREAD_PRIORITY_DEFAULT, "victim");

    thread_yield();
    (void)thread_kill(victim);
    return thread_join(victim, NULL) == EKILLED ? EXIT_OK : EXIT_FAILED;
}

static void overflow_in_interrupt(void)
{
    *(volatile uint32_t *)(thread_get_current()->stack->base - 16) = 1;
}

/* The interrupted thread is not ended for a fault in an interrupt. */
static int interrupt_overflow(void)
{
    (void)overflow_set_kill(true);
    tick_set_hook(overflow_in_interrupt);
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < 3;)
        ;
    return survived();
}

#define FAULT(function, what) \
    JOB(fault_##function, .kind = "fault", .name = #function, .run = function, .summary = what)

FAULT(mutex_destroy_locked, "destroy a mutex that another thread holds");
FAULT(mutex_unlock_foreign, "unlock a mutex that another thread holds");
FAULT(mutex_unlock_free, "unlock a mutex that nobody holds");
FAULT(mutex_unlock_orphan, "unlock a mutex whose holder was killed");
FAULT(mutex_lock_twice, "lock a mutex twice");
FAULT(mutex_look_twice, "the same, without waiting");
FAULT(sem_destroy_waiters, "destroy a semaphore that a thread waits for");
FAULT(sem_overflow, "post beyond INT_MAX");
FAULT(cond_destroy_waiters, "destroy a condition variable that a thread waits for");
FAULT(cond_wait_unheld, "wait for a condition without holding the mutex");
FAULT(spinlock_twice, "take a spinlock twice");
FAULT(spinlock_free, "give back a spinlock that is not taken, in an interrupt");
FAULT(deadlock_cycle, "two threads wait for each other's mutex");
FAULT(deadlock_idle, "all threads wait, and nobody could wake them");
FAULT(deadlock_orphan, "wait for a mutex whose holder was killed");
FAULT(interrupt_guard, "trample the interrupt stack's guard region");
JOB(fault_boot_guard, .kind = "fault", .name = "boot_guard", .run = boot_guard,
    .before_threads = true, .summary = "trample the boot stack's guard region");
FAULT(idle_guard, "trample the idle thread's guard region, under STACK_OVERFLOW=kill");
FAULT(shares, "panic after threads have run for a known time");
FAULT(far_jump, "move the stack pointer beyond all guards");
FAULT(far_yield, "the same, and give up the CPU");
FAULT(far_rotate, "the same, and change places with a thread of the same priority");
FAULT(far_end, "the same, and end");
FAULT(foreign_guard, "access below the stack of another thread, under STACK_OVERFLOW=kill");
FAULT(ended_guard, "trample the guard region and end before the tick finds it");
FAULT(killed_guard, "trample the guard region and be killed, under STACK_OVERFLOW=kill");
FAULT(interrupt_overflow, "the same in an interrupt");
FAULT(masked_overflow, "overflow with interrupts masked, under STACK_OVERFLOW=kill");
