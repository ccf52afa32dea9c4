/* SPDX-License-Identifier: MIT */
/*
 * Arm Generic Interrupt Controller v2 (Arm IHI 0048) for one CPU: all interrupts in
 * one group with one priority, no nesting. The driver leaves the groups as it finds
 * them: its view has one group to enable, whether it is that of a GIC without
 * security, of secure state (where group 0 arrives as IRQ) or of non-secure state.
 */
#ifndef DRIVERS_GICV2_H
#define DRIVERS_GICV2_H

#include <stdint.h>

struct gicv2 {
    uintptr_t distributor;   /* 4 KiB of registers */
    uintptr_t cpu_interface; /* 8 KiB; this driver uses the first 4 */
};

/* Forget what was enabled, pending or active, and enable distributor and CPU interface. All
 * interrupts are off. */
void gicv2_init(const struct gicv2 *gic);

/* Forward one interrupt (PPI 16-31, SPI 32-1019) to this CPU; SPIs as level-sensitive. O(1). */
void gicv2_enable(const struct gicv2 *gic, unsigned irq);

/* Mask one interrupt. If it is being served, it still needs gicv2_complete(). O(1). */
void gicv2_disable(const struct gicv2 *gic, unsigned irq);

/* Acknowledge: the interrupt to serve, or -1 when spurious. Interrupt context. */
int gicv2_claim(const struct gicv2 *gic);

/* End of interrupt for a claimed one. */
void gicv2_complete(const struct gicv2 *gic, int irq);

#endif
