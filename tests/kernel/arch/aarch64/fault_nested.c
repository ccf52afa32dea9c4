/* SPDX-License-Identifier: MIT */
/*
 * An interrupt that arrives while the CPU runs on the exception stack, as if a
 * handler enabled interrupts: the report must identify it correctly.
 */
#include <arch/probe.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>

static int nested_interrupt(void)
{
    uintptr_t value;

    (void)arch_probe_read(8, &value); /* leaves a value in ESR_EL1 */
    __asm__ volatile("msr spsel, #1\n"
                     "1: wfi\n"
                     "b 1b\n");
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

JOB(fault_nested_interrupt, .kind = "fault", .name = "nested_interrupt", .run = nested_interrupt,
    .summary = "an interrupt inside a handler");
