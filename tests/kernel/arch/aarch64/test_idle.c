/* SPDX-License-Identifier: MIT */
/*
 * The idle thread waits for interrupts and does not spin: while no other thread
 * runs, only ticks execute instructions. Counted by the CPU's instruction
 * counter (Arm ARM, D7: event INST_RETIRED), which stops in wfi; the cycle
 * counter does not. Under -icount a tick is a million instructions long.
 */
#include <job.h>
#include <lib/print.h>
#include <proc/sched.h>

#include "../../include/tap.h"

#define INST_RETIRED 8
#define TICKS        10
/* Ten times the cost of a tick with two switches. */
#define LIMIT 5000

static uint32_t instructions(void)
{
    uint64_t count;

    __asm__ volatile("isb; mrs %0, pmevcntr0_el0" : "=r"(count));
    return (uint32_t)count;
}

static int test_idle(void)
{
    __asm__ volatile("msr pmevtyper0_el0, %0; msr pmcntenset_el0, %1; msr pmcr_el0, %2; isb"
                     :
                     : "r"((uint64_t)INST_RETIRED), "r"(UINT64_C(1)), "r"(UINT64_C(0x43)));
    (void)thread_sleep_ticks(1);
    uint32_t begin = instructions();

    (void)thread_sleep_ticks(TICKS);
    uint32_t spent = (instructions() - begin) / TICKS;

    tap_ok(spent > 0, "instructions are counted (boards/*/run -i)");
    tap_ok(spent < LIMIT, "in %u ticks of idleness the CPU has %u to do in each", TICKS, spent);
    return tap_done();
}

JOB(test_idle, .kind = "test", .name = "idle", .run = test_idle,
    .summary = "while nobody runs, the CPU waits");
