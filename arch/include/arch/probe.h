/* SPDX-License-Identifier: MIT */
/*
 * Accesses that may raise bus errors: where the CPU reports absent memory by an
 * exception, these functions catch it. Used to find the end of RAM.
 */
#ifndef ARCH_PROBE_H
#define ARCH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Read or write one naturally aligned word at a direct address, which must be
 * mapped. Returns false iff the access raised a bus error. True means only that
 * no error was raised, not that there is memory. O(1); call with interrupts
 * masked.
 */
bool arch_probe_read(uintptr_t address, uintptr_t *value);
bool arch_probe_write(uintptr_t address, uintptr_t value);

/*
 * The test of struct mem_probe_ops (mem_probe.h), as fast as the CPU allows, on ports with
 * a board that watches absent memory: they define ARCH_HAS_PROBE_TEST. Otherwise as above.
 */
bool arch_probe_test(uintptr_t address);

#endif
