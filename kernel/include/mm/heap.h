/* SPDX-License-Identifier: MIT */
/*
 * The kernel's general heap. There is one per kernel, in the memory that
 * probing found above the image. No function blocks; all except heap_init()
 * mask interrupts during the call, so interrupt handlers may call them.
 *
 * A failed request is reported on the console, with its caller, the reason and
 * the figures. Only the 1st, 2nd, 4th, 8th, ... failure since boot is reported,
 * because a report visits O(blocks). Kernels with COURSE=1 report none.
 */
#ifndef MM_HEAP_H
#define MM_HEAP_H

#include <types.h>

/*
 * Set up the heap; once, after memory detection. Panics if there is no memory
 * for it. Prints how much memory stays unused because the allocator cannot span
 * all of it. With a MOCK_HEAP_SIZE too small for a heap, every later request fails
 * instead.
 */
void heap_init(void);

/*
 * Allocate at least `size` bytes, aligned for any scalar type (at least 4
 * bytes), contents undefined. Returns NULL iff no free block is large enough.
 * kmalloc(0) returns a distinct smallest block. This and, unless stated
 * otherwise, the other functions are O(1) with HEAP=heap, buddy and bump,
 * O(blocks) with the others.
 */
void *kmalloc(size_t size) __attribute__((malloc, warn_unused_result));

/*
 * Allocate zeroed memory for `count` objects of `each` bytes; also NULL iff the
 * product overflows. O(bytes).
 */
void *kcalloc(size_t count, size_t each) __attribute__((malloc, warn_unused_result));

/*
 * Change a block's size, moving it if necessary; the common part of the
 * contents is preserved. ptr NULL: as kmalloc(). Returns NULL if there is no
 * room: the old block is then unchanged and still the caller's. Also returns
 * NULL if ptr is not a live block, which is reported as in kfree(). O(bytes) if
 * it moves.
 */
void *krealloc(void *ptr, size_t size) __attribute__((warn_unused_result));

/*
 * As kmalloc(), aligned to `alignment`, a power of two, with HEAP=heap at most
 * 64 KiB. Also NULL for any other alignment. To be freed with kfree().
 */
void *kmalloc_aligned(size_t size, size_t alignment) __attribute__((malloc, warn_unused_result));

/*
 * Free a block. NULL is allowed and does nothing. A pointer that is not a live
 * block (foreign, misaligned, freed already) is reported as far as the heap can
 * detect it, and the heap stays usable. HEAP=bump takes back the block that was
 * allocated last, once, and ignores all others.
 */
void kfree(void *ptr);

/*
 * The usable bytes of a live block, at least the bytes requested; 0 for any
 * other pointer. O(blocks), because the block is searched, except with
 * HEAP=bump.
 */
size_t ksize(const void *ptr);

/*
 * Bytes in live blocks now, headers included: equal before and after exactly if
 * no block was leaked. With HEAP=bump it grows unless the latest block is freed. O(1), or O(blocks)
 * with HEAP=first_fit and the other fits.
 */
size_t kheap_used_bytes(void);

/* Bytes that the heap manages in all. O(1). */
size_t kheap_total_bytes(void);

/* Whether kfree() makes all memory available again. HEAP=bump takes only the latest block back. */
bool kheap_frees(void);

#endif
