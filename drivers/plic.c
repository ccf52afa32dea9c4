/* SPDX-License-Identifier: MIT */
/*
 * All sources have the same priority, so the lowest pending one is served first.
 * A source is enabled and masked by its priority: 0 never interrupts. The enable
 * bit stays set, because the PLIC ignores the completion of a source that is
 * disabled by it (section 9), and the source would then never interrupt again.
 */
#include <drivers/plic.h>

#include <drivers/mmio.h>

#define PRIORITY(source)   (4 * (source))
#define ENABLE(context)    (0x2000 + 0x80 * (context))
#define THRESHOLD(context) (0x200000 + 0x1000 * (context))
#define CLAIM(context)     (THRESHOLD(context) + 4)

uintptr_t plic_page(const struct plic *plic, unsigned number)
{
    const uintptr_t pages[PLIC_PAGES] = {PRIORITY(0), ENABLE(plic->context) & ~(uintptr_t)0xfff,
                                         THRESHOLD(plic->context)};

    return plic->base + pages[number];
}

void plic_init(const struct plic *plic, unsigned last)
{
    for (unsigned source = 1; source <= last; source++)
        mmio_write32(plic->base + PRIORITY(source), 0);
    for (unsigned first = 0; first <= last; first += 32)
        mmio_write32(plic->base + ENABLE(plic->context) + first / 8, UINT32_MAX);
    mmio_write32(plic->base + THRESHOLD(plic->context), 0);
}

void plic_enable(const struct plic *plic, unsigned source)
{
    mmio_write32(plic->base + PRIORITY(source), 1);
}

void plic_disable(const struct plic *plic, unsigned source)
{
    mmio_write32(plic->base + PRIORITY(source), 0);
}

unsigned plic_claim(const struct plic *plic)
{
    return mmio_read32(plic->base + CLAIM(plic->context));
}

void plic_complete(const struct plic *plic, unsigned source)
{
    mmio_write32(plic->base + CLAIM(plic->context), source);
}
