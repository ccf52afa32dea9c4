/* SPDX-License-Identifier: MIT */
/*
 * Kills of threads in every state, and their effect on others: wait queues,
 * locks handed over, the right to join. And cycles of joins.
 */
#include <job.h>
#include <proc/cond.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>

#include "../include/order.h"

#define MINE THREAD_PRIORITY_DEFAULT

static struct order order;
static mutex_t mutex;
static sem_t sem;
static cond_t cond;

static void *lock_main(void *mark)
{
    mutex_lock(&mutex);
    order_mark(&order, *(const char *)mark);
    mutex_unlock(&mutex);
    return NULL;
}

static void *sem_main(void *mark)
{
    sem_wait(&sem);
    order_mark(&order, *(const char *)mark);
    return NULL;
}

static void *cond_main(void *mark)
{
    mutex_lock(&mutex);
    cond_wait(&cond, &mutex);
    order_mark(&order, *(const char *)mark);
    mutex_unlock(&mutex);
    return NULL;
}

static void *join_main(void *thread)
{
    return (void *)(uintptr_t)thread_join(thread, NULL);
}

static void *sleep_main(void *unused)
{
    (void)thread_sleep_ticks(25);
    order_mark(&order, 'z');
    return unused;
}

static void kill_and_join(thread_t *thread, const char *what)
{
    tap_equal(thread_kill(thread), EOK, what);
    expect_join(thread, EKILLED, "join says that it was killed");
}

static void test_kill_waiting(void)
{
    (void)mutex_init(&mutex);
    (void)sem_init(&sem, 0);
    (void)cond_init(&cond);
    mutex_lock(&mutex);
    thread_t *first = start(lock_main, "1", MINE, "first");
    thread_t *second = start(lock_main, "2", MINE, "second");

    thread_yield();
    tap_equal(first->state, THREAD_BLOCKED, "a thread that waits for a mutex is blocked");
    tap_equal(thread_wakeup(first), EOK, "wakeup of it succeeds");
    tap_equal(first->state, THREAD_BLOCKED, "and changes nothing");
    kill_and_join(first, "kill of a thread that waits for a mutex");
    mutex_unlock(&mutex);
    expect_join(second, EOK, "the next waiter gets the mutex");
    order_is(&order, "2", "and only that one");
    first = start(sem_main, "1", MINE, "first");
    second = start(sem_main, "2", MINE, "second");
    thread_yield();
    kill_and_join(first, "kill of a thread that waits for a semaphore");
    sem_post(&sem);
    expect_join(second, EOK, "the next waiter gets the unit");
    first = start(cond_main, "1", MINE, "first");
    second = start(cond_main, "3", MINE, "second");
    thread_yield();
    kill_and_join(first, "kill of a thread that waits for a condition");
    cond_signal(&cond);
    expect_join(second, EOK, "the next waiter gets the signal");
    order_is(&order, "23", "and only those");
    first = start(sleep_main, NULL, MINE, "sleeper");
    thread_yield();
    kill_and_join(first, "kill of a sleeping thread");
    (void)thread_sleep_ticks(30);
    order_is(&order, "", "it never wakes");
}

/* Kills between the handover and the waiter's next run: the lock or unit must not be lost. */
static void test_kill_granted(void)
{
    mutex_lock(&mutex);
    thread_t *first = start(lock_main, "1", MINE, "first");
    thread_t *second = start(lock_main, "2", MINE, "second");

    thread_yield();
    mutex_unlock(&mutex);
    tap_equal(mutex_trylock(&mutex), EBUSY, "the mutex is the first waiter's already");
    kill_and_join(first, "kill of a thread that was handed a mutex");
    expect_join(second, EOK, "the mutex goes to the next");
    tap_equal(mutex_trylock(&mutex), EOK, "and is free in the end");
    mutex_unlock(&mutex);
    first = start(sem_main, "1", MINE, "first");
    thread_yield();
    sem_post(&sem);
    tap_equal((uintptr_t)sem_get_value(&sem), 0, "the unit is the waiter's already");
    kill_and_join(first, "kill of a thread that was handed a unit");
    tap_equal((uintptr_t)sem_get_value(&sem), 1, "the unit is back");
    (void)sem_trywait(&sem);
    first = start(cond_main, "1", MINE, "first");
    second = start(cond_main, "4", MINE, "second");
    thread_yield();
    cond_signal(&cond);
    kill_and_join(first, "kill of a thread that was signalled");
    expect_join(second, EOK, "the signal goes to the next");
    order_is(&order, "24", "nothing was lost");
}

static thread_t *main_thread;

static void test_kill_joiner(void)
{
    void *retval = NULL;
    thread_t *target = start(sem_main, "t", MINE, "target");
    thread_t *joiner = start(join_main, target, MINE, "joiner");

    thread_yield();
    kill_and_join(joiner, "kill of a joiner");
    joiner = start(join_main, target, MINE, "joiner");
    thread_yield();
    sem_post(&sem);
    tap_equal(thread_join(joiner, &retval), EOK, "another may join in its place");
    tap_equal((uintptr_t)retval, EOK, "and succeeds");
    order_is(&order, "t", "the target has run");
    target = start(sem_main, "t", MINE, "target");
    joiner = start(join_main, target, MINE - 1, "joiner");
    (void)thread_sleep_ticks(1);
    sem_post(&sem);
    thread_yield();
    tap_ok(thread_has_finished(target) && joiner->state == THREAD_READY,
           "the target has ended, but its joiner has not run since");
    kill_and_join(joiner, "kill of that joiner");
    expect_join(target, EOK, "its target can be joined by another");
    order_is(&order, "t", "and has run");
    main_thread = thread_get_current();
    joiner = start(join_main, main_thread, MINE, "joiner");
    /* init is detached: no thread can join it. */
    tap_equal(thread_join(joiner, &retval), EOK, "join of who wants to join us");
    tap_equal((uintptr_t)retval, EINVAL, "it was refused: a detached thread");
}

static thread_t *pair[2];
static errno_t pair_results[2];

static void *join_pair_main(void *number)
{
    unsigned mine = *(const unsigned *)number;

    thread_suspend();
    pair_results[mine] = thread_join(pair[1 - mine], NULL);
    return NULL;
}

static void test_join_cycle(void)
{
    static const unsigned numbers[2] = {0, 1};

    for (size_t i = 0; i < 2; i++)
        pair[i] = start(join_pair_main, &numbers[i], MINE, "one of a pair");
    thread_yield();
    pair_results[0] = pair_results[1] = EINVAL;
    (void)thread_wakeup(pair[0]);
    (void)thread_wakeup(pair[1]);
    (void)thread_sleep_ticks(2);
    tap_equal(pair_results[1], EDEADLK, "who joins its own joiner is refused");
    tap_equal(pair_results[0], EOK, "and the other's join succeeds");
    tap_equal(pair[0]->state, THREAD_FINISHED, "both have finished");
    if (pair[0]->state == THREAD_FINISHED)
        expect_join(pair[0], EOK, "join");
}

static int test_kill(void)
{
    tap_equal(thread_kill(NULL), EINVAL, "kill refuses NULL");
    test_kill_waiting();
    test_kill_granted();
    test_kill_joiner();
    test_join_cycle();
    mutex_destroy(&mutex);
    sem_destroy(&sem);
    cond_destroy(&cond);
    return tap_done();
}

JOB(test_kill, .kind = "test", .name = "kill", .run = test_kill,
    .summary = "kills in every state, and rings of joins");
