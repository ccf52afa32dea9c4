/* SPDX-License-Identifier: MIT */
/*
 * CP0 Count and Compare. The timer fires when they are equal. If Count passes a
 * deadline while it is being written, the tick is missed for 2^32 counts; Count
 * is therefore read again after every write.
 */
#include <arch/timer.h>

#include "mips32.h"

#define TIMER_LINE 7

static uint32_t period_counts;
static uint32_t deadline;

static uint32_t read_count(void)
{
    uint32_t count;

    MIPS32_READ_CP0(9, count);
    return count;
}

/* Advance the deadline until it lies ahead; returns by how many periods. */
static unsigned arm(void)
{
    unsigned periods = 0;

    for (;;) {
        uint32_t late = read_count() - deadline; /* >= 2^31: it lies ahead */

        if (late >> 31 == 0) {
            uint32_t missed = late / period_counts + 1;

            deadline += missed * period_counts;
            periods += missed;
        }
        MIPS32_WRITE_CP0(11, deadline); /* also acknowledges */
        if ((read_count() - deadline) >> 31 != 0)
            return periods;
    }
}

unsigned arch_timer_irq(void)
{
    return TIMER_LINE;
}

void arch_timer_start(unsigned hz)
{
    period_counts = MIPS32_COUNT_HZ / hz;
    deadline = read_count() + period_counts;
    (void)arm();
}

unsigned arch_timer_acknowledge(void)
{
    unsigned periods = arm();

    return periods > 0 ? periods : 1;
}

uint32_t arch_instructions(void)
{
    return read_count() * MIPS32_INSTRUCTIONS_PER_COUNT;
}
