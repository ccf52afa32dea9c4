/* SPDX-License-Identifier: MIT */
/*
 * Arm Generic Interrupt Controller v3 (Arm IHI 0069) for one CPU, as a kernel
 * at EL1 sees it: one security state, group 1, system register interface.
 */
#ifndef DRIVERS_GICV3_H
#define DRIVERS_GICV3_H

#include <stdint.h>

struct gicv3 {
    uintptr_t distributor;
    uintptr_t redistributor; /* of the boot CPU: RD_base, SGI_base 64 KiB above */
};

/* Wake the redistributor and enable group 1 at distributor and CPU interface. All interrupts are
 * off. */
void gicv3_init(const struct gicv3 *gic);

/* Forward one interrupt (PPI 16-31, SPI 32-1019) to this CPU. O(1). */
void gicv3_enable(const struct gicv3 *gic, unsigned irq);

/* Mask one interrupt. If it is being served, it still needs gicv3_complete(). O(1). */
void gicv3_disable(const struct gicv3 *gic, unsigned irq);

/* Acknowledge: the interrupt to serve, or -1 when spurious. Interrupt context. */
int gicv3_claim(void);

/* End of interrupt for a claimed one. */
void gicv3_complete(int irq);

#endif
