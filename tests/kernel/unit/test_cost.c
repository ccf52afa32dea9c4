/* SPDX-License-Identifier: MIT */
/*
 * What threads cost, in instructions: exact where the machine counts them
 * (boards/<board>/run -i). `make bench-kernel` prints it; as a test it is held
 * by bounds, which hold for every board and compiler.
 *
 * Each figure is the least of several runs, so that none contains a tick, and
 * what the measuring itself takes is measured and taken off.
 */
#include <arch/cpu.h>
#include <arch/timer.h>
#include <job.h>
#include <lib/print.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>

#include "../include/order.h"

#define BATCH 32u
#define RUNS  8u
#define TICKS 16u

/* Bounds in instructions: a little above the dearest of boards and compilers. */
#define LIMIT_YIELD  40u
#define LIMIT_SWITCH 100u
#define LIMIT_MUTEX  85u
#define LIMIT_SEM    65u
#define LIMIT_TICK   700u
#define LIMIT_CREATE (3000u + 2 * THREAD_STACK_SIZE)

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

/* A yield of ours is two switches: there and back. The other's loop is counted, too. */
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

/* Count until that tick, or up to a number. The same code with and without interrupts. */
__attribute__((noinline)) static uint32_t spin(uint32_t until, uint32_t most)
{
    uint32_t count = 0;

    while (count < most && (int32_t)(sched_ticks() - until) < 0)
        count++;
    return count;
}

/* What ticks add to a number of turns of the loop. */
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

static void *return_main(void *data)
{
    return data;
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
    (void)arch_instructions(); /* the first call may set the counter up */
    report("thread_yield, nobody else ready", cost_of(thread_yield), LIMIT_YIELD);
    measure_switch();
    report("mutex_lock + mutex_unlock, free", cost_of(lock_and_unlock), LIMIT_MUTEX);
    report("sem_post + sem_wait, no waiter", cost_of(post_and_wait), LIMIT_SEM);
    measure_tick();
    /* Filling the stack is most of it. */
    report("thread_create + run + thread_join", cost_of(create_and_join), LIMIT_CREATE);
    return tap_done();
}

JOB(test_cost, .kind = "test", .name = "cost", .run = test_cost,
    .summary = "what switches, ticks and locks cost in instructions");
