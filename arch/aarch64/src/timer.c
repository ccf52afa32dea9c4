/* SPDX-License-Identifier: MIT */
/*
 * The generic timer's virtual channel (Arm ARM, D11) and the cycle counter.
 * Deadlines are absolute, so a late tick does not delay the next ones.
 */
#include <arch/timer.h>

#include <arch/impl/boot.h>

#include "aarch64.h"

/* Private peripheral interrupt of the EL1 virtual timer (SBSA). */
#define VIRTUAL_TIMER_IRQ 27

static uint64_t period_counts;
static unsigned timer_irq = VIRTUAL_TIMER_IRQ;

unsigned arch_timer_irq(void)
{
    return timer_irq;
}

void aarch64_timer_set_irq(unsigned irq)
{
    timer_irq = irq;
}

uint64_t aarch64_timer_hz(void)
{
    return READ_SYSREG(cntfrq_el0);
}

void arch_timer_start(unsigned hz)
{
    period_counts = READ_SYSREG(cntfrq_el0) / hz;
    if (period_counts == 0)
        period_counts = 1; /* faster than the counter: forbidden by the header, but must not hang */
    isb();
    WRITE_SYSREG(cntv_cval_el0, READ_SYSREG(cntvct_el0) + period_counts);
    WRITE_SYSREG(cntv_ctl_el0, 1); /* ENABLE, not IMASK */
    isb();
}

unsigned arch_timer_acknowledge(void)
{
    uint64_t deadline = READ_SYSREG(cntv_cval_el0);
    unsigned periods = 0;

    isb();
    uint64_t now = READ_SYSREG(cntvct_el0);

    if (now >= deadline && now - deadline >= period_counts) {
        /* Interrupts were masked for long. */
        uint64_t missed = (now - deadline) / period_counts;

        periods = (unsigned)missed;
        deadline += missed * period_counts;
    }
    WRITE_SYSREG(cntv_cval_el0, deadline + period_counts);
    isb();
    return periods + 1;
}

/* Start the cycle counter, for EL1 (Arm ARM, D11). False: this CPU has none. */
static bool start_cycles(void)
{
    unsigned version = (unsigned)(READ_SYSREG(id_aa64dfr0_el1) >> 8) & 0xf;

    if (version == 0 || version == 0xf) /* PMUVer: no such registers (Arm ARM, D17.2.59) */
        return false;
    WRITE_SYSREG(pmcr_el0, 0x47);
    WRITE_SYSREG(pmccfiltr_el0, 0);
    WRITE_SYSREG(pmcntenset_el0, UINT64_C(1) << 31);
    isb();
    return true;
}

uint32_t arch_instructions(void)
{
    static bool asked, has_cycles;

    if (!asked) {
        has_cycles = start_cycles();
        asked = true;
    }
    return (uint32_t)(has_cycles ? READ_SYSREG(pmccntr_el0) : READ_SYSREG(cntvct_el0));
}
