/* SPDX-License-Identifier: MIT */
/*
 * Waits with a time limit: ended in time, timed out, and all events between the
 * end of a wait and the thread's next run.
 */
#include <job.h>
#include <proc/cond.h>
#include <proc/deadlock.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/tick.h>

#include "../include/order.h"

#define MINE     THREAD_PRIORITY_DEFAULT
#define TOO_MANY ((uint32_t)INT32_MAX + 1)

static sem_t sem;
static mutex_t mutex, other;
static cond_t cond;

static void *suspended_main(void *data)
{
    thread_suspend();
    return data;
}

/* Wait on `sem` for this many ticks; the result is the thread's. */
static void *sem_main(void *ticks)
{
    return (void *)(uintptr_t)sem_wait_ticks(&sem, (uint32_t)(uintptr_t)ticks);
}

static thread_t *start_waiter(uint32_t ticks, unsigned priority)
{
    return start(sem_main, (const void *)(uintptr_t)ticks, priority, "waiter");
}

static void spin_ticks(uint32_t ticks)
{
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < ticks;)
        ;
}

static void expect_result(thread_t *thread, errno_t expected, const char *what)
{
    void *result = NULL;

    tap_equal(thread_join(thread, &result), EOK, "join");
    tap_equal((uintptr_t)result, expected, what);
}

static void test_arguments(void)
{
    thread_t *thread = start(suspended_main, NULL, MINE, "thread");

    tap_equal(sem_wait_ticks(&sem, TOO_MANY), EINVAL, "sem_wait_ticks refuses too many ticks");
    tap_equal(mutex_lock_ticks(&mutex, TOO_MANY), EINVAL, "so does mutex_lock_ticks");
    tap_equal(thread_join_ticks(thread, NULL, TOO_MANY), EINVAL, "so does thread_join_ticks");
    tap_equal(thread_join_ticks(NULL, NULL, 1), EINVAL, "which refuses NULL, too");
    tap_equal(thread_join_ticks(thread_get_current(), NULL, 1), EINVAL, "and the caller");
    mutex_lock(&mutex);
    tap_equal(cond_wait_ticks(&cond, &mutex, TOO_MANY), EINVAL, "so does cond_wait_ticks");
    tap_equal(cond_wait_ticks(&cond, &mutex, 0), ETIMEDOUT, "which for 0 ticks does not wait");
    mutex_unlock(&mutex); /* panics if this thread does not hold it */
    tap_equal(sem_wait_ticks(&sem, 0), ETIMEDOUT, "sem_wait_ticks for 0 does not wait");
    sem_post(&sem);
    tap_equal(sem_wait_ticks(&sem, 0), EOK, "but takes what is there");
    tap_equal(mutex_lock_ticks(&mutex, 0), EOK, "so does mutex_lock_ticks");
    mutex_unlock(&mutex);
    tap_equal(thread_join_ticks(thread, NULL, 0), ETIMEDOUT, "join for 0 ticks does not wait");
    (void)thread_kill(thread);
    tap_equal(thread_join_ticks(thread, NULL, 0), EKILLED, "but takes what has ended");
}

static void test_sem_times_out(void)
{
    uint32_t begin = sched_ticks();

    /* No other thread can run meanwhile: a wait with a limit is no deadlock. */
    tap_equal(sem_wait_ticks(&sem, 4), ETIMEDOUT, "a unit that does not come");
    tap_ok(sched_ticks() - begin >= 4, "is waited for as long as was said");
    tap_ok(sched_ticks() - begin <= 5, "and not longer");
    sem_post(&sem);
    tap_equal((uintptr_t)sem_get_value(&sem), 1, "a later unit is nobody's");
    tap_equal(sem_trywait(&sem), EOK, "and can be taken");
    thread_t *late = start_waiter(9, MINE);
    thread_t *early = start_waiter(3, MINE);

    thread_yield();
    (void)thread_sleep_ticks(6);
    tap_ok(thread_has_finished(early) && !thread_has_finished(late), "each at its own time");
    sem_post(&sem);
    expect_result(early, ETIMEDOUT, "who came too early goes without");
    expect_result(late, EOK, "who still waits gets the unit");
}

static void test_in_time(void)
{
    thread_t *waiter = start_waiter(1000, MINE);

    thread_yield();
    sem_post(&sem);
    expect_result(waiter, EOK, "a unit in time");
    /* Less urgent than the test: it gets the unit, but does not run before its time limit. */
    waiter = start_waiter(5, MINE - 1);
    (void)thread_sleep_ticks(1);
    sem_post(&sem);
    if (sched_uses_priorities())
        spin_ticks(8);
    expect_result(waiter, EOK, "who was given it in time has it, however late it runs");
    tap_equal((uintptr_t)sem_get_value(&sem), 0, "and no other unit is there");
}

