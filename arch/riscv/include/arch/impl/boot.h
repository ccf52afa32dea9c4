/* SPDX-License-Identifier: MIT */
/*
 * Values from the boot loader, for the board.
 */
#ifndef ARCH_IMPL_BOOT_H
#define ARCH_IMPL_BOOT_H

#include <stdint.h>

/* a1 at the entry point: the physical address of the device tree, or 0. */
extern uintptr_t riscv_device_tree;

#endif
