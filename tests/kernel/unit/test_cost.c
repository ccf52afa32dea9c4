/* SPDX-License-Identifier: MIT */
/*
 * The cost of thread operations in instructions: exact if the machine counts
 * them (boards/<board>/run -i). `make bench-kernel` prints the figures; the
 * test checks them against bounds per CPU
 * (tests/kernel/arch/<cpu>/cost_limits.h).
 * Operations whose cost must not depend on other ready threads must take
 * exactly the same.
 *
 * Each figure is the minimum of several runs, so that none contains a tick. The
 * overhead of measuring is measured and subtracted.
 */
#include <arch/cpu.h>
#include <arch/timer.h>
#include <irq.h>
#include <job.h>
#include <lib/print.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>

#include <cost_limits.h> /* of this CPU */

#include "../include/order.h"
#include "../include/raise.h"

#define BATCH 32u
#define RUNS  8u
#define TICKS 16u

static mutex_t mutex;
static sem_t sem;
static volatile bool stop;

static void nothing(void)
{
    __asm__ volatile("" : : : "memory");
}

static void lock_and_unlock(void)
{
    mutex_lock(&mutex);
    mutex_unlock(&mutex);
}

static void post_and_wait(void)
{
    sem_post(&sem);
    sem_wait(&sem);
}

static void create_and_join(void);

/* Instructions for a batch of calls. */
static uint32_t measure(void (*function)(void), unsigned calls)
{
    uint32_t least = UINT32_MAX;

    for (unsigned run = 0; run < RUNS; run++) {
        uint32_t begin = arch_instructions();

        for (unsigned i = 0; i < calls; i++)
            function();
        uint32_t spent = arch_instructions() - begin;

        if (spent < least)
            least = spent;
    }
    return least;
}

static uint32_t cost_of(void (*function)(void))
{
    return (measure(function, BATCH) - measure(nothing, BATCH) + BATCH / 2) / BATCH;
}

static void report(const char *what, uint32_t instructions, uint32_t limit)
{
    tap_ok(instructions > 0 && instructions < limit, "%s: %u instructions, limit %u", what,
           instructions, limit);
    printk("# cost: %-44s %5u\n", what, instructions);
}

static void *yield_main(void *unused)
{
    while (!stop)
        thread_yield();
    return unused;
}

/* One yield here is two switches: to the other thread and back. The other's loop is counted too. */
static void measure_switch(void)
{
    stop = false;
    thread_t *other = start(yield_main, NULL, THREAD_PRIORITY_DEFAULT, "other");

    thread_yield();
    report("voluntary switch (yield to another thread)", (cost_of(thread_yield) + 1) / 2,
           LIMIT_SWITCH);
    stop = true;
    (void)thread_join(other, NULL);
}

static thread_t *sleeper;

static void *wake_main(void *unused)
{
    while (!stop)
        (void)thread_wakeup(sleeper);
    return unused;
}

static void *return_main(void *data)
{
    return data;
}

/*
 * The cost of suspending this thread and being woken by a thread one level less
 * urgent: two blocking switches, each of which picks by level. `beside` more
 * threads of the waker's priority are ready, and `below` more, one at each
 * level from 0 on.
 */
static uint32_t blocking_round(unsigned priority, unsigned beside, unsigned below)
{
    thread_t *threads[2 * THREAD_PRIORITIES];
    unsigned count = 0;

    sleeper = thread_get_current();
    stop = false;
    (void)thread_set_priority(sleeper, priority);
    for (unsigned i = 0; i <= beside; i++)
        threads[count++] = start(wake_main, NULL, priority - 1, "waker");
    for (unsigned i = 0; i < below; i++)
        threads[count++] = start(return_main, NULL, i, "below");
    uint32_t cost = cost_of(thread_suspend);

    stop = true;
    while (count > 0)
        (void)thread_join(threads[--count], NULL);
    (void)thread_set_priority(sleeper, THREAD_PRIORITY_DEFAULT);
    return cost;
}

static void measure_block(void)
{
    uint32_t alone = blocking_round(THREAD_PRIORITY_MAX, 0, 0);

    report("blocking switch (suspend or wake another)", (alone + 1) / 2, LIMIT_BLOCK);
    tap_equal(blocking_round(1, 0, 0), alone, "the same at the lowest priority");
    /* A level that stays in use is slightly cheaper than one that becomes empty. */
    tap_equal(blocking_round(THREAD_PRIORITY_MAX, 20, THREAD_PRIORITY_MAX - 1),
              blocking_round(THREAD_PRIORITY_MAX, 1, 1),
              "the same with many ready, at that level and at all below, as with few");
}

/* Count until that tick, or up to a number. The same code runs with and without interrupts. */
__attribute__((noinline)) static uint32_t spin(uint32_t until, uint32_t most)
{
    uint32_t count = 0;

    while (count < most && (int32_t)(sched_ticks() - until) < 0)
        count++;
    return count;
}

/* The instructions that ticks add to a number of turns of the loop. */
static void measure_tick(void)
{
    uint32_t tick = sched_ticks();

    (void)spin(tick + 1, UINT32_MAX); /* to the start of a tick */
    uint32_t begin = arch_instructions();
    uint32_t turns = spin(tick + 1 + TICKS, UINT32_MAX);
    uint32_t with = arch_instructions() - begin;
    bool enabled = interrupts_disable();

    begin = arch_instructions();
    (void)spin(sched_ticks() + 1, turns);
    uint32_t without = arch_instructions() - begin;

    interrupts_restore(enabled);
    report("tick (interrupt, guard checks, no switch)", (with - without) / TICKS, LIMIT_TICK);
}

static void quiet(void *unused)
{
    (void)unused;
    lower_line();
}

/* To raise and to lower the line counts, too. */
static void measure_interrupt(void)
{
    (void)irq_register(raise_irq(), quiet, NULL);
    report("interrupt with an empty handler", cost_of(raise_line), LIMIT_IRQ);
    (void)irq_unregister(raise_irq());
}

static void create_and_join(void)
{
    thread_t *thread = NULL;

    if (thread_create(&thread, return_main, NULL, 0, "short") == EOK)
        (void)thread_join(thread, NULL);
}

static int test_cost(void)
{
    (void)mutex_init_with(&mutex, true, "cost");
    (void)sem_init_with(&sem, 0, "cost");
    (void)arch_instructions(); /* the first call may set up the counter */
    report("thread_yield, nobody else ready", cost_of(thread_yield), LIMIT_YIELD);
    measure_switch();
    if (sched_uses_priorities())
        measure_block();
    report("mutex_lock + mutex_unlock, free", cost_of(lock_and_unlock), LIMIT_MUTEX);
    report("sem_post + sem_wait, no waiter", cost_of(post_and_wait), LIMIT_SEM);
    measure_interrupt();
    measure_tick();
    report("thread_create + run + thread_join", cost_of(create_and_join), LIMIT_CREATE);
    return tap_done();
}

JOB(test_cost, .kind = "test", .name = "cost", .run = test_cost,
    .summary = "what switches, ticks and locks cost in instructions");
