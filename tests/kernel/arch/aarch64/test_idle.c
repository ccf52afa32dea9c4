/* SPDX-License-Identifier: MIT */
/*
 * The idle thread waits for interrupts and does not spin: while no other thread
 * runs, only ticks execute instructions. Counted by the CPU's instruction
 * counter (Arm ARM, D7: event INST_RETIRED), which stops in wfi; the cycle
 * counter does not. Under -icount a tick is a million instructions long.
 */
#include <console.h>
#include <job.h>
#include <lib/print.h>
#include <proc/sched.h>

#include "../../include/order.h"

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

static uint32_t idle_instructions(void)
{
    (void)thread_sleep_ticks(1);
    uint32_t begin = instructions();

    (void)thread_sleep_ticks(TICKS);
    return instructions() - begin;
}

static void *read_main(void *unused)
{
    (void)console_read();
    return unused;
}

static int test_idle(void)
{
    __asm__ volatile("msr pmevtyper0_el0, %0; msr pmcntenset_el0, %1; msr pmcr_el0, %2; isb"
                     :
                     : "r"((uint64_t)INST_RETIRED), "r"(UINT64_C(1)), "r"(UINT64_C(0x43)));
    uint32_t spent = idle_instructions();

    tap_ok(spent > 0, "instructions are counted (boards/*/run -i)");
    tap_ok(spent / TICKS < LIMIT, "in %u ticks of idleness the CPU has %u to do in each", TICKS,
           spent / TICKS);
    console_init();
    thread_t *reader = start(read_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "reader");

    uint32_t waiting = idle_instructions();

    /* Polling in every tick would add half as many again. */
    tap_ok(waiting < spent + spent / TICKS, "%u in all, and %u while a thread waits for a key",
           spent, waiting);
    (void)thread_kill(reader);
    expect_join(reader, EKILLED, "join");
    return tap_done();
}

JOB(test_idle, .kind = "test", .name = "idle", .run = test_idle,
    .summary = "while nobody runs, the CPU waits");
