/* SPDX-License-Identifier: MIT */
/*
 * Data caches, by address range. Needed where a memory access does not go through
 * the caches: with the MMU off, through an uncached mapping, by a device or another
 * processor.
 *
 * Each function treats all lines that overlap [base, base + bytes) in every level up
 * to the memory that all observers share, and returns when this is complete. It
 * reads the size of a line from the CPU. base is a direct address. O(bytes / line);
 * from anywhere. On a CPU without such caches they do nothing.
 */
#ifndef ARCH_CACHE_H
#define ARCH_CACHE_H

#include <stddef.h>
#include <stdint.h>

/* Write dirty lines to memory and keep them: before another observer reads. */
void arch_cache_clean(uintptr_t base, size_t bytes);

/*
 * Drop lines without writing them: before this CPU reads what another observer has
 * written. Both ends should be aligned to a line, or neighbouring bytes of the
 * first or last line may lose what was written to them; some CPUs write these back.
 */
void arch_cache_invalidate(uintptr_t base, size_t bytes);

/* Write dirty lines to memory and drop them: before the memory is used uncached. */
void arch_cache_clean_invalidate(uintptr_t base, size_t bytes);

#endif
