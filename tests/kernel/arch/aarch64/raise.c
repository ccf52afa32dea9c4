/* SPDX-License-Identifier: MIT */
/*
 * The EL1 physical timer (Arm ARM, D11), which the kernel does not use: enabled with
 * a deadline in the past, its interrupt is pending.
 */
#include <stdint.h>

#include "../../include/raise.h"

/* Private peripheral interrupt of that timer (SBSA). */
#define PHYSICAL_TIMER_IRQ 30

unsigned raise_irq(void)
{
    return PHYSICAL_TIMER_IRQ;
}

static void set_enabled(uint64_t enabled)
{
    __asm__ volatile("msr cntp_cval_el0, xzr; msr cntp_ctl_el0, %0; isb"
                     :
                     : "r"(enabled)
                     : "memory");
}

void raise_line(void)
{
    set_enabled(1);
}

void lower_line(void)
{
    set_enabled(0);
}