static void *twice_main(void *unused)
{
    (void)unused;
    if (sem_wait_ticks(&sem, 5) != EOK)
        return NULL;
    sem_wait(&sem);
    return (void *)(uintptr_t)sched_ticks();
}

static void test_old_alarm(void)
{
    thread_t *waiter = start(twice_main, NULL, MINE, "waiter");
    void *woken = NULL;

    thread_yield();
    sem_post(&sem);
    (void)thread_sleep_ticks(10);
    uint32_t posted = sched_ticks();

    tap_ok(!thread_has_finished(waiter), "the limit of one wait does not end the next");
    sem_post(&sem);
    (void)thread_join(waiter, &woken);
    tap_ok((uint32_t)(uintptr_t)woken - posted < 3, "which what it waits for ends");
}

static void test_kill(void)
{
    thread_t *waiter = start_waiter(5, MINE);

    thread_yield();
    (void)thread_kill(waiter);
    expect_join(waiter, EKILLED, "a waiter can be killed");
    (void)thread_sleep_ticks(8);
    sem_post(&sem);
    tap_equal(sem_trywait(&sem), EOK, "and leaves the queue");
    waiter = start_waiter(5, MINE - 1);
    (void)thread_sleep_ticks(1);
    sem_post(&sem);
    (void)thread_kill(waiter);
    expect_join(waiter, EKILLED, "killed after it was given a unit");
    tap_equal(sem_trywait(&sem), EOK, "which goes back");
    if (!sched_uses_priorities())
        return; /* otherwise it would run before it can be killed */
    waiter = start_waiter(3, MINE - 1);
    (void)thread_sleep_ticks(1);
    spin_ticks(5);
    tap_equal(waiter->state, THREAD_READY, "its time is up, but it has not run");
    (void)thread_kill(waiter);
    expect_join(waiter, EKILLED, "killed then");
    tap_equal(sem_trywait(&sem), EBUSY, "it gives nothing back that it did not get");
}

static void *hold_main(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    mutex_unlock(&mutex);
    return unused;
}

static void *lock_main(void *unused)
{
    errno_t err = mutex_lock_ticks(&mutex, 6);

    (void)unused;
    if (err == EOK)
        mutex_unlock(&mutex);
    return (void *)(uintptr_t)err;
}

static void test_mutex(void)
{
    thread_t *holder = start(hold_main, NULL, MINE - 2, "holder");

    (void)thread_sleep_ticks(1);
    tap_equal(mutex_lock_ticks(&mutex, 0), ETIMEDOUT, "a look at a held mutex");
    thread_t *waiter = start(lock_main, NULL, MINE + 3, "waiter");

    thread_yield();
    tap_equal(thread_get_priority(holder), MINE + 3, "who waits lends its priority");
    (void)thread_sleep_ticks(8);
    expect_result(waiter, ETIMEDOUT, "the time is up");
    tap_equal(thread_get_priority(holder), MINE - 2, "and takes it back");
    waiter = start(lock_main, NULL, MINE + 3, "waiter");
    thread_yield();
    (void)thread_wakeup(holder);
    expect_result(waiter, EOK, "a mutex that is given back in time");
    expect_join(holder, EOK, "join");
}

static void *signal_main(void *unused)
{
    (void)thread_sleep_ticks(2);
    mutex_lock(&mutex);
    cond_signal(&cond);
    mutex_unlock(&mutex);
    return unused;
}

static void test_cond(void)
{
    mutex_lock(&mutex);
    tap_equal(cond_wait_ticks(&cond, &mutex, 3), ETIMEDOUT, "a signal that does not come");
    tap_equal(mutex_trylock(&mutex), EBUSY, "the mutex is held again");
    thread_t *signaller = start(signal_main, NULL, MINE, "signaller");

    tap_equal(cond_wait_ticks(&cond, &mutex, 1000), EOK, "a signal in time");
    mutex_unlock(&mutex);
    expect_join(signaller, EOK, "join");
    cond_destroy(&cond);
    (void)cond_init(&cond);
}

static void *join_main(void *thread)
{
    return (void *)(uintptr_t)thread_join_ticks(thread, NULL, 4);
}

static void *join_for_ever_main(void *thread)
{
    return (void *)(uintptr_t)thread_join(thread, NULL);
}

static thread_t *first_in_ring;

