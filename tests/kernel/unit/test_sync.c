/* SPDX-License-Identifier: MIT */
/*
 * Locks: every success and every error of mutex, semaphore, condition variable
 * and spinlock, the order of waiters, and priority inheritance. Misuse that
 * panics is in faults_sync.c.
 */
#include <arch/cpu.h>
#include <config/mutex_pi.h>
#include <job.h>
#include <proc/cond.h>
#include <proc/deadlock.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/spinlock.h>
#include <proc/tick.h>

#include "../include/order.h"

#define MINE     THREAD_PRIORITY_DEFAULT
#define FAR_AWAY 100000000u /* ticks: never reached */

static struct order order;
static mutex_t mutex;
static mutex_t outer;
static sem_t sem;
static cond_t cond;

static void *lock_main(void *mark)
{
    mutex_lock(&mutex);
    order_mark(&order, *(const char *)mark);
    mutex_unlock(&mutex);
    return NULL;
}

static void *try_main(void *unused)
{
    (void)unused;
    return (void *)(uintptr_t)mutex_trylock(&mutex);
}

static errno_t try_elsewhere(void)
{
    void *result = NULL;

    (void)thread_join(start(try_main, NULL, MINE, "try"), &result);
    return (errno_t)(uintptr_t)result;
}

static void test_mutex(void)
{
    static volatile unsigned shared;

    tap_equal(mutex_init(NULL), EINVAL, "mutex_init refuses NULL");
    tap_equal(mutex_init_with(NULL, true, "x"), EINVAL, "so does mutex_init_with");
    tap_equal(mutex_init(&mutex), EOK, "mutex_init succeeds");
    tap_equal(mutex_trylock(&mutex), EOK, "trylock of a free mutex succeeds");
    tap_equal(mutex_trylock(&mutex), EBUSY, "again it is busy, even for its holder");
    tap_equal(try_elsewhere(), EBUSY, "and for others");
    mutex_unlock(&mutex);
    mutex_lock(&mutex);
    tap_equal(try_elsewhere(), EBUSY, "lock locks");
    shared++;
    mutex_unlock(&mutex);
    mutex_destroy(&mutex);
    tap_equal(mutex_init(&mutex), EOK, "a destroyed mutex can be initialised again");
}

static void *add_main(void *counter)
{
    for (unsigned i = 0; i < 300; i++) {
        mutex_lock(&mutex);
        unsigned value = *(volatile unsigned *)counter;

        if (i % 16 == 0)
            thread_yield(); /* in the middle, so that the lock matters */
        *(volatile unsigned *)counter = value + 1;
        mutex_unlock(&mutex);
    }
    return NULL;
}

static void test_exclusion(void)
{
    unsigned counter = 0;
    thread_t *threads[4];

    for (size_t i = 0; i < 4; i++)
        threads[i] = start(add_main, &counter, MINE, "adder");
    for (size_t i = 0; i < 4; i++)
        (void)thread_join(threads[i], NULL);
    tap_equal(counter, 1200, "four threads add up to the sum under a mutex");
}

static void test_waiting_order(void)
{
    thread_t *threads[6];
    static const char *const marks[] = {"a", "b", "C", "d", "E", "f"};

    /*
     * Without inheritance; otherwise this thread's priority would rise and keep
     * the others from queueing.
     */
    (void)mutex_init_with(&mutex, false, "plain");
    mutex_lock(&mutex);
    for (size_t i = 0; i < 6; i++) {
        threads[i] = start(lock_main, marks[i], *marks[i] < 'a' ? MINE + 1 : MINE, "waiter");
        let_others_run(); /* until it waits: their order is that of their arrival */
    }
    tap_equal(threads[5]->state, THREAD_BLOCKED, "all six wait");
    (void)thread_set_priority(threads[3], MINE + 2); /* d overtakes while it waits */
    mutex_unlock(&mutex);
    for (size_t i = 0; i < 6; i++)
        (void)thread_join(threads[i], NULL);
    order_is(&order, sched_uses_priorities() ? "dCEabf" : "abCdEf",
             "waiters get the mutex by priority, FIFO within");
}

