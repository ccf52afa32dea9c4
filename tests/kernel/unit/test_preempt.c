/* SPDX-License-Identifier: MIT */
/*
 * With PREEMPT_AT_LOCKS, every lock operation gives up the CPU before and
 * after; without it, none does, because no thread waits. Another thread of the
 * same priority, which only yields, counts the turns.
 */
#include <config/preempt_at_locks.h>
#include <job.h>
#include <proc/cond.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>

#include "../include/order.h"

#define RUNS 8

static mutex_t mutex;
static sem_t sem;
static cond_t cond;
static volatile bool stop;
static volatile unsigned turns;

static void *count_main(void *unused)
{
    while (!stop) {
        turns++;
        thread_yield();
    }
    return unused;
}

static void call_mutex_lock(void)
{
    mutex_lock(&mutex);
}

static void call_mutex_unlock(void)
{
    mutex_unlock(&mutex);
}

static void call_mutex_trylock(void)
{
    (void)mutex_trylock(&mutex);
}

static void call_mutex_lock_ticks(void)
{
    (void)mutex_lock_ticks(&mutex, 1);
}

static void call_sem_post(void)
{
    sem_post(&sem);
}

static void call_sem_wait(void)
{
    sem_wait(&sem);
}

static void call_sem_trywait(void)
{
    (void)sem_trywait(&sem);
}

static void call_sem_wait_ticks(void)
{
    (void)sem_wait_ticks(&sem, 1);
}

static void call_cond_signal(void)
{
    cond_signal(&cond);
}

static void call_cond_broadcast(void)
{
    cond_broadcast(&cond);
}

static void call_cond_wait_ticks(void)
{
    (void)cond_wait_ticks(&cond, &mutex, 0);
}

static const struct {
    const char *name;
    void (*call)(void);
    unsigned points;
} calls[] = {
    /* In an order in which each operation succeeds. */
    {"mutex_lock", call_mutex_lock, 2},
    {"mutex_unlock", call_mutex_unlock, 2},
    {"mutex_lock_ticks", call_mutex_lock_ticks, 2},
    {"cond_wait_ticks", call_cond_wait_ticks, 3}, /* it locks the mutex again */
    {"mutex_unlock", call_mutex_unlock, 2},
    {"mutex_trylock", call_mutex_trylock, 2},
    {"mutex_unlock", call_mutex_unlock, 2},
    {"sem_post", call_sem_post, 2},
    {"sem_wait", call_sem_wait, 2},
    {"sem_post", call_sem_post, 2},
    {"sem_wait_ticks", call_sem_wait_ticks, 2},
    {"sem_post", call_sem_post, 2},
    {"sem_trywait", call_sem_trywait, 2},
    {"cond_signal", call_cond_signal, 2},
    {"cond_broadcast", call_cond_broadcast, 2},
};
#define CALLS (sizeof calls / sizeof calls[0])

static int test_preempt(void)
{
    /* The result of several runs, because a tick may add or remove a turn. */
    unsigned sums[CALLS] = {0};

    (void)mutex_init_with(&mutex, true, "preempt");
    (void)sem_init_with(&sem, 0, "preempt");
    (void)cond_init_with(&cond, "preempt");
    thread_t *other = start(count_main, NULL, THREAD_PRIORITY_DEFAULT, "counter");

    for (unsigned run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < CALLS; i++) {
            unsigned before = turns;

            calls[i].call();
            sums[i] += turns - before;
        }
    }
    stop = true;
    expect_join(other, EOK, "join");
    for (size_t i = 0; i < CALLS; i++) {
        unsigned times = (sums[i] + RUNS / 2) / RUNS;

        tap_ok(times == (CONFIG_PREEMPT_AT_LOCKS ? calls[i].points : 0),
               "%s gives up the CPU %u times", calls[i].name, times);
    }
    return tap_done();
}

JOB(test_preempt, .kind = "test", .name = "preempt", .run = test_preempt,
    .summary = "who gives up the CPU in operations on locks (PREEMPT_AT_LOCKS)");
