/* SPDX-License-Identifier: MIT */
/*
 * AArch64 translation: 4 KiB granule, 39-bit addresses through TTBR0_EL1. The
 * linker script includes this file.
 */
#ifndef ARCH_IMPL_MMU_H
#define ARCH_IMPL_MMU_H

#define ARCH_PAGE_SIZE         4096u
#define ARCH_DIRECT_ALIGN      ARCH_PAGE_SIZE
#define ARCH_HAS_STACK_WINDOW  1
#define ARCH_STACK_GUARD_BYTES 0xc000

#endif