static void *sem_main(void *mark)
{
    sem_wait(&sem);
    order_mark(&order, *(const char *)mark);
    return NULL;
}

static void test_sem(void)
{
    tap_equal(sem_init(NULL, 1), EINVAL, "sem_init refuses NULL");
    tap_equal(sem_init(&sem, -1), EINVAL, "and a negative value");
    tap_equal(sem_init(&sem, 2), EOK, "sem_init succeeds");
    tap_equal((uintptr_t)sem_get_value(&sem), 2, "get_value tells the value");
    sem_wait(&sem);
    tap_equal((uintptr_t)sem_get_value(&sem), 1, "wait takes one");
    tap_equal(sem_trywait(&sem), EOK, "trywait takes one");
    tap_equal(sem_trywait(&sem), EBUSY, "trywait of none is busy");
    tap_equal((uintptr_t)sem_get_value(&sem), 0, "and takes none");
    sem_post(&sem);
    tap_equal((uintptr_t)sem_get_value(&sem), 1, "post adds one");
    (void)sem_trywait(&sem);
    thread_t *first = start(sem_main, "1", MINE, "first");

    let_others_run();
    thread_t *second = start(sem_main, "2", MINE, "second");

    let_others_run();
    order_is(&order, "", "both wait");
    sem_post(&sem);
    tap_equal(sem_trywait(&sem), EBUSY, "what is posted is the waiter's at once");
    let_others_run();
    order_is(&order, "1", "the first to come is the first to go");
    sem_post(&sem);
    (void)thread_join(first, NULL);
    (void)thread_join(second, NULL);
    order_is(&order, "2", "then the second");
    sem_destroy(&sem);
}

static void *cond_main(void *mark)
{
    mutex_lock(&mutex);
    cond_wait(&cond, &mutex);
    order_mark(&order, *(const char *)mark);
    mutex_unlock(&mutex);
    return NULL;
}

static void test_cond(void)
{
    static const char *const marks[] = {"1", "2", "3", "4"};
    thread_t *threads[4];

    tap_equal(cond_init(NULL), EINVAL, "cond_init refuses NULL");
    tap_equal(cond_init(&cond), EOK, "cond_init succeeds");
    cond_signal(&cond);
    for (size_t i = 0; i < 4; i++) {
        threads[i] = start(cond_main, marks[i], MINE, "waiter");
        let_others_run();
    }
    order_is(&order, "", "a signal without waiter is forgotten");
    tap_equal(mutex_trylock(&mutex), EOK, "waiters have given the mutex back");
    cond_signal(&cond);
    let_others_run();
    order_is(&order, "", "a signalled waiter must get the mutex first");
    mutex_unlock(&mutex);
    let_others_run();
    order_is(&order, "1", "one signal, one waiter, the first");
    cond_signal(&cond);
    let_others_run();
    order_is(&order, "2", "then the second");
    /* Equals may preempt each other before they request the mutex. */
    (void)thread_set_priority(threads[2], MINE + 1);
    cond_broadcast(&cond);
    for (size_t i = 0; i < 4; i++)
        (void)thread_join(threads[i], NULL);
    order_is(&order, "34", "broadcast wakes all others in their order");
    cond_destroy(&cond);
}

static void *signal_main(void *unused)
{
    mutex_lock(&mutex);
    cond_signal(&cond);
    mutex_unlock(&mutex);
    return unused;
}

/* The signaller runs as soon as the mutex is released: the waiter must be queued by then. */
static void test_no_signal_is_lost(void)
{
    (void)cond_init(&cond);
    for (unsigned limit = 0; limit <= FAR_AWAY; limit += FAR_AWAY) {
        mutex_lock(&mutex);
        thread_t *signaller = start(signal_main, NULL, MINE + 1, "signaller");
        errno_t err = EOK;

        if (!sched_uses_priorities())
            thread_yield();
        tap_equal(signaller->state, THREAD_BLOCKED, "a signaller waits for the mutex");
        if (limit == 0)
            cond_wait(&cond, &mutex);
        else
            err = cond_wait_ticks(&cond, &mutex, limit);
        tap_equal(err, EOK, "its signal comes when we wait");
        mutex_unlock(&mutex);
        expect_join(signaller, EOK, "join");
    }
    cond_destroy(&cond);
}

