/* SPDX-License-Identifier: MIT */
/*
 * Ticks that are served late: none is lost, and the next one comes when it would
 * have come otherwise. Measured in instructions, so only on a machine that counts
 * them (boards/<board>/run -i).
 */
#include <arch/timer.h>
#include <exc.h>
#include <job.h>
#include <proc/sched.h>

#include "../include/tap.h"

#define TICKS  8u
#define MISSED 5u

/* The time at which the next tick has been served. */
static uint32_t next_tick(void)
{
    uint32_t ticks = sched_ticks();

    while (sched_ticks() == ticks)
        ;
    return arch_instructions();
}

static uint32_t measure_period(void)
{
    uint32_t start = next_tick();

    for (unsigned i = 0; i < TICKS; i++)
        (void)next_tick();
    return (arch_instructions() - start) / TICKS;
}

/* Mask interrupts from just after a tick until half a period after the last of `missed` ticks. */
static void test_late(uint32_t period, unsigned missed)
{
    const thread_t *self = thread_get_current();
    uint32_t start = next_tick();
    uint32_t before = sched_ticks();
    uint32_t charged = self->ticks;
    bool enabled = interrupts_disable();

    while (arch_instructions() - start < period * missed + period / 2)
        ;
    tap_equal(sched_ticks(), before, "no tick is served while interrupts are masked");
    interrupts_restore(enabled);
    uint32_t counted = sched_ticks() - before;
    uint32_t time = next_tick() - start;
    uint32_t expected = period * (missed + 1);

    tap_equal(counted, missed, "then all are counted");
    tap_equal(sched_ticks() - before, missed + 1, "the next one is one");
    tap_equal(self->ticks - charged, missed + 1, "and all are charged to the thread that ran");
    tap_ok(time - (expected - period / 4) < period / 2,
           "it comes after %u instructions, as it "
           "would have come: %u",
           time, expected);
}

static int test_tick(void)
{
    (void)arch_instructions(); /* the first call may set up the counter */
    uint32_t period = measure_period();

    test_late(period, 1);
    test_late(period, MISSED);
    return tap_done();
}

JOB(test_tick, .kind = "test", .name = "tick", .run = test_tick,
    .summary = "ticks that are served late");
