/* SPDX-License-Identifier: MIT */
/*
 * Worst fit: first fit (mem_first_fit.h), but alloc cuts the largest free block,
 * of several the one at the lowest address (Wilson, Johnstone, Neely, Boles:
 * Dynamic Storage Allocation, A Survey and Critical Review, 1995). Blocks,
 * headers, merging, detected misuse and statistics are those of first fit.
 *
 * The idea: what remains of a large block is still large enough for others.
 * What it does badly: every alloc walks all blocks, and soon no hole is left
 * for a large request. It is here to be measured.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same heap can be interrupted by it: mask interrupts or hold a
 * lock; alloc holds it for a whole walk.
 */
#ifndef MEM_WORST_FIT_H
#define MEM_WORST_FIT_H

#include <mem_first_fit.h>

/* The caller keeps it; its members are private. All zero: a heap without memory. */
struct mem_worst_fit {
    struct mem_first_fit blocks;
};

/* As mem_first_fit_init(): O(1), MEM_INVALID or MEM_NO_ROOM, and then a heap without memory. */
MEM_MUST_CHECK static inline int mem_worst_fit_init(struct mem_worst_fit *heap, void *memory,
                                                    size_t bytes)
{
    return mem_first_fit_init(&heap->blocks, memory, bytes);
}

/*
 * Take `bytes` bytes, aligned to 16. O(blocks), always a whole walk. 0 bytes
 * count as 1. NULL iff no free block is large enough; nothing has changed then
 * but the statistics.
 */
void *mem_worst_fit_alloc(struct mem_worst_fit *heap, size_t bytes);

/* As mem_first_fit_free(): O(1), with the same errors. */
static inline int mem_worst_fit_free(struct mem_worst_fit *heap, void *block)
{
    return mem_first_fit_free(&heap->blocks, block);
}

/*
 * As mem_first_fit_realloc(): O(blocks + bytes), NULL iff no room, or the block
 * is none that free would accept. A block that moves goes where
 * mem_worst_fit_alloc() would place it.
 */
void *mem_worst_fit_realloc(struct mem_worst_fit *heap, void *block, size_t bytes);

/* Whether `address` lies in the managed memory. O(1). */
static inline bool mem_worst_fit_owns(const struct mem_worst_fit *heap, const void *address)
{
    return mem_first_fit_owns(&heap->blocks, address);
}

/* Fill *stats, see mem_first_fit.h. O(blocks), reads only. */
static inline void mem_worst_fit_stats(const struct mem_worst_fit *heap,
                                       struct mem_first_fit_stats *stats)
{
    mem_first_fit_stats(&heap->blocks, stats);
}

/* Fill *frag, see mem_frag.h. O(blocks), reads only. */
static inline void mem_worst_fit_frag(const struct mem_worst_fit *heap, struct mem_frag *frag)
{
    mem_first_fit_frag(&heap->blocks, frag);
}

/* Tell about the block around `address`. O(blocks), reads only. False iff not in a sound block. */
static inline bool mem_worst_fit_inspect(const struct mem_worst_fit *heap, const void *address,
                                         struct mem_first_fit_block *block)
{
    return mem_first_fit_inspect(&heap->blocks, address, block);
}

/* As mem_first_fit_check(): O(blocks), reads only, MEM_OK or MEM_CORRUPT and *where. */
MEM_MUST_CHECK static inline int mem_worst_fit_check(const struct mem_worst_fit *heap,
                                                     const void **where)
{
    return mem_first_fit_check(&heap->blocks, where);
}

#endif
