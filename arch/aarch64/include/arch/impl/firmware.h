/* SPDX-License-Identifier: MIT */
/*
 * Calls of what may lie above the kernel: a debugger or emulator (semihosting),
 * and firmware (PSCI). Where nothing answers, the instruction raises an undefined
 * instruction exception; these functions skip it and return. They leave all
 * interrupts masked. For boards, at the end of the machine; O(1), from anywhere,
 * also from an exception handler.
 */
#ifndef ARCH_IMPL_FIRMWARE_H
#define ARCH_IMPL_FIRMWARE_H

#include <stdint.h>

/* HLT 0xF000: a semihosting operation with the address of its parameters. Returns its result;
 * UINT64_MAX, which most operations do on failure, if nothing answers. */
uint64_t aarch64_semihosting(uint64_t operation, const uint64_t *parameters);

/* A call without arguments through HVC or SMC (SMC Calling Convention). The firmware's node in the
 * device tree tells which one; the other may have effects of its own. Returns x0, -1 (not
 * supported) if nothing answers. */
int64_t aarch64_hvc(uint64_t function);
int64_t aarch64_smc(uint64_t function);

#endif