/* Join a thread that waits for the end of this one: with a limit, and without. */
static void *close_ring_main(void *results)
{
    thread_suspend();
    ((errno_t *)results)[0] = thread_join_ticks(first_in_ring, NULL, 2);
    ((errno_t *)results)[1] = thread_join(first_in_ring, NULL);
    return NULL;
}

static void test_join_ring(void)
{
    errno_t results[2] = {EOK, EOK};
    thread_t *second = start(close_ring_main, results, MINE, "second");

    first_in_ring = start(join_for_ever_main, second, MINE, "first");
    (void)thread_sleep_ticks(1);
    (void)thread_wakeup(second);
    (void)thread_sleep_ticks(5);
    expect_result(first_in_ring, EOK, "a ring of joins opens");
    tap_equal(results[0], ETIMEDOUT, "as one of them had a limit");
    tap_equal(results[1], EDEADLK, "and was refused without");
}

static void test_join(void)
{
    int value;
    void *retval = NULL;
    thread_t *thread = start(suspended_main, &value, MINE, "joined");
    thread_t *joiner = start(join_main, thread, MINE, "joiner");

    thread_yield();
    tap_equal(thread_join_ticks(thread, NULL, 1), EBUSY, "one joiner at a time");
    (void)thread_sleep_ticks(6);
    expect_result(joiner, ETIMEDOUT, "a thread that does not end");
    (void)thread_wakeup(thread);
    tap_equal(thread_join_ticks(thread, &retval, 1000), EOK, "can be joined when it does");
    tap_ok(retval == &value, "with what it returned");
}

static unsigned deadlocks;

static bool count_deadlock(enum deadlock_kind kind)
{
    (void)kind;
    deadlocks++;
    return true;
}

/* Holds `mutex` and waits for `other`, with a limit. */
static void *patient_main(void *unused)
{
    mutex_lock(&mutex);
    errno_t err = mutex_lock_ticks(&other, 5);

    (void)unused;
    mutex_unlock(&mutex);
    return (void *)(uintptr_t)err;
}

static void test_ring(void)
{
    deadlock_set_handler(count_deadlock);
    mutex_lock(&other);
    thread_t *patient = start(patient_main, NULL, MINE, "patient");

    thread_yield();
    mutex_lock(&mutex); /* held by a thread that waits for this one */
    tap_equal(deadlocks, 0, "a ring with a time limit in it is no deadlock");
    mutex_unlock(&mutex);
    mutex_unlock(&other);
    expect_result(patient, ETIMEDOUT, "it opens where the limit is");
    deadlock_set_handler(NULL);
}

static volatile uint32_t ticks_to_pass;

/* In the timer interrupt: simulate this many ticks at once. */
static void pass_ticks(void)
{
    uint32_t passing = ticks_to_pass;

    ticks_to_pass = 0; /* tick_pass() calls this hook again */
    if (passing > 0)
        tick_pass(passing);
}

static void test_wrap(void)
{
    ticks_to_pass = UINT32_MAX - sched_ticks() - 5;
    tick_set_hook(pass_ticks);
    while (ticks_to_pass > 0)
        ;
    tick_set_hook(NULL);
    tap_ok(sched_ticks() > UINT32_MAX - 6, "the number of ticks is close to its end");
    thread_t *last = start_waiter((uint32_t)INT32_MAX, MINE);
    thread_t *late = start_waiter(11, MINE);
    thread_t *early = start_waiter(2, MINE);

    thread_yield();
    (void)thread_sleep_ticks(8);
    tap_ok(sched_ticks() < 8, "it wraps");
    tap_ok(thread_has_finished(early), "a time before that has come");
    tap_ok(!thread_has_finished(late), "one after it has not");
    expect_result(early, ETIMEDOUT, "the first is over");
    expect_result(late, ETIMEDOUT, "so is the second, later");
    tap_equal(last->state, THREAD_BLOCKED, "the longest wait that there is goes on");
    (void)thread_kill(last);
    expect_join(last, EKILLED, "until it is killed");
}

static int test_timed(void)
{
    (void)sem_init_with(&sem, 0, "timed");
    (void)mutex_init_with(&mutex, true, "timed");
    (void)mutex_init_with(&other, true, "other");
    (void)cond_init_with(&cond, "timed");
    test_arguments();
    test_sem_times_out();
    test_in_time();
    test_old_alarm();
    test_kill();
    if (sched_uses_priorities())
        test_mutex();
    test_cond();
    test_join();
    test_join_ring();
    test_ring();
    test_wrap();
    sem_destroy(&sem);
    mutex_destroy(&mutex);
    return tap_done();
}

JOB(test_timed, .kind = "test", .name = "timed", .run = test_timed,
    .summary = "waits with a time limit: semaphore, mutex, condition, join");
