/* SPDX-License-Identifier: MIT */
/*
 * Scheduling: priorities, time slices, sleep, waking from interrupts. With
 * SCHED_POLICY=RR, tests of priorities are skipped.
 */
#include <config/slice_ticks.h>
#include <job.h>
#include <lib/print.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/tick.h>

#include "../include/order.h"

#define MINE THREAD_PRIORITY_DEFAULT

static struct order order;

static void *mark_main(void *mark)
{
    order_mark(&order, *(const char *)mark);
    return NULL;
}

static void test_priorities(void)
{
    thread_t *high = start(mark_main, "h", MINE + 1, "high");

    order_is(&order, "h", "a thread of higher priority runs before thread_create returns");
    thread_t *low = start(mark_main, "l", MINE - 1, "low");
    thread_t *same = start(mark_main, "s", MINE, "same");

    thread_yield();
    order_is(&order, "s", "yield lets one of the same priority run, not one of lower");
    tap_equal(thread_set_priority(low, MINE), EOK, "set_priority succeeds");
    tap_equal(thread_get_priority(low), MINE, "get_priority says so");
    order_is(&order, "", "raised to the same priority it does not run at once");
    tap_equal(thread_set_priority(low, MINE + 1), EOK, "raised above the caller's");
    order_is(&order, "l", "it runs at once");
    expect_join(high, EOK, "join");
    expect_join(same, EOK, "join");
    tap_equal(thread_set_priority(low, 3), EEXITED, "set_priority of an ended thread");
    expect_join(low, EOK, "join");
    tap_equal(thread_set_priority(NULL, 3), EINVAL, "set_priority of NULL");
    tap_equal(thread_set_priority(thread_get_current(), THREAD_PRIORITIES), EINVAL,
              "set_priority beyond the highest");
    tap_equal(thread_create(&low, mark_main, NULL, THREAD_PRIORITY(THREAD_PRIORITIES), "x"), EINVAL,
              "create beyond the highest");
    high = start(mark_main, "w", MINE, "waiting");
    tap_equal(thread_set_priority(thread_get_current(), MINE - 1), EOK, "lowering oneself");
    order_is(&order, "w", "lets a ready one run at once");
    (void)thread_set_priority(thread_get_current(), MINE);
    expect_join(high, EOK, "join");
}

/* Two threads of every priority, created in a mixed order while none can run. */
static void test_every_priority(void)
{
    static char marks[2 * THREAD_PRIORITIES];
    static thread_t *threads[2 * THREAD_PRIORITIES];
    char expected[2 * THREAD_PRIORITIES + 1];

    (void)thread_set_priority(thread_get_current(), THREAD_PRIORITY_MAX);
    bool enabled = interrupts_disable(); /* otherwise this thread's slice might end */

    for (unsigned i = 0; i < 2 * THREAD_PRIORITIES; i++) {
        unsigned scrambled = i * 13 % THREAD_PRIORITIES;

        marks[i] = (char)((i < THREAD_PRIORITIES ? '@' : '`') + scrambled);
        threads[i] = start(mark_main, &marks[i], scrambled, "one of many");
        expected[2 * (THREAD_PRIORITY_MAX - scrambled) + i / THREAD_PRIORITIES] = marks[i];
    }
    expected[2 * THREAD_PRIORITIES] = '\0';
    interrupts_restore(enabled);
    for (unsigned i = 0; i < 2 * THREAD_PRIORITIES; i++)
        (void)thread_join(threads[i], NULL);
    order_is(&order, expected, "all priorities in their order, FIFO within each");
    (void)thread_set_priority(thread_get_current(), MINE);
}

static volatile bool stop;

static void *count_main(void *counter)
{
    while (!stop)
        ++*(volatile uint32_t *)counter;
    return NULL;
}

static void *nap_main(void *unused)
{
    while (!stop)
        (void)thread_sleep_ticks(1);
    return unused;
}