/* A call that wakes a more urgent thread returns after that thread has run. */
static void test_runs_at_once(void)
{
    (void)sem_init(&sem, 0);
    (void)cond_init(&cond);
    thread_t *urgent = start(sem_main, "s", MINE + 1, "urgent");

    tap_equal(urgent->state, THREAD_BLOCKED, "an urgent thread waits for a unit");
    sem_post(&sem);
    order_is(&order, "s", "and runs before sem_post returns");
    expect_join(urgent, EOK, "join");
    for (unsigned all = 0; all < 2; all++) {
        urgent = start(cond_main, "c", MINE + 1, "urgent");
        tap_equal(urgent->state, THREAD_BLOCKED, "an urgent thread waits for a signal");
        if (all)
            cond_broadcast(&cond);
        else
            cond_signal(&cond);
        order_is(&order, "c", "and runs before the call returns");
        expect_join(urgent, EOK, "join");
    }
}

static spinlock_t spinlock;
static volatile unsigned refused;

static void spin_in_interrupt(void)
{
    bool enabled;

    if (spinlock_trylock(&spinlock, &enabled))
        spinlock_unlock(&spinlock, enabled);
    else
        refused++;
}

static void test_spinlock(void)
{
    bool other;

    spinlock_init(&spinlock, "test");
    bool enabled = spinlock_lock(&spinlock);

    tap_ok(enabled, "spinlock_lock tells that interrupts were enabled");
    tap_ok(!arch_interrupts_enabled(), "and masks them");
    tap_ok(!spinlock_trylock(&spinlock, &other), "trylock of a taken one fails");
    spinlock_unlock(&spinlock, enabled);
    /* As if taken; if it were, the next tick would report it. */
    tap_ok(!spinlock_trylock(&(spinlock_t){.locked = true}, &other) && arch_interrupts_enabled(),
           "and leaves interrupts as they were");
    tap_ok(arch_interrupts_enabled(), "unlock enables them again");
    tap_ok(spinlock_trylock(&spinlock, &enabled) && enabled, "trylock of a free one succeeds");
    spinlock_unlock(&spinlock, enabled);
    tick_set_hook(spin_in_interrupt);
    for (uint32_t start_tick = sched_ticks(); sched_ticks() - start_tick < 5;) {
        enabled = spinlock_lock(&spinlock);
        spinlock_unlock(&spinlock, enabled);
    }
    tick_set_hook(NULL);
    tap_equal(refused, 0, "an interrupt never finds it taken");
}

/* Holds `mutex` until it is woken. */
static void *holder_main(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    mutex_unlock(&mutex);
    return unused;
}

/* Holds `outer` while waiting for `mutex`. */
static void *chain_main(void *unused)
{
    mutex_lock(&outer);
    mutex_lock(&mutex);
    mutex_unlock(&mutex);
    mutex_unlock(&outer);
    return unused;
}

static void *outer_main(void *unused)
{
    mutex_lock(&outer);
    mutex_unlock(&outer);
    return unused;
}

