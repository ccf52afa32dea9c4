/* SPDX-License-Identifier: MIT */
/*
 * Corner cases of a thread's life, while others never yield: ending in a deep
 * call, killing oneself, being killed before the first instruction or while
 * waiting for a mutex, a semaphore or nothing, two joiners; and the interrupt
 * state of each thread.
 */
#include <exc.h>
#include <ktest.h>
#include <proc/mutex.h>
#include <proc/sem.h>
#include <proc/thread.h>

#define SPINNERS 3

static thread_t *spinners[SPINNERS], *first, *second;
static volatile unsigned spins[SPINNERS];
static mutex_t mutex;
static sem_t sem;
static volatile int stage;

static void *spin(void *data)
{
    volatile unsigned *count = data;

    for (;;)
        ++*count;
}

static void *give_back(void *data)
{
    return data;
}

static void finish_below(int depth, void *data)
{
    if (depth == 0)
        thread_finish(data);
    finish_below(depth - 1, data);
}

static void *finish_deep(void *data)
{
    finish_below(5, data);
    return NULL;
}

static void *kill_self(void *data)
{
    thread_kill(thread_get_current());
    stage = 99;
    return data;
}

static void *take_mutex(void *data)
{
    mutex_lock(&mutex);
    mutex_unlock(&mutex);
    return data;
}

static void *take_unit(void *data)
{
    sem_wait(&sem);
    return data;
}

static void *suspend(void *data)
{
    stage = 1;
    thread_suspend();
    stage = 2;
    return data;
}

static void *join(void *other)
{
    return (void *)(uintptr_t)thread_join(other, NULL);
}

static void *yield_masked(void *data)
{
    bool before = interrupts_disable();

    thread_yield();
    *(int *)data = before && !interrupts_disable();
    interrupts_restore(before);
    return data;
}

static thread_t *start(thread_entry_func_t entry, void *data)
{
    thread_t *thread;

    ktest_assert_errno(thread_create(&thread, entry, data, 0, "thread"), "thread_create");
    return thread;
}

static void expect_end(thread_t *thread, errno_t how, void *value)
{
    void *got = &stage;
    errno_t err = thread_join(thread, &got);

    ktest_assert(err == how, "joined: %s", errno_as_str(err));
    ktest_assert(got == (how == EOK ? value : &stage), "value %p", got);
}

static void let_others_run(void)
{
    for (int i = 0; i < 10; i++)
        thread_yield();
}

static void ends(void)
{
    expect_end(start(give_back, spinners), EOK, spinners);
    expect_end(start(give_back, NULL), EOK, NULL);
    expect_end(start(finish_deep, &sem), EOK, &sem);
    first = start(kill_self, NULL);
    while (!thread_has_finished(first))
        continue;
    ktest_assert(thread_kill(first) == EEXITED, "killed twice");
    ktest_assert(thread_wakeup(first) == EEXITED, "woken after its end");
    expect_end(first, EKILLED, NULL);
    ktest_assert(stage == 0, "it went on");
    ktest_assert(thread_join(thread_get_current(), NULL) != EOK, "joined itself");

    bool enabled = interrupts_disable();

    first = start(kill_self, NULL);
    ktest_assert_errno(thread_kill(first), "thread_kill before it ran");
    interrupts_restore(enabled);
    expect_end(first, EKILLED, NULL);
}

static void killed_waiting(void)
{
    ktest_assert_errno(mutex_init(&mutex), "mutex_init");
    mutex_lock(&mutex);
    first = start(take_mutex, NULL);
    second = start(take_mutex, &mutex);
    let_others_run();
    ktest_assert_errno(thread_kill(first), "thread_kill");
    mutex_unlock(&mutex);
    expect_end(second, EOK, &mutex);
    expect_end(first, EKILLED, NULL);
    ktest_assert_errno(mutex_trylock(&mutex), "mutex_trylock");
    ktest_assert(mutex_trylock(&mutex) == EBUSY, "had already");
    mutex_unlock(&mutex);
    mutex_destroy(&mutex);

    ktest_assert_errno(sem_init(&sem, 0), "sem_init");
    first = start(take_unit, NULL);
    second = start(take_unit, &sem);
    let_others_run();
    ktest_assert_errno(thread_kill(first), "thread_kill");
    sem_post(&sem);
    expect_end(second, EOK, &sem);
    expect_end(first, EKILLED, NULL);
    ktest_assert(sem_get_value(&sem) == 0, "value %d", sem_get_value(&sem));
    sem_destroy(&sem);
}

static void joined_by_two(void)
{
    void *result;

    first = start(suspend, NULL);
    while (stage != 1)
        continue;
    second = start(join, first);
    let_others_run();
    ktest_assert(thread_join(first, NULL) == EBUSY, "two joiners");
    ktest_assert_errno(thread_kill(first), "thread_kill");
    ktest_assert_errno(thread_join(second, &result), "thread_join");
    ktest_assert((errno_t)(uintptr_t)result == EKILLED, "the joiner got %u",
                 (unsigned)(uintptr_t)result);
    ktest_assert(stage == 1, "it went on");
}

void kernel_test(void)
{
    int kept = 0;

    ktest_start("foreign/thread_life");
    for (int i = 0; i < SPINNERS; i++)
        spinners[i] = start(spin, (void *)&spins[i]);
    ends();
    killed_waiting();
    joined_by_two();
    expect_end(start(yield_masked, &kept), EOK, &kept);
    ktest_assert(kept == 1, "interrupts were enabled by a yield");
    ktest_assert(interrupts_disable(), "interrupts are enabled here");
    interrupts_restore(true);
    for (int i = 0; i < SPINNERS; i++) {
        unsigned seen = spins[i];

        while (spins[i] == seen)
            continue;
        ktest_assert_errno(thread_kill(spinners[i]), "thread_kill");
        expect_end(spinners[i], EKILLED, NULL);
    }
    ktest_passed();
}
