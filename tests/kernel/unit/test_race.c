/* SPDX-License-Identifier: MIT */
/*
 * Operations interrupted by a tick, or by a more urgent thread that it wakes.
 * One operation runs in a loop so short that ticks sooner or later interrupt it
 * at each of its instructions, while the tick performs the same operation on
 * the same object. A lost update shows in the sums.
 */
#include <job.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/tick.h>

#include "../include/order.h"

#define TICKS 240
#define MINE  THREAD_PRIORITY_DEFAULT

static sem_t sem, wake;
static mutex_t mutex;
static volatile bool stop;
static unsigned posted_by_ticks, taken_by_ticks;
static volatile unsigned in_mutex; /* counted under `mutex` */
static unsigned entries_of_rival;

/*
 * Whether the test continues. After each tick it waits for a short random time,
 * so that the next tick does not interrupt the loop at the same instruction.
 */
static bool for_ticks(uint32_t begin)
{
    static uint32_t seen, random = 1;
    uint32_t passed = sched_ticks() - begin;

    if (passed != seen) {
        seen = passed;
        random = random * 1664525u + 1013904223u;
        for (uint32_t i = random >> 24; i > 0; i--)
            __asm__ volatile("" : : : "memory");
    }
    return passed < TICKS;
}

static void post(void)
{
    sem_post(&sem);
    posted_by_ticks++;
}

static void take(void)
{
    taken_by_ticks += sem_trywait(&sem) == EOK;
}

static void test_sem(void)
{
    unsigned posted = 0, taken = 0;
    uint32_t begin = sched_ticks();

    tick_set_hook(post);
    for (; for_ticks(begin); posted++)
        sem_post(&sem);
    tick_set_hook(NULL);
    tap_ok(posted_by_ticks >= TICKS - 1, "ticks have posted %u units", posted_by_ticks);
    tap_equal((uintptr_t)sem_get_value(&sem), posted + posted_by_ticks, "sem_post loses no unit");
    begin = sched_ticks();
    tick_set_hook(take);
    for (; for_ticks(begin) && sem_trywait(&sem) == EOK; taken++)
        ;
    tick_set_hook(NULL);
    tap_equal((uintptr_t)sem_get_value(&sem), posted + posted_by_ticks - taken - taken_by_ticks,
              "nor does sem_trywait take one twice");
}

/* Every third tick, so that the rival has finished. */
static void wake_rival(void)
{
    if (sched_ticks() % 3 == 0)
        sem_post(&wake);
}

/* More urgent than the test: preempts it anywhere. */
static void *rival_main(void *unused)
{
    for (;;) {
        sem_wait(&wake);
        if (stop)
            return unused;
        mutex_lock(&mutex);
        unsigned before = in_mutex;

        (void)thread_sleep_ticks(1); /* if the test is in there too, it continues now */
        in_mutex = before + 1;
        entries_of_rival++;
        mutex_unlock(&mutex);
    }
}

static thread_t *start_rival(void)
{
    stop = false;
    entries_of_rival = in_mutex = 0;
    thread_t *rival = start(rival_main, NULL, MINE + 1, "rival");

    (void)thread_sleep_ticks(1); /* let it wait */
    tick_set_hook(wake_rival);
    return rival;
}

static void end_rival(thread_t *rival)
{
    tick_set_hook(NULL);
    stop = true;
    sem_post(&wake);
    expect_join(rival, EOK, "join");
}

static void test_mutex(void)
{
    thread_t *rival = start_rival();
    unsigned entries = 0;

    for (uint32_t begin = sched_ticks(); for_ticks(begin); entries++) {
        mutex_lock(&mutex);
        in_mutex = in_mutex + 1;
        mutex_unlock(&mutex);
    }
    end_rival(rival);
    tap_ok(entries_of_rival >= TICKS / 3 - 1, "a rival has come %u times", entries_of_rival);
    tap_equal(in_mutex, entries + entries_of_rival, "nobody was in the mutex beside it");
    tap_equal(mutex_trylock(&mutex), EOK, "which is free in the end");
    mutex_unlock(&mutex);
}

static int test_race(void)
{
    (void)sem_init_with(&sem, 0, "race");
    (void)sem_init_with(&wake, 0, "wake");
    (void)mutex_init_with(&mutex, true, "race");
    test_sem();
    test_mutex();
    return tap_done();
}

JOB(test_race, .kind = "test", .name = "race", .run = test_race,
    .summary = "operations on locks, interrupted anywhere");