static void test_inheritance(void)
{
    (void)mutex_init_with(&mutex, true, "inner");
    (void)mutex_init_with(&outer, true, "outer");
    thread_t *holder = start(holder_main, NULL, MINE - 5, "holder");
    thread_t *chain;
    thread_t *urgent;

    let_others_run();
    tap_equal(thread_get_priority(holder), MINE - 5, "a holder starts at its own priority");
    chain = start(chain_main, NULL, MINE + 1, "chain");
    tap_equal(thread_get_priority(holder), MINE + 1, "a waiter lends its priority to the holder");
    urgent = start(outer_main, NULL, MINE + 4, "urgent");
    tap_equal(thread_get_priority(chain), MINE + 4,
              "a waiter for what the waiter holds lends to it");
    tap_equal(thread_get_priority(holder), MINE + 4, "and so to the holder at the chain's end");
    (void)thread_set_priority(urgent, MINE + 7);
    tap_equal(thread_get_priority(holder), MINE + 7, "a raise while waiting goes down the chain");
    (void)thread_set_priority(urgent, MINE + 2);
    tap_equal(thread_get_priority(holder), MINE + 2, "so does a cut");
    (void)thread_set_priority(holder, MINE - 4);
    tap_equal(thread_get_priority(holder), MINE + 2, "an own priority below the lent one waits");
    (void)thread_kill(urgent);
    tap_equal(thread_get_priority(holder), MINE + 1, "a killed waiter takes back what it lent");
    expect_join(urgent, EKILLED, "join");
    (void)thread_wakeup(holder);
    tap_ok(thread_has_finished(chain),
           "the holder unlocks, and the waiter runs to its end at once");
    tap_equal(thread_get_priority(holder), MINE - 4, "the holder is back at its own priority");
    tap_ok(!thread_has_finished(holder), "and does not run while we do");
    expect_join(chain, EOK, "join");
    expect_join(holder, EOK, "join");
}

/* Holds `mutex` and `outer`, in this order. */
static void *hold_two_main(void *unused)
{
    mutex_lock(&mutex);
    mutex_lock(&outer);
    thread_suspend();
    mutex_unlock(&outer);
    mutex_unlock(&mutex);
    return unused;
}

/* A holder of two mutexes runs at the priority of the most urgent waiter of either. */
static void test_inheritance_of_two(void)
{
    (void)mutex_init_with(&mutex, true, "inner");
    (void)mutex_init_with(&outer, true, "outer");
    thread_t *holder = start(hold_two_main, NULL, MINE - 5, "holder");

    let_others_run();
    thread_t *first = start(lock_main, "1", MINE + 2, "first");
    thread_t *second = start(outer_main, NULL, MINE + 1, "second");

    tap_equal(thread_get_priority(holder), MINE + 2, "the waiter for the first mutex lends more");
    (void)thread_set_priority(second, MINE + 4);
    tap_equal(thread_get_priority(holder), MINE + 4, "then the waiter for the second does");
    (void)thread_set_priority(first, MINE + 6);
    tap_equal(thread_get_priority(holder), MINE + 6, "then the first again");
    (void)thread_set_priority(first, MINE + 2);
    tap_equal(thread_get_priority(holder), MINE + 4, "and the second after a cut");
    (void)thread_kill(second);
    tap_equal(thread_get_priority(holder), MINE + 2, "and the first when the second is killed");
    expect_join(second, EKILLED, "join");
    (void)thread_wakeup(holder);
    expect_join(first, EOK, "join");
    expect_join(holder, EOK, "join");
    order_is(&order, "1", "the waiter got the mutex");
}

static void test_no_inheritance(void)
{
    (void)mutex_init_with(&mutex, false, "plain");
    thread_t *holder = start(holder_main, NULL, MINE - 5, "holder");

    let_others_run();
    thread_t *waiter = start(lock_main, "w", MINE + 1, "waiter");

    tap_equal(thread_get_priority(holder), MINE - 5, "without inheritance nothing is lent");
    (void)thread_wakeup(holder);
    expect_join(waiter, EOK, "join");
    expect_join(holder, EOK, "join");
    order_is(&order, "w", "the waiter got the mutex");
}

