/* SPDX-License-Identifier: MIT */
/*
 * Line 0, which software raises in CP0 Cause.
 */
#include <stdint.h>

#include "../../include/raise.h"

#define CAUSE_IP0 0x100u

unsigned raise_irq(void)
{
    return 0;
}

/* The kernel leaves the other writable bits at 0. */
static void write_cause(uint32_t cause)
{
    __asm__ volatile("mtc0 %0, $13\n\tsll $0, $0, 3" : : "r"(cause) : "memory");
}

void raise_line(void)
{
    write_cause(CAUSE_IP0);
}

void lower_line(void)
{
    write_cause(0);
}
