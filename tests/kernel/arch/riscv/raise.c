/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's software interrupt, which S-mode raises for itself.
 */
#include "../../include/raise.h"

#define SOFTWARE_IRQ 1
#define SIP_SSIP     2

unsigned raise_irq(void)
{
    return SOFTWARE_IRQ;
}

void raise_line(void)
{
    __asm__ volatile("csrsi sip, %0" : : "i"(SIP_SSIP) : "memory");
}

void lower_line(void)
{
    __asm__ volatile("csrci sip, %0" : : "i"(SIP_SSIP) : "memory");
}
