/* SPDX-License-Identifier: MIT */
/*
 * Accesses that may go wrong: where the CPU reports absent memory by an
 * exception, these catch it. Used to find the end of RAM.
 */
#ifndef ARCH_PROBE_H
#define ARCH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Read or write one naturally aligned word at a direct address, bypassing
 * nothing: the address must be mapped. Returns false iff the access raised a
 * bus error. A true says only that nothing complained, not that there is
 * memory. O(1); call with interrupts masked.
 */
bool arch_probe_read(uintptr_t address, uintptr_t *value);
bool arch_probe_write(uintptr_t address, uintptr_t value);

#endif
