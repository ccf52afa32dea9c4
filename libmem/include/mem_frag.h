/* SPDX-License-Identifier: MIT */
/*
 * How much memory is wasted, in figures that mean the same for every
 * allocator.
 *
 * Internal fragmentation: bytes inside used blocks beyond what was requested, of
 * the bytes provided. External fragmentation: how far the largest hole falls
 * short of all free bytes; 0 when all free bytes are in one piece.
 *
 * Exact integer arithmetic for all values of size_t, without division: also
 * for targets that have none. All functions are O(1), never block and may be
 * called from anywhere.
 */
#ifndef MEM_FRAG_H
#define MEM_FRAG_H

#include <stddef.h>

/* Sums over an allocator's blocks; start from all zero. */
struct mem_frag {
    size_t requested; /* bytes that owners asked for */
    size_t provided;  /* bytes that they got; at least as many */
    size_t used_blocks;
    size_t free_total;   /* bytes in holes */
    size_t free_largest; /* ... in the largest */
    size_t free_blocks;
};

static inline void mem_frag_add_used(struct mem_frag *frag, size_t requested, size_t provided)
{
    frag->requested += requested;
    frag->provided += provided;
    frag->used_blocks++;
}

static inline void mem_frag_add_free(struct mem_frag *frag, size_t bytes)
{
    frag->free_total += bytes;
    if (bytes > frag->free_largest)
        frag->free_largest = bytes;
    frag->free_blocks++;
}

/* part * scale / whole, rounded down. 0 when whole is 0; at most scale. */
unsigned mem_frag_ratio(size_t part, size_t whole, unsigned scale);

/* wasted * 100 / provided, rounded down. 0 when nothing is provided. */
unsigned mem_frag_internal_pct(size_t wasted, size_t provided);

/* 100 - largest * 100 / total, the quotient rounded down. 0 when nothing is free. */
unsigned mem_frag_external_pct(size_t largest, size_t total);

/* The same in tenths of a percent: 375 means 37.5 %. */
unsigned mem_frag_internal_permille(size_t wasted, size_t provided);
unsigned mem_frag_external_permille(size_t largest, size_t total);

#endif
