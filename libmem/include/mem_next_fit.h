/* SPDX-License-Identifier: MIT */
/*
 * Next fit: first fit (mem_first_fit.h), but alloc begins its search behind the
 * block that the alloc before took, and continues at the start of the memory
 * (Knuth, The Art of Computer Programming, vol. 1, section 2.5, exercise 6).
 * Blocks, headers, merging, detected misuse and statistics are those of first fit.
 *
 * Searches are short, because small leftovers do not gather where all searches
 * begin. What it does badly: it cuts every large hole, so a large request fails
 * sooner than with first fit.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same heap can be interrupted by it: mask interrupts or hold a
 * lock; alloc holds it for a whole walk.
 */
#ifndef MEM_NEXT_FIT_H
#define MEM_NEXT_FIT_H

#include <mem_first_fit.h>

/* The caller keeps it; its members are private. All zero: a heap without memory. */
struct mem_next_fit {
    struct mem_first_fit blocks;
    uint32_t rover; /* offset of the block where the next search begins */
};

/* As mem_first_fit_init(): O(1), MEM_INVALID or MEM_NO_ROOM, and then a heap without memory. */
MEM_MUST_CHECK int mem_next_fit_init(struct mem_next_fit *heap, void *memory, size_t bytes);

/*
 * Take `bytes` bytes, aligned to 16. O(blocks). 0 bytes count as 1. NULL iff no
 * free block is large enough; nothing has changed then but the statistics.
 */
void *mem_next_fit_alloc(struct mem_next_fit *heap, size_t bytes);

/* As mem_first_fit_free(): O(1), with the same errors. */
int mem_next_fit_free(struct mem_next_fit *heap, void *block);

/*
 * As mem_first_fit_realloc(): O(blocks + bytes), NULL iff no room, or the block
 * is none that free would accept. A block that moves goes where
 * mem_next_fit_alloc() would place it.
 */
void *mem_next_fit_realloc(struct mem_next_fit *heap, void *block, size_t bytes);

/* Whether `address` lies in the managed memory. O(1). */
static inline bool mem_next_fit_owns(const struct mem_next_fit *heap, const void *address)
{
    return mem_first_fit_owns(&heap->blocks, address);
}

/* Fill *stats, see mem_first_fit.h. O(blocks), reads only. */
static inline void mem_next_fit_stats(const struct mem_next_fit *heap,
                                      struct mem_first_fit_stats *stats)
{
    mem_first_fit_stats(&heap->blocks, stats);
}

/* Fill *frag, see mem_frag.h. O(blocks), reads only. */
static inline void mem_next_fit_frag(const struct mem_next_fit *heap, struct mem_frag *frag)
{
    mem_first_fit_frag(&heap->blocks, frag);
}

/* Tell about the block around `address`. O(blocks), reads only. False iff not in a sound block. */
static inline bool mem_next_fit_inspect(const struct mem_next_fit *heap, const void *address,
                                        struct mem_first_fit_block *block)
{
    return mem_first_fit_inspect(&heap->blocks, address, block);
}

/*
 * As mem_first_fit_check(), and also MEM_CORRUPT where the next search would not
 * begin at a block; *where is then in *heap.
 */
MEM_MUST_CHECK int mem_next_fit_check(const struct mem_next_fit *heap, const void **where);

#endif
