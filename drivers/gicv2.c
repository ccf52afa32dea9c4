/* SPDX-License-Identifier: MIT */
/*
 * Registers as in Arm IHI 0048B, 4.3 and 4.4. Software generated interrupts are not
 * used: their acknowledge also names the core that sent them.
 */
#include <drivers/gicv2.h>

#include <drivers/mmio.h>

#define GICD_CTLR       0x000
#define GICD_TYPER      0x004
#define GICD_ISENABLER  0x100
#define GICD_ICENABLER  0x180
#define GICD_ICPENDR    0x280
#define GICD_ICACTIVER  0x380
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR  0x800
#define GICD_ICFGR      0xc00

#define GICC_CTLR 0x000
#define GICC_PMR  0x004
#define GICC_BPR  0x008
#define GICC_IAR  0x00c
#define GICC_EOIR 0x010
#define GICC_APR  0x0d0 /* four registers of active priorities */

#define CTLR_ENABLE   1u /* the only other bits of CTLR that matter, FIQEn and EOImode, are 0 */
#define PRIORITY      0xa0u
#define FIRST_SPI     32u
#define FIRST_SPECIAL 1020u
#define IAR_NUMBER    0x3ffu

void gicv2_init(const struct gicv2 *gic)
{
    uintptr_t distributor = gic->distributor;
    unsigned words = (mmio_read32(distributor + GICD_TYPER) & 0x1f) + 1;

    mmio_write32(distributor + GICD_CTLR, 0);
    mmio_write32(gic->cpu_interface + GICC_CTLR, 0);
    for (unsigned i = 0; i < words; i++) {
        mmio_write32(distributor + GICD_ICENABLER + 4 * i, 0xffffffff);
        mmio_write32(distributor + GICD_ICPENDR + 4 * i, 0xffffffff);
        mmio_write32(distributor + GICD_ICACTIVER + 4 * i, 0xffffffff);
    }
    for (unsigned i = 0; i < 4; i++)
        mmio_write32(gic->cpu_interface + GICC_APR + 4 * i, 0);
    mmio_write32(gic->cpu_interface + GICC_PMR, 0xff);
    mmio_write32(gic->cpu_interface + GICC_BPR, 0);
    mmio_write32(gic->cpu_interface + GICC_CTLR, CTLR_ENABLE);
    mmio_write32(distributor + GICD_CTLR, CTLR_ENABLE);
}

void gicv2_enable(const struct gicv2 *gic, unsigned irq)
{
    uintptr_t distributor = gic->distributor;

    mmio_write8(distributor + GICD_IPRIORITYR + irq, PRIORITY);
    if (irq >= FIRST_SPI) {
        uintptr_t config = distributor + GICD_ICFGR + irq / 16 * 4;

        mmio_write32(config, mmio_read32(config) & ~(2u << irq % 16 * 2));
        /* The targets of the private interrupts name the reading core (4.3.12). */
        mmio_write8(distributor + GICD_ITARGETSR + irq, mmio_read8(distributor + GICD_ITARGETSR));
    }
    mmio_write32(distributor + GICD_ISENABLER + irq / 32 * 4, 1u << irq % 32);
}

void gicv2_disable(const struct gicv2 *gic, unsigned irq)
{
    mmio_write32(gic->distributor + GICD_ICENABLER + irq / 32 * 4, 1u << irq % 32);
}

int gicv2_claim(const struct gicv2 *gic)
{
    uint32_t irq = mmio_read32(gic->cpu_interface + GICC_IAR) & IAR_NUMBER;

    return irq >= FIRST_SPECIAL ? -1 : (int)irq;
}

void gicv2_complete(const struct gicv2 *gic, int irq)
{
    mmio_write32(gic->cpu_interface + GICC_EOIR, (uint32_t)irq);
}
