/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and preemption give every register back. Two threads hold
 * different moments of the same patterns and take turns; a third one yields all
 * the time, so that both kinds of switch meet.
 */
#include <job.h>
#include <proc/sched.h>
#include <proc/thread.h>

#include "../../include/tap.h"

/* registers.S */
uint64_t registers_survive(uint64_t rounds);

#define ROUNDS 20000000 /* some 40 ticks' worth */

static volatile bool stop;

static void *hold(void *unused)
{
    (void)unused;
    return (void *)registers_survive(ROUNDS);
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
