/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and preemption preserve every register. Two threads hold different
 * values of the same patterns and take turns; a third one yields all the time,
 * so that both kinds of switch occur.
 */
#include <job.h>
#include <proc/sched.h>
#include <proc/thread.h>

#include "../include/tap.h"

/*
 * In tests/kernel/arch/<cpu>/registers.S: holds a pattern in every register for
 * `rounds` rounds of two instructions. Returns the number of registers that
 * changed.
 */
uintptr_t registers_survive(uintptr_t rounds);

#define ROUNDS 500000
#define TICKS  20

static volatile bool stop;

static void *hold(void *unused)
{
    uint32_t start = sched_ticks();
    uintptr_t changed = 0;

    (void)unused;
    do
        changed += registers_survive(ROUNDS);
    while (sched_ticks() - start < TICKS);
    return (void *)changed;
}

static void *yield_on(void *unused)
{
    while (!stop)
        thread_yield();
    return unused;
}

static int test_registers(void)
{
    thread_t *holders[2] = {NULL};
    thread_t *yielder = NULL;
    uint32_t start = sched_ticks();

    tap_equal(thread_create(&yielder, yield_on, NULL, 0, "yielder"), EOK, "a thread that yields");
    for (size_t i = 0; i < 2; i++)
        tap_equal(thread_create(&holders[i], hold, NULL, 0, "holder"), EOK, "a thread that holds");
    for (size_t i = 0; i < 2; i++) {
        void *changed = (void *)1;

        tap_equal(thread_join(holders[i], &changed), EOK, "it comes back");
        tap_equal((uintptr_t)changed, 0, "with every register and the flags as they were");
    }
    stop = true;
    tap_equal(thread_join(yielder, NULL), EOK, "the yielding thread comes back");
    tap_ok(sched_ticks() - start >= 10, "there were ticks in between");
    return tap_done();
}

JOB(test_registers, .kind = "test", .name = "registers", .run = test_registers,
    .summary = "interrupts and preemption give every register back");
