/* SPDX-License-Identifier: MIT */
/*
 * What the loader left for the board to look at.
 */
#ifndef ARCH_IMPL_BOOT_H
#define ARCH_IMPL_BOOT_H

#include <stdint.h>

/* $a0 to $a3 at the entry point. */
extern uint32_t mips32_boot_registers[4];

/* Boot arguments that somebody wrote into the image, NUL-terminated; "" when nobody did. */
const char *mips32_image_args(void);

#endif