/* MUTEX_PI sets the default of mutex_init(). */
static void test_knob(void)
{
    (void)mutex_init(&mutex);
    thread_t *holder = start(holder_main, NULL, MINE - 5, "holder");

    let_others_run();
    thread_t *waiter = start(lock_main, "w", MINE + 1, "waiter");

    let_others_run();
    tap_equal(thread_get_priority(holder), CONFIG_MUTEX_PI ? MINE + 1 : MINE - 5,
              "a plain mutex lends or not, as MUTEX_PI says");
    (void)thread_wakeup(holder);
    expect_join(waiter, EOK, "join");
    expect_join(holder, EOK, "join");
    order_is(&order, "w", "the waiter got the mutex");
}

static unsigned cycles;

static bool note_deadlock(enum deadlock_kind kind)
{
    cycles += kind == DEADLOCK_CYCLE;
    return true;
}

/* Locks `mutex`, then `outer`, with a pause in between: the opposite order of chain_main(). */
static void *opposite_main(void *unused)
{
    mutex_lock(&mutex);
    thread_suspend();
    mutex_lock(&outer);
    return unused;
}

static void test_deadlock_and_orphans(void)
{
    (void)mutex_init_with(&mutex, true, "inner");
    (void)mutex_init_with(&outer, true, "outer");
    deadlock_set_handler(note_deadlock);
    thread_t *left = start(opposite_main, NULL, MINE, "left");

    let_others_run();
    thread_t *right = start(chain_main, NULL, MINE, "right");

    let_others_run();
    tap_equal(cycles, 0, "waiting for a holder that does not wait is no deadlock");
    (void)thread_wakeup(left);
    let_others_run();
    tap_equal(cycles, 1, "two threads that wait for each other's mutex are one");
    tap_equal(left->state, THREAD_BLOCKED, "left waits");
    tap_equal(right->state, THREAD_BLOCKED, "right waits");
    thread_t *third = start(outer_main, NULL, MINE + 1, "third");

    let_others_run();
    tap_equal(cycles, 1, "a third one that waits beside the ring is no new one");
    (void)thread_kill(left);
    expect_join(left, EKILLED, "join");
    tap_equal(mutex_trylock(&mutex), EBUSY, "the mutex of a killed thread stays locked");
    let_others_run();
    tap_equal(right->state, THREAD_BLOCKED, "who waits for it goes on waiting");
    (void)thread_kill(right);
    expect_join(right, EKILLED, "join");
    (void)thread_kill(third);
    expect_join(third, EKILLED, "join");
    deadlock_set_handler(NULL);
}

static mutex_t ring[4];

/* Holds one mutex of the cycle and waits for the next. */
static void *ring_main(void *mine)
{
    mutex_t *own = mine;
    mutex_t *next = own == &ring[3] ? ring : own + 1;

    mutex_lock(own);
    thread_suspend();
    mutex_lock(next);
    return NULL;
}

static void test_long_ring(void)
{
    thread_t *threads[4];

    deadlock_set_handler(note_deadlock);
    cycles = 0;
    for (size_t i = 0; i < 4; i++) {
        (void)mutex_init_with(&ring[i], true, "ring");
        threads[i] = start(ring_main, &ring[i], MINE, "of four");
    }
    let_others_run();
    for (size_t i = 0; i < 4; i++) {
        tap_equal(cycles, 0, "no ring is closed yet");
        (void)thread_wakeup(threads[i]);
        let_others_run();
    }
    tap_equal(cycles, 1, "the last of four closes it");
    for (size_t i = 0; i < 4; i++) {
        (void)thread_kill(threads[i]);
        expect_join(threads[i], EKILLED, "join");
    }
    deadlock_set_handler(NULL);
}

static int test_sync(void)
{
    test_mutex();
    test_exclusion();
    test_waiting_order();
    test_sem();
    test_cond();
    test_no_signal_is_lost();
    test_spinlock();
    if (sched_uses_priorities()) {
        test_runs_at_once();
        test_inheritance();
        test_inheritance_of_two();
    }
    test_no_inheritance();
    test_knob();
    test_deadlock_and_orphans();
    test_long_ring();
    return tap_done();
}

JOB(test_sync, .kind = "test", .name = "sync", .run = test_sync,
    .summary = "mutexes, semaphores, conditions, spinlocks; priority inheritance");
