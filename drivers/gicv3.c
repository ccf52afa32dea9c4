/* SPDX-License-Identifier: MIT */
/*
 * A minimal GICv3 driver: affinity routing, every interrupt in group 1 of this
 * security state with one priority, no nesting. Registers as in Arm IHI 0069H, 12.
 */
#include <drivers/gicv3.h>

#include <drivers/mmio.h>

#define GICD_CTLR            0x0000
#define GICD_TYPER           0x0004
#define GICD_IGROUPR         0x0080
#define GICD_ISENABLER       0x0100
#define GICD_ICENABLER       0x0180
#define GICD_ICPENDR         0x0280
#define GICD_ICACTIVER       0x0380
#define GICD_IPRIORITYR      0x0400
#define GICD_ICFGR           0x0c00
#define GICD_IGRPMODR        0x0d00
#define GICD_IROUTER         0x6000
#define GICD_CTLR_RWP        (1u << 31)
#define GICD_CTLR_ENABLES    7u
#define GICD_CTLR_ARE        (1u << 4) /* ARE, ARE_S, ARE_NS as seen from non-secure state */
#define GICD_CTLR_GROUP1     (1u << 1 | 1u << 0)
#define GICD_CTLR_GROUP1_SEC (1u << 2)

#define GICR_CTLR                  0x0000
#define GICR_CTLR_RWP              (1u << 3)
#define GICR_TYPER                 0x0008
#define GICR_TYPER_VLPIS           (1u << 1)
#define GICR_TYPER_LAST            (1u << 4)
#define GICR_WAKER                 0x0014
#define GICR_WAKER_PROCESSOR_SLEEP (1u << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1u << 2)
#define GICR_SGI_FRAME             0x10000

#define PRIORITY  0xa0u
#define FIRST_SPI 32u

/* CPU interface registers by encoding: some assemblers do not know their names. */
#define ICC_PMR_EL1     "S3_0_C4_C6_0"
#define ICC_AP1R_EL1(n) "S3_0_C12_C9_" #n
#define ICC_BPR1_EL1    "S3_0_C12_C12_3"
#define ICC_CTLR_EL1    "S3_0_C12_C12_4"
#define ICC_SRE_EL1     "S3_0_C12_C12_5"
#define ICC_IGRPEN1_EL1 "S3_0_C12_C12_7"

#define ICC_CTLR_CBPR_EOIMODE 3u

#define ICC_WRITE(reg, value) __asm__ volatile("msr " reg ", %0\n\tisb" : : "r"((uint64_t)(value)))
#define ICC_READ(reg)                                    \
    __extension__({                                      \
        uint64_t value_;                                 \
        __asm__ volatile("mrs %0, " reg : "=r"(value_)); \
        value_;                                          \
    })

bool gicv3_is_redistributor_of(uintptr_t base, uint64_t affinity, uintptr_t *stride)
{
    uint32_t type = mmio_read32(base + GICR_TYPER);
    uint32_t packed = mmio_read32(base + GICR_TYPER + 4); /* Aff3 to Aff0 */

    *stride = (type & GICR_TYPER_LAST) != 0    ? 0
              : (type & GICR_TYPER_VLPIS) != 0 ? 2 * GICV3_REDISTRIBUTOR_BYTES
                                               : GICV3_REDISTRIBUTOR_BYTES;
    return packed == (uint32_t)((affinity & 0xffffff) | affinity >> 32 << 24);
}

/* Until the effects of writes to CTLR and ICENABLER are visible (12.9.4). */
static void wait_distributor(const struct gicv3 *gic)
{
    while ((mmio_read32(gic->distributor + GICD_CTLR) & GICD_CTLR_RWP) != 0)
        ;
}

/* The same of the redistributor (12.11.2). */
static void wait_redistributor(const struct gicv3 *gic)
{
    while ((mmio_read32(gic->redistributor + GICR_CTLR) & GICR_CTLR_RWP) != 0)
        ;
}

/* Interrupts off, and none pending or active, in one frame's word. */
static void forget(uintptr_t frame, unsigned word)
{
    mmio_write32(frame + GICD_ICENABLER + 4 * word, 0xffffffff);
    mmio_write32(frame + GICD_ICPENDR + 4 * word, 0xffffffff);
    mmio_write32(frame + GICD_ICACTIVER + 4 * word, 0xffffffff);
}

