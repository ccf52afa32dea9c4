/* SPDX-License-Identifier: MIT */
/*
 * The machine's memory as detected at boot, and the early heap.
 */
#ifndef MM_MEMORY_H
#define MM_MEMORY_H

#include <types.h>

/*
 * Find the end of RAM by probing above the kernel image, and map the RAM found.
 * Neither touches nor maps ranges that the board reserves. Prints the result and the
 * firmware's claim. Once, at boot, interrupts masked.
 */
void memory_init(void);

/*
 * Start and size of the RAM found above the image; if the board reserves ranges of it, of
 * the largest piece between them.
 */
uintptr_t memory_base(void);
size_t memory_bytes(void);

/*
 * Allocate from the early bump heap, 1 MiB between _heap_start and _heap_end on
 * AArch64. It works from the first line of kernel_main(); blocks are never
 * freed. O(1). align is a power of two. Returns NULL if the heap is exhausted
 * or align is invalid. Not from an interrupt.
 */
void *kmem_alloc_aligned(size_t bytes, size_t align);

#endif
