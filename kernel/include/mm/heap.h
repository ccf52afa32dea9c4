/* SPDX-License-Identifier: MIT */
/*
 * The kernel's general heap. One per kernel; it takes the memory that probing
 * found after the image. None of these blocks; all mask interrupts for their
 * duration, so that interrupt handlers may call them (heap_init() excepted).
 *
 * A failed request is reported on the console, with its caller, the reason and
 * the figures: the 1st, 2nd, 4th, 8th, ... since boot, as O(blocks) are looked
 * at for it. Kernels with COURSE=1 say nothing.
 */
#ifndef MM_HEAP_H
#define MM_HEAP_H

#include <types.h>

/*
 * Set up the heap; once, after memory detection. Panics when there is no memory for one; with a
 * MOCK_HEAP_SIZE too small for one, every later request is refused instead.
 */
void heap_init(void);

/*
 * At least `size` bytes, aligned for any scalar type (at least 4 bytes),
 * contents undefined. NULL iff no free block is large enough. kmalloc(0)
 * returns a distinct smallest block. O(1) with HEAP=heap and bump, O(blocks)
 * with first_fit; so are the others where nothing else is said.
 */
void *kmalloc(size_t size) __attribute__((malloc, warn_unused_result));

/* Zeroed memory for `count` objects of `each` bytes; also NULL iff the product overflows. O(bytes).
 */
void *kcalloc(size_t count, size_t each) __attribute__((malloc, warn_unused_result));

/*
 * Change a block's size, moving it if need be; the common part of the contents
 * stays. ptr NULL: as kmalloc(). NULL when there is no room: then the old block
 * is unchanged and still the caller's; also when ptr is not a living block,
 * which is reported as in kfree(). O(bytes) when it moves.
 */
void *krealloc(void *ptr, size_t size) __attribute__((warn_unused_result));

/*
 * As kmalloc(), aligned to `alignment`, a power of two, with HEAP=heap up to 64
 * KiB. NULL also for another. The block goes back through kfree().
 */
void *kmalloc_aligned(size_t size, size_t alignment) __attribute__((malloc, warn_unused_result));

/*
 * Give a block back. NULL is allowed and does nothing. A pointer that is not a
 * living block (foreign, misaligned, freed already) is reported as far as the
 * heap can tell, and the heap stays usable.
 */
void kfree(void *ptr);

/*
 * The usable bytes of a living block, at least what was asked for; 0 for any
 * other pointer. O(blocks): it is looked for, except with HEAP=bump.
 */
size_t ksize(const void *ptr);

/*
 * Bytes in living blocks now, what they spend on headers included: equal before
 * and after exactly when nothing was lost. With HEAP=bump it only grows. O(1),
 * or O(blocks) with HEAP=first_fit.
 */
size_t kheap_used_bytes(void);

/* Bytes that the heap manages in all. O(1). */
size_t kheap_total_bytes(void);

/* Whether kfree() gives memory back (not so with HEAP=bump). */
bool kheap_frees(void);

#endif
