/* SPDX-License-Identifier: MIT */
/*
 * A minimal GICv3 driver: affinity routing, every interrupt in non-secure group
 * 1 with one priority, no nesting.
 */
#include <drivers/gicv3.h>

#include <drivers/mmio.h>

#define GICD_CTLR            0x0000
#define GICD_IGROUPR         0x0080
#define GICD_ISENABLER       0x0100
#define GICD_ICENABLER       0x0180
#define GICD_IPRIORITYR      0x0400
#define GICD_IROUTER         0x6000
#define GICD_CTLR_RWP        (1u << 31)
#define GICD_CTLR_ARE_GROUP1 (1u << 4 | 1u << 1 | 1u << 0)

#define GICR_WAKER                 0x0014
#define GICR_WAKER_PROCESSOR_SLEEP (1u << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1u << 2)
#define GICR_SGI_FRAME             0x10000

#define PRIORITY      0xa0u
#define FIRST_SPI     32u
#define FIRST_SPECIAL 1020

/* CPU interface registers by encoding: some assemblers do not know their names. */
#define ICC_PMR_EL1     "S3_0_C4_C6_0"
#define ICC_IAR1_EL1    "S3_0_C12_C12_0"
#define ICC_EOIR1_EL1   "S3_0_C12_C12_1"
#define ICC_SRE_EL1     "S3_0_C12_C12_5"
#define ICC_IGRPEN1_EL1 "S3_0_C12_C12_7"

#define ICC_WRITE(reg, value) __asm__ volatile("msr " reg ", %0\n\tisb" : : "r"((uint64_t)(value)))

void gicv3_init(const struct gicv3 *gic)
{
    uintptr_t waker = gic->redistributor + GICR_WAKER;

    mmio_write32(gic->distributor + GICD_CTLR, GICD_CTLR_ARE_GROUP1);
    while ((mmio_read32(gic->distributor + GICD_CTLR) & GICD_CTLR_RWP) != 0)
        ;
    mmio_write32(waker, mmio_read32(waker) & ~GICR_WAKER_PROCESSOR_SLEEP);
    while ((mmio_read32(waker) & GICR_WAKER_CHILDREN_ASLEEP) != 0)
        ;
    ICC_WRITE(ICC_SRE_EL1, 1);
    ICC_WRITE(ICC_PMR_EL1, 0xff);
    ICC_WRITE(ICC_IGRPEN1_EL1, 1);
}

/* Private interrupts live in the redistributor's second frame, at the same offsets. */
static uintptr_t frame_of(const struct gicv3 *gic, unsigned irq)
{
    return irq < FIRST_SPI ? gic->redistributor + GICR_SGI_FRAME : gic->distributor;
}

void gicv3_enable(const struct gicv3 *gic, unsigned irq)
{
    uintptr_t frame = frame_of(gic, irq);
    uintptr_t word = irq / 32 * 4;
    uint32_t bit = 1u << irq % 32;
    uintptr_t group = frame + GICD_IGROUPR + word;
    uintptr_t priority = frame + GICD_IPRIORITYR + irq / 4 * 4;
    unsigned shift = irq % 4 * 8;

    mmio_write32(group, mmio_read32(group) | bit);
    mmio_write32(priority, (mmio_read32(priority) & ~(0xffu << shift)) | PRIORITY << shift);
    if (irq >= FIRST_SPI) {
        /* 64-bit register: affinity 0.0.0.0 is the boot CPU. */
        mmio_write32(gic->distributor + GICD_IROUTER + irq * 8, 0);
        mmio_write32(gic->distributor + GICD_IROUTER + irq * 8 + 4, 0);
    }
    mmio_write32(frame + GICD_ISENABLER + word, bit);
}

void gicv3_disable(const struct gicv3 *gic, unsigned irq)
{
    mmio_write32(frame_of(gic, irq) + GICD_ICENABLER + irq / 32 * 4, 1u << irq % 32);
}

int gicv3_claim(void)
{
    uint64_t irq;

    __asm__ volatile("mrs %0, " ICC_IAR1_EL1 "\n\tdsb sy" : "=r"(irq) : : "memory");
    return irq >= FIRST_SPECIAL ? -1 : (int)irq;
}

void gicv3_complete(int irq)
{
    ICC_WRITE(ICC_EOIR1_EL1, irq);
}