/* With `naps`, a more urgent thread preempts each slice many times. */
static void test_slices(bool naps)
{
    static volatile uint32_t counts[3];
    thread_t *threads[3];

    stop = false;
    for (size_t i = 0; i < 3; i++)
        counts[i] = 0;
    for (size_t i = 0; i < 3; i++)
        threads[i] =
            start(count_main, (const void *)(uintptr_t)&counts[i], i < 2 ? 10 : 9, "counter");
    thread_t *napper = naps ? start(nap_main, NULL, 12, "napper") : NULL;

    (void)thread_sleep_ticks(6 * CONFIG_SLICE_TICKS);
    uint32_t low = counts[2];

    stop = true;
    if (naps)
        expect_join(napper, EOK, "join");
    for (size_t i = 0; i < 3; i++)
        expect_join(threads[i], EOK, "join a spinner");
    uint32_t less = counts[0] < counts[1] ? counts[0] : counts[1];
    uint32_t more = counts[0] < counts[1] ? counts[1] : counts[0];

    tap_ok(less > 0 && more - less <= more / 4, "two spinners share the CPU: %u and %u", counts[0],
           counts[1]);
    if (sched_uses_priorities())
        tap_equal(low, 0, "one of lower priority gets nothing");
}

static void *count_yields_main(void *turns)
{
    while (!stop) {
        ++*(volatile unsigned *)turns;
        thread_yield();
    }
    return NULL;
}

static void spin_most_of_slice(void)
{
    for (uint32_t begin = sched_ticks(); sched_ticks() - begin < CONFIG_SLICE_TICKS * 7 / 10;)
        ;
}

/* A thread that yields gets a full slice next time. */
static void test_yield_renews_slice(void)
{
    static volatile unsigned turns;

    stop = false;
    (void)thread_sleep_ticks(1); /* a woken thread has a full slice */
    thread_t *other =
        start(count_yields_main, (const void *)(uintptr_t)&turns, MINE, "yields back");

    spin_most_of_slice();
    thread_yield();
    spin_most_of_slice();
    tap_equal(turns, 1, "the other has its turn when we yield, and none before our slice is over");
    stop = true;
    expect_join(other, EOK, "join");
}

static void *sleep_main(void *mark)
{
    /* The mark is 'a' plus the time. */
    errno_t err = thread_sleep_ticks((uint32_t)(*(const char *)mark - 'a'));

    order_mark(&order, err == EOK ? *(const char *)mark : '!');
    return NULL;
}

static void test_sleep(void)
{
    static const char *const marks[] = {"d", "b", "f", "c"};
    thread_t *threads[4];

    for (size_t i = 0; i < 4; i++)
        threads[i] = start(sleep_main, marks[i], MINE, "sleeper");
    for (uint32_t now = sched_ticks(); sched_ticks() == now;)
        ; /* all go to sleep within one tick */
    thread_yield();
    order_is(&order, "", "all sleep");
    tap_equal(threads[0]->state, THREAD_SLEEPING, "and their state says so");
    tap_equal(thread_wakeup(threads[2]), EOK, "waking a sleeper succeeds");
    for (size_t i = 0; i < 4; i++)
        expect_join(threads[i], EOK, "join a sleeper");
    order_is(&order, "bcdf", "they wake in the order of their times, wakeup or not");
    uint32_t before = sched_ticks();

    tap_equal(thread_sleep_ticks(5), EOK, "sleeping succeeds");
    uint32_t slept = sched_ticks() - before;

    /*
     * Never shorter. Longer if the emulator follows host time while idle: late
     * ticks arrive as one.
     */
    tap_ok(slept >= 5 && slept <= 15, "and lasts until that tick, or the next that is served");
    tap_equal(thread_sleep_ticks((uint32_t)INT32_MAX + 1), EINVAL, "sleeping too long is refused");
    before = sched_idle_ticks();
    (void)thread_sleep_ticks(20);
    tap_ok(sched_idle_ticks() - before >= 18, "meanwhile the idle thread runs");
    threads[0] = start(mark_main, "0", MINE, "zero");
    tap_equal(thread_sleep_ticks(0), EOK, "sleeping for 0 ticks");
    order_is(&order, "0", "yields");
    expect_join(threads[0], EOK, "join");
}

static void *nap_and_mark_main(void *mark)
{
    thread_suspend();
    (void)thread_sleep_ticks(3);
    order_mark(&order, *(const char *)mark);
    return NULL;
}

/* Threads that are due in the same tick wake in the order in which they went to sleep. */
static void test_sleep_together(void)
{
    static const char *const marks[] = {"1", "2", "3"};
    thread_t *threads[3];
    bool together;

    do { /* until they go to sleep between two ticks */
        order.count = 0;
        for (size_t i = 0; i < 3; i++)
            threads[i] = start(nap_and_mark_main, marks[i], MINE + 1, "sleeper");
        bool enabled = interrupts_disable();

        for (size_t i = 0; i < 3; i++)
            (void)thread_wakeup(threads[i]);
        interrupts_restore(enabled);
        thread_yield(); /* they are more urgent */
        together = threads[0]->wake_tick == threads[2]->wake_tick;
        for (size_t i = 0; i < 3; i++)
            expect_join(threads[i], EOK, "join a sleeper");
    } while (!together);
    order_is(&order, "123", "those due together wake in the order in which they fell asleep");
}

