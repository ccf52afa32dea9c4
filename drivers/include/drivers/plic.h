/* SPDX-License-Identifier: MIT */
/*
 * RISC-V's platform-level interrupt controller (PLIC Specification 1.0.0): one
 * chip, one of its contexts (a hart in a privilege mode).
 */
#ifndef DRIVERS_PLIC_H
#define DRIVERS_PLIC_H

#include <stdint.h>

struct plic {
    uintptr_t base;
    unsigned context;
};

/* The pages of the registers that this driver uses, for mapping: number 0 to PLIC_PAGES - 1. */
#define PLIC_PAGES 3
uintptr_t plic_page(const struct plic *plic, unsigned number);

/* Mask sources 1 to `last` and let every enabled one through to the context. O(last). */
void plic_init(const struct plic *plic, unsigned last);

/* Enable or mask a source (1 to 1023), also while it is being served. O(1); with interrupts masked.
 */
void plic_enable(const struct plic *plic, unsigned source);
void plic_disable(const struct plic *plic, unsigned source);

/* The pending source to serve, or 0. Each must be completed. Interrupt context. */
unsigned plic_claim(const struct plic *plic);
void plic_complete(const struct plic *plic, unsigned source);

#endif
