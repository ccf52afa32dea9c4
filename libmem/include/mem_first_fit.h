/* SPDX-License-Identifier: MIT */
/*
 * First fit, as in textbooks (Knuth, The Art of Computer Programming, vol. 1,
 * section 2.5): a deliberately simple allocator for comparisons. Use mem_heap
 * for everything else. Next, best and worst fit have the same blocks and choose
 * another free one (mem_next_fit.h and so on).
 *
 *     | header | payload | header | payload | ...          whole memory
 *
 * Every block, used or free, begins with a 16-byte header that holds the sizes
 * of the block and of the one before (boundary tags). alloc walks all blocks in
 * address order from the start and cuts the front off the first free one that
 * is large enough; free merges with both neighbours at once. Sizes are 32-bit
 * and rounded to 16 bytes, so all figures are the same on 32- and 64-bit
 * machines.
 *
 * Weaknesses: alloc is O(blocks), and small remainders gather at the start,
 * where every later walk passes them. Detected, in O(1) and by marks that a
 * block's contents could forge: foreign and misaligned addresses, double frees,
 * overwritten headers next to the block.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same heap can be interrupted by it: mask interrupts or hold a
 * lock; alloc holds it for a whole walk.
 */
#ifndef MEM_FIRST_FIT_H
#define MEM_FIRST_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mem_error.h>
#include <mem_frag.h>

#define MEM_FIRST_FIT_HEADER_BYTES 16
#define MEM_FIRST_FIT_ALIGN        16

/* The caller keeps it; its members are private. All zero: a heap without memory. */
struct mem_first_fit {
    unsigned char *base;
    uint32_t bytes;
    uint32_t steps_last;
    uint32_t steps_max;
    size_t steps_total;
    size_t allocs;
    size_t failed;
    size_t rejected;
};

struct mem_first_fit_stats {
    size_t heap_bytes;   /* under management, headers included */
    size_t header_bytes; /* of them, in headers now: heap = header + provided + total_free */
    size_t used_blocks;
    size_t requested; /* bytes that the owners of used blocks asked for */
    size_t provided;  /* bytes in used blocks, headers not included */
    size_t free_blocks;
    size_t total_free;   /* bytes in free blocks, headers not included */
    size_t largest_free; /* the largest request that would succeed now */
    size_t allocs;       /* requests met */
    size_t failed;       /* requests refused */
    size_t rejected;     /* frees refused */
    size_t steps_last;   /* headers that the last search looked at, also when it failed */
    size_t steps_avg;    /* ... all searches on average, rounded down */
    size_t steps_max;    /* ... the longest one */
    size_t steps_total;  /* ... all together */
};

/* The block around an address in a heap. */
struct mem_first_fit_block {
    const void *start; /* of the payload that the address lies in or whose header it hits */
    size_t requested;  /* bytes that the owner asked for; 0 when free */
    size_t provided;   /* bytes in the payload */
    bool used;
    bool has_before; /* there is a block before, ... */
    bool before_used;
    size_t before; /* ... with so many bytes in its payload */
    bool has_after;
    bool after_used;
    size_t after;
};

/*
 * Manage `bytes` bytes at `memory`, of any alignment; what does not fit the
 * alignment at both ends, and what exceeds 4 GiB, stays unused. O(1).
 * MEM_INVALID: memory NULL or past the top of the address space. MEM_NO_ROOM:
 * fewer than 32 usable bytes. *heap is then a heap without memory.
 */
MEM_MUST_CHECK int mem_first_fit_init(struct mem_first_fit *heap, void *memory, size_t bytes);

/*
 * Take `bytes` bytes, aligned to 16. O(blocks). 0 bytes count as 1. NULL iff no
 * free block is large enough; nothing has changed then but the statistics.
 */
void *mem_first_fit_alloc(struct mem_first_fit *heap, size_t bytes);

/*
 * Give a block back. O(1). NULL is allowed and does nothing. MEM_FOREIGN: not
 * in the heap, or not a block. MEM_MISALIGNED: not a multiple of 16.
 * MEM_DOUBLE_FREE: freed already. MEM_CORRUPT: the headers around it disagree.
 * Nothing has changed then but stats.rejected.
 */
int mem_first_fit_free(struct mem_first_fit *heap, void *block);

/*
 * Change a block's size: in place where it shrinks or the next block is free
 * and large enough, else by moving it. O(blocks + bytes). block NULL: alloc.
 * NULL iff no room, or the block is none that free would accept; the old block
 * is then as it was. 0 bytes count as 1.
 */
void *mem_first_fit_realloc(struct mem_first_fit *heap, void *block, size_t bytes);

/* Whether `address` lies in the managed memory. O(1). */
bool mem_first_fit_owns(const struct mem_first_fit *heap, const void *address);

/* Fill *stats. O(blocks), reads only. On a corrupted heap the walk ends at the first bad header. */
void mem_first_fit_stats(const struct mem_first_fit *heap, struct mem_first_fit_stats *stats);

/* Fill *frag, see mem_frag.h. O(blocks), reads only. */
void mem_first_fit_frag(const struct mem_first_fit *heap, struct mem_frag *frag);

/* Tell about the block around `address`. O(blocks), reads only. False iff not in a sound block. */
bool mem_first_fit_inspect(const struct mem_first_fit *heap, const void *address,
                           struct mem_first_fit_block *block);

/*
 * Check every header. O(blocks), reads only, always ends: also for a fault
 * handler. MEM_OK, or MEM_CORRUPT and, where `where` is not NULL, in *where the
 * header that is wrong.
 */
MEM_MUST_CHECK int mem_first_fit_check(const struct mem_first_fit *heap, const void **where);

#endif
