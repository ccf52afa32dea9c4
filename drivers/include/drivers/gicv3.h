/* SPDX-License-Identifier: MIT */
/*
 * Arm Generic Interrupt Controller v3 and v4 (Arm IHI 0069) for one CPU, as a kernel
 * at EL1 sees it: affinity routing, group 1 of its own security state, system
 * register interface.
 */
#ifndef DRIVERS_GICV3_H
#define DRIVERS_GICV3_H

#include <stdbool.h>
#include <stdint.h>

struct gicv3 {
    uintptr_t distributor;   /* 64 KiB of registers */
    uintptr_t redistributor; /* of this CPU: RD_base, SGI_base 64 KiB above */
    uint64_t affinity;       /* of this CPU, as MPIDR_EL1 has it: Aff3 from bit 32, Aff2 to Aff0 */
    bool secure;             /* the kernel runs in secure state */
};

/* The bytes of a redistributor that the driver uses. */
#define GICV3_REDISTRIBUTOR_BYTES 0x20000u

/*
 * Whether the redistributor at `base`, of which the first 64 KiB must be mapped, is that
 * of the CPU with this affinity. Sets *stride to the distance of the next one, 0 if
 * there is none. O(1).
 */
bool gicv3_is_redistributor_of(uintptr_t base, uint64_t affinity, uintptr_t *stride);

/*
 * Forget what was enabled, pending or active, wake the redistributor, and enable group 1
 * at distributor and CPU interface. All interrupts are off. Returns false iff the CPU
 * has no access to the system registers: a hypervisor or firmware keeps it.
 */
bool gicv3_init(const struct gicv3 *gic);

/* Forward one interrupt (PPI 16-31, SPI 32-1019) to this CPU; SPIs as level-sensitive. O(1). */
void gicv3_enable(const struct gicv3 *gic, unsigned irq);

/* Mask one interrupt. If it is being served, it still needs gicv3_complete(). O(1). */
void gicv3_disable(const struct gicv3 *gic, unsigned irq);

/* Numbers from here on are no interrupts. */
#define GICV3_FIRST_SPECIAL 1020

/* Acknowledge: the interrupt to serve, or -1 when spurious. Interrupt context. */
static inline int gicv3_claim(void)
{
    uint64_t irq;

    __asm__ volatile("mrs %0, S3_0_C12_C12_0\n\tdsb sy"
                     : "=r"(irq)
                     :
                     : "memory"); /* ICC_IAR1_EL1 */
    return irq >= GICV3_FIRST_SPECIAL ? -1 : (int)irq;
}

/* End of interrupt for a claimed one. Complete at the next exception return, at the latest. */
static inline void gicv3_complete(int irq)
{
    __asm__ volatile("msr S3_0_C12_C12_1, %0"
                     :
                     : "r"((uint64_t)irq)
                     : "memory"); /* ICC_EOIR1_EL1 */
}

#endif
