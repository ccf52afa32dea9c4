/* SPDX-License-Identifier: MIT */
/*
 * The machine's memory as the kernel found it.
 */
#ifndef MM_MEMORY_H
#define MM_MEMORY_H

#include <types.h>

/*
 * Find the end of RAM by probing above the kernel image and make what was
 * found usable. Prints what it found, and what firmware claims. Once, at boot,
 * interrupts masked.
 */
void memory_init(void);

/* Probed RAM above the image: where it starts, and how much there is. */
uintptr_t memory_base(void);
size_t memory_bytes(void);

/*
 * From the early bump heap, 1 MiB between _heap_start and _heap_end on
 * AArch64: works from the first line of kernel_main(), is never given back.
 * O(1). align is a power of two. NULL when it is used up or align is none. Not
 * from an interrupt.
 */
void *kmem_alloc_aligned(size_t bytes, size_t align);

#endif
