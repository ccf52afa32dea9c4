/* SPDX-License-Identifier: MIT */
/*
 * Values from the boot loader, for the board.
 */
#ifndef ARCH_IMPL_BOOT_H
#define ARCH_IMPL_BOOT_H

#include <stdbool.h>
#include <stdint.h>

/* a1 at the entry point: the physical address of the device tree, or 0. */
extern uintptr_t riscv_device_tree;

/* Whether the CPU has the translation that the kernel needs. If not, direct addresses work, and the
 * board must refuse the machine. O(1). */
bool riscv_can_translate(void);

#endif