/* A change of ARE while a group is enabled is UNPREDICTABLE (12.9.4): RWP separates the steps. */
static void init_distributor(const struct gicv3 *gic)
{
    uintptr_t control = gic->distributor + GICD_CTLR;
    unsigned words = (mmio_read32(gic->distributor + GICD_TYPER) & 0x1f) + 1;

    mmio_write32(control, mmio_read32(control) & ~GICD_CTLR_ENABLES);
    wait_distributor(gic);
    mmio_write32(control, mmio_read32(control) | GICD_CTLR_ARE);
    wait_distributor(gic);
    for (unsigned word = 1; word < words; word++)
        forget(gic->distributor, word);
    wait_distributor(gic);
    mmio_write32(control,
                 mmio_read32(control) | (gic->secure ? GICD_CTLR_GROUP1_SEC : GICD_CTLR_GROUP1));
    wait_distributor(gic);
}

static void init_redistributor(const struct gicv3 *gic)
{
    uintptr_t waker = gic->redistributor + GICR_WAKER;

    mmio_write32(waker, mmio_read32(waker) & ~GICR_WAKER_PROCESSOR_SLEEP);
    while ((mmio_read32(waker) & GICR_WAKER_CHILDREN_ASLEEP) != 0)
        ;
    forget(gic->redistributor + GICR_SGI_FRAME, 0);
    wait_redistributor(gic);
}

/* No priority is active: one that firmware left would mask all lower ones for ever (4.8.4). There
 * is a register for each 32 of the 2^(PRIbits + 1) preemption levels. */
static void clear_active_priorities(uint64_t control)
{
    unsigned priority_bits = (unsigned)(control >> 8 & 7) + 1;

    if (priority_bits > 6) {
        ICC_WRITE(ICC_AP1R_EL1(3), 0);
        ICC_WRITE(ICC_AP1R_EL1(2), 0);
    }
    if (priority_bits > 5)
        ICC_WRITE(ICC_AP1R_EL1(1), 0);
    ICC_WRITE(ICC_AP1R_EL1(0), 0);
}

bool gicv3_init(const struct gicv3 *gic)
{
    ICC_WRITE(ICC_SRE_EL1, 1);
    if ((ICC_READ(ICC_SRE_EL1) & 1) == 0)
        return false;
    init_distributor(gic);
    init_redistributor(gic);
    uint64_t control = ICC_READ(ICC_CTLR_EL1);

    ICC_WRITE(ICC_IGRPEN1_EL1, 0);
    clear_active_priorities(control);
    /* EOIR1 also deactivates; the groups have their own binary points (12.2.6). */
    ICC_WRITE(ICC_CTLR_EL1, control & ~(uint64_t)ICC_CTLR_CBPR_EOIMODE);
    ICC_WRITE(ICC_BPR1_EL1, 0);
    ICC_WRITE(ICC_PMR_EL1, 0xff);
    ICC_WRITE(ICC_IGRPEN1_EL1, 1);
    return true;
}

/* Private interrupts live in the redistributor's second frame, at the same offsets. */
static uintptr_t frame_of(const struct gicv3 *gic, unsigned irq)
{
    return irq < FIRST_SPI ? gic->redistributor + GICR_SGI_FRAME : gic->distributor;
}

static void set_bit(uintptr_t address, unsigned bit, bool value)
{
    uint32_t word = mmio_read32(address);

    mmio_write32(address, value ? word | 1u << bit : word & ~(1u << bit));
}

void gicv3_enable(const struct gicv3 *gic, unsigned irq)
{
    uintptr_t frame = frame_of(gic, irq);
    uintptr_t word = irq / 32 * 4;
    uint32_t bit = irq % 32;

    /* Group 1: secure by a modifier, otherwise by the group bit (4.6.1). */
    set_bit(frame + GICD_IGROUPR + word, bit, !gic->secure);
    if (gic->secure)
        set_bit(frame + GICD_IGRPMODR + word, bit, true);
    mmio_write8(frame + GICD_IPRIORITYR + irq, PRIORITY);
    if (irq >= FIRST_SPI) {
        set_bit(frame + GICD_ICFGR + irq / 16 * 4, irq % 16 * 2 + 1, false);
        /* A 64-bit register in two halves. */
        mmio_write32(frame + GICD_IROUTER + irq * 8, (uint32_t)gic->affinity);
        mmio_write32(frame + GICD_IROUTER + irq * 8 + 4, (uint32_t)(gic->affinity >> 32));
    }
    mmio_write32(frame + GICD_ISENABLER + word, 1u << bit);
}

void gicv3_disable(const struct gicv3 *gic, unsigned irq)
{
    mmio_write32(frame_of(gic, irq) + GICD_ICENABLER + irq / 32 * 4, 1u << irq % 32);
    if (irq < FIRST_SPI)
        wait_redistributor(gic);
    else
        wait_distributor(gic);
}
