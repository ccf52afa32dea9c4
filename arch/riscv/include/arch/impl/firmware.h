/* SPDX-License-Identifier: MIT */
/*
 * Calls of a debugger or emulator that may lie above the kernel (RISC-V
 * Semihosting 0.3). Where nothing answers, the instruction raises a breakpoint
 * exception; this function skips it and returns. Leaves interrupts masked. For
 * boards, at the end of the machine; O(1), from anywhere, also from an exception
 * handler.
 */
#ifndef ARCH_IMPL_FIRMWARE_H
#define ARCH_IMPL_FIRMWARE_H

#include <stdint.h>

/* A semihosting operation with the address of its parameters. */
void riscv_semihosting(uintptr_t operation, const uintptr_t *parameters);

#endif
