/* SPDX-License-Identifier: MIT */
/*
 * The kernel's mappings: Sv39 or Sv32, one to one, and the stack window. No page
 * is both writable and executable.
 *
 * A page cannot say whether it is memory or a device: that belongs to physical
 * addresses (Privileged Architecture 1.12, 3.6), except with the Svpbmt
 * extension, which is not used.
 */
#include <arch/mmu.h>

#include <arch/impl/boot.h>

#include "../../shared/page_table.h"
#include "layout.h"
#include "riscv.h"

#if __riscv_xlen == 64
#define SATP_MODE (UINT64_C(8) << 60)
#else
#define SATP_MODE (UINT32_C(1) << 31)
#endif

_Static_assert(ARCH_HAS_STACK_WINDOW == (STACK_WINDOW_BYTES > 0), "layout.h has the window");

struct arch_window arch_stack_window(void)
{
    return (struct arch_window){.base = STACK_WINDOW_BASE, .bytes = STACK_WINDOW_BYTES};
}

#if CONFIG_COURSE

void riscv_mmu_enable(void)
{
}

bool riscv_can_translate(void)
{
    return true;
}

bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    (void)base;
    (void)bytes;
    (void)kind;
    return true;
}

void arch_unmap_direct(uintptr_t base, size_t bytes)
{
    (void)base;
    (void)bytes;
}

bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes)
{
    (void)address;
    (void)backing;
    (void)bytes;
    return false;
}

void arch_unmap_stack(uintptr_t address, size_t bytes)
{
    (void)address;
    (void)bytes;
}

#else

static void map_image(const uint8_t *start, const uint8_t *end, page_entry_t attributes)
{
    /* There are more tables than the image can need, so this cannot fail. */
    (void)page_table_map((uintptr_t)start, (uintptr_t)start, (size_t)(end - start), attributes);
}

void riscv_mmu_enable(void)
{
    map_image(_text_start, _text_end, PAGE_TEXT);
    map_image(_rodata_start, _rodata_end, PAGE_RODATA);
    map_image(_data_start, _data_end, PAGE_DATA);
    /* The guards below the stacks stay unmapped. */
    map_image(_boot_stack_base, _boot_stack_top, PAGE_DATA);
    map_image(_irq_stack_base, _irq_stack_top, PAGE_DATA);
    map_image(_emergency_stack_base, _kernel_end, PAGE_DATA);
    WRITE_CSR(satp, SATP_MODE | (uintptr_t)page_table_root >> PAGE_SHIFT_BITS);
    page_table_changed(true);
}

/* A mode that the CPU does not have cannot be written (Privileged Architecture 1.12, 4.1.11). */
bool riscv_can_translate(void)
{
    return READ_CSR(satp) != 0;
}

bool arch_map_direct(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    return page_table_map(base, base, bytes, kind == ARCH_MAP_RO ? PAGE_RODATA : PAGE_DATA);
}

void arch_unmap_direct(uintptr_t base, size_t bytes)
{
    page_table_unmap(base, bytes);
}

bool arch_map_stack(uintptr_t address, uintptr_t backing, size_t bytes)
{
    return page_table_map(address, backing, bytes, PAGE_DATA);
}

void arch_unmap_stack(uintptr_t address, size_t bytes)
{
    page_table_unmap(address, bytes);
}

#endif
