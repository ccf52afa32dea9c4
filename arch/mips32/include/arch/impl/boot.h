/* SPDX-License-Identifier: MIT */
/*
 * Values from the boot loader, for the board.
 */
#ifndef ARCH_IMPL_BOOT_H
#define ARCH_IMPL_BOOT_H

#include <stdint.h>

/* $a0 to $a3 at the entry point. */
extern uint32_t mips32_boot_registers[4];

/* The size of the TLB in pairs of pages. 0: the CPU has none, and the board must refuse it. */
uint32_t mips32_tlb_pairs(void);

/* Boot arguments that the loader wrote into the image, NUL-terminated; "" if it wrote none. */
const char *mips32_image_args(void);

#endif
