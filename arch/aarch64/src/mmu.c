/* SPDX-License-Identifier: MIT */
/*
 * The kernel's mappings. No page is both writable and executable: text is read-only,
 * everything else has PXN set, and SCTLR_EL1.WXN enforces it. Memory that may be
 * absent is mapped as Device memory only, so that no speculative access can reach
 * it.
 */
#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/mmu.h>

#include "../../shared/page_table.h"
#include "aarch64.h"
#include "layout.h"

_Static_assert(ARCH_HAS_STACK_WINDOW == (STACK_WINDOW_BYTES > 0), "layout.h has the window");

#define ATTR_INDEX(n)        ((uint64_t)(n) << 2)
#define ATTR_READ_ONLY       (UINT64_C(1) << 7)
#define ATTR_INNER_SHAREABLE (UINT64_C(3) << 8)
#define ATTR_ACCESSED        (UINT64_C(1) << 10)
#define ATTR_PXN             (UINT64_C(1) << 53)
#define ATTR_UXN             (UINT64_C(1) << 54)

/* MAIR_EL1: attribute 0 Normal write-back, 1 Device-nGnRE. */
#define MAIR_VALUE UINT64_C(0x04ff)
#define NORMAL     (ATTR_INDEX(0) | ATTR_INNER_SHAREABLE | ATTR_ACCESSED | ATTR_UXN)
#define DEVICE     (ATTR_INDEX(1) | ATTR_ACCESSED | ATTR_UXN | ATTR_PXN)

#define TEXT   (NORMAL | ATTR_READ_ONLY)
#define RODATA (NORMAL | ATTR_READ_ONLY | ATTR_PXN)
#define DATA   (NORMAL | ATTR_PXN)

/* TCR_EL1: 39-bit TTBR0, write-back walks, 4 KiB granule, no TTBR1; IPS is filled in. */
#define TCR_VALUE                                                                           \
    ((UINT64_C(25) << 0) | (UINT64_C(1) << 8) | (UINT64_C(1) << 10) | (UINT64_C(3) << 12) | \
     (UINT64_C(1) << 23) | (UINT64_C(2) << 30))

static void map_image(const uint8_t *start, const uint8_t *end, uint64_t attributes)
{
    /* The array holds more tables than the image can need, so this cannot fail. */
    (void)page_table_map((uintptr_t)start, (uintptr_t)start, (size_t)(end - start), attributes);
}

void aarch64_mmu_enable(void)
{
    /* Nothing else is mapped: a speculative read may go wherever memory is mapped as Normal. */
    map_image(_text_start, _text_end, TEXT);
    map_image(_rodata_start, _rodata_end, RODATA);
    map_image(_data_start, _data_end, DATA);
    /* The guards below the stacks stay unmapped. */
    map_image(_boot_stack_base, _boot_stack_top, DATA);
    map_image(_irq_stack_base, _irq_stack_top, DATA);
    map_image(_emergency_stack_base, _kernel_end, DATA);

    uint64_t range = READ_SYSREG(id_aa64mmfr0_el1) & 0xf;

    WRITE_SYSREG(mair_el1, MAIR_VALUE);
    WRITE_SYSREG(tcr_el1, TCR_VALUE | (range > 5 ? 5 : range) << 32);
    WRITE_SYSREG(ttbr0_el1, (uintptr_t)page_table_root);
    isb();
    /*
     * What was stored with the MMU off is in memory. Lines of it that were speculatively loaded or
     * left by firmware are stale (Arm ARM, B2.8, D7.5.9).
     */
    arch_cache_invalidate((uintptr_t)_data_start, (size_t)(_emergency_stack_top - _data_start));
    __asm__ volatile("tlbi vmalle1\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
    /* Set M, C, SA, I and WXN in addition to the RES1 bits from start.S. SA: a misaligned stack
     * pointer traps (Arm ARM, D17.2.118); alignment checks of other accesses are off. */
    WRITE_SYSREG(sctlr_el1,
                 UINT64_C(0x30d00800) | 1u << 0 | 1u << 2 | 1u << 3 | 1u << 12 | 1u << 19);
    isb();
}

bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    static const uint64_t attributes[] = {
        [ARCH_MAP_RO] = RODATA,
        [ARCH_MAP_RW] = DATA,
        [ARCH_MAP_DEVICE] = DEVICE,
    };

    return page_table_map(base, base, bytes, attributes[kind]);
}

void arch_unmap_direct(uintptr_t base, size_t bytes)
{
    page_table_unmap(base, bytes);
}

struct arch_window arch_stack_window(void)
{
    return (struct arch_window){.base = STACK_WINDOW_BASE, .bytes = STACK_WINDOW_BYTES};
}

bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes)
{
    return page_table_map(address, backing, bytes, DATA);
}

void arch_unmap_stack(uintptr_t address, size_t bytes)
{
    page_table_unmap(address, bytes);
}
