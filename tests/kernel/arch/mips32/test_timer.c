/* SPDX-License-Identifier: MIT */
/*
 * The CP0 timer: ticks arrive at the requested rate, and continue if serving
 * one took until just before or just after the next was due. A deadline that
 * Count passes while it is being written would be missed for 2^32 counts.
 */
#include <arch/timer.h>
#include <config/tick_hz.h>
#include <exc.h>
#include <job.h>
#include <proc/sched.h>

#include "../../include/tap.h"

#define PERIOD (MIPS32_COUNT_HZ / CONFIG_TICK_HZ * MIPS32_INSTRUCTIONS_PER_COUNT)
/* Time from enabling interrupts to the next deadline: about the time to serve a tick. */
#define NEAREST  400
#define FARTHEST 1040
#define STEP     4

static void spin_until(uint32_t start, uint32_t instructions)
{
    while (arch_instructions() - start < instructions)
        continue;
}

static uint32_t next_tick(void)
{
    uint32_t ticks = sched_ticks();

    while (sched_ticks() == ticks)
        continue;
    return arch_instructions();
}

static int test_timer(void)
{
    uint32_t start = next_tick();
    unsigned lost = 0;

    for (unsigned i = 0; i < 8; i++)
        next_tick();
    uint32_t took = arch_instructions() - start;

    tap_ok(took > 8 * PERIOD - PERIOD / 4 && took < 8 * PERIOD + PERIOD / 4,
           "8 ticks in %u instructions, %u expected", (unsigned)took, (unsigned)(8 * PERIOD));
    for (uint32_t before = NEAREST; before < FARTHEST; before += STEP) {
        start = next_tick();
        bool enabled = interrupts_disable();

        /* By then one tick is pending, and the next is almost due. */
        spin_until(start, 2 * PERIOD - before);
        interrupts_restore(enabled);
        uint32_t ticks = sched_ticks();

        spin_until(start, 4 * PERIOD);
        if (sched_ticks() == ticks) {
            lost++;
            break; /* no other will arrive */
        }
    }
    tap_equal(lost, 0, "no tick is lost when one is served late");
    return tap_done();
}

JOB(test_timer, .kind = "test", .name = "timer", .run = test_timer,
    .summary = "the rate of ticks, and ticks that are served late");