static sem_t tick_sem;
static unsigned posts_left;

static void post_in_interrupt(void)
{
    if (posts_left > 0) {
        posts_left--;
        sem_post(&tick_sem);
    }
}

static void *wait_main(void *ticks)
{
    for (unsigned i = 0; i < 3; i++) {
        sem_wait(&tick_sem);
        ((uint32_t *)ticks)[i] = sched_ticks();
    }
    return NULL;
}

/* A preempted thread goes to the head of its queue: its turn is not over. */
static void test_preempted_keeps_turn(void)
{
    uint32_t ticks[3];

    (void)thread_sleep_ticks(1); /* a woken thread has a full slice */
    thread_t *same = start(mark_main, "s", MINE, "same");
    thread_t *high = start(mark_main, "h", MINE + 1, "high");

    order_mark(&order, 'm');
    order_is(&order, "hm", "preempted by a new thread, we come back before our equal");
    thread_t *waiter = start(wait_main, ticks, MINE + 1, "waiter");
    uint32_t start_tick = sched_ticks();

    posts_left = 3;
    tick_set_hook(post_in_interrupt);
    while (sched_ticks() - start_tick < 5)
        ;
    tick_set_hook(NULL);
    order_is(&order, "", "so we do when an interrupt woke it");
    tap_ok(thread_has_finished(waiter), "and it did run");
    expect_join(high, EOK, "join");
    expect_join(waiter, EOK, "join");
    expect_join(same, EOK, "join");
    order_is(&order, "s", "our equal runs when we wait");
}

static thread_t *idle_thread;

static void find_idle(thread_t *thread)
{
    if (sched_is_idle(thread))
        idle_thread = thread;
}

static void test_idle(void)
{
    thread_for_each(find_idle);
    tap_ok(idle_thread != NULL, "there is an idle thread");
    tap_equal(thread_kill(idle_thread), EINVAL, "it cannot be killed");
    tap_equal(thread_set_priority(idle_thread, 3), EINVAL, "nor get a priority");
    (void)thread_sleep_ticks(2);
    tap_ok(!thread_has_finished(idle_thread), "it goes on");
}

static void test_wakeup_from_interrupt(void)
{
    uint32_t ticks[3] = {0, 0, 0};

    thread_t *waiter = start(wait_main, ticks, MINE + 1, "waiter");
    bool enabled = interrupts_disable();
    uint32_t start_tick = sched_ticks();

    posts_left = 3;
    tick_set_hook(post_in_interrupt);
    interrupts_restore(enabled);
    while (sched_ticks() - start_tick < 5) /* never yields */
        ;
    tick_set_hook(NULL);
    tap_ok(thread_has_finished(waiter), "posts from an interrupt wake a thread");
    for (uint32_t i = 0; i < 3; i++)
        tap_equal(ticks[i] - start_tick, i + 1, "which preempts us within that very tick");
    expect_join(waiter, EOK, "join");
}

static thread_t *suspended;

static void wake_in_interrupt(void)
{
    if (suspended != NULL)
        (void)thread_wakeup(suspended);
    suspended = NULL;
}

/* No thread runs or sleeps, but an interrupt will wake one: this is no deadlock. */
static void test_idle_until_interrupt(void)
{
    bool enabled = interrupts_disable(); /* it must not come before this thread waits */

    suspended = thread_get_current();
    tick_set_hook(wake_in_interrupt);
    thread_suspend();
    interrupts_restore(enabled);
    tick_set_hook(NULL);
    tap_ok(suspended == NULL, "waiting for an interrupt alone is no deadlock");
}

static int test_sched(void)
{
    (void)sem_init(&tick_sem, 0);
    if (sched_uses_priorities()) {
        test_priorities();
        test_every_priority();
    }
    test_slices(false);
    if (sched_uses_priorities()) {
        test_slices(true);
        test_yield_renews_slice();
    }
    test_sleep();
    if (sched_uses_priorities()) {
        test_sleep_together();
        test_wakeup_from_interrupt();
        test_preempted_keeps_turn();
    }
    test_idle();
    test_idle_until_interrupt();
    thread_print_all();
    return tap_done();
}

JOB(test_sched, .kind = "test", .name = "sched", .run = test_sched,
    .summary = "scheduling: priorities, slices, sleep, waking from interrupts");
