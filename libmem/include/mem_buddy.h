/* SPDX-License-Identifier: MIT */
/*
 * A binary buddy allocator: blocks of 16 << order bytes, which are halved until
 * they are as small as a request allows, and merged with their other half, the
 * buddy, when both are free (Knuth, The Art of Computer Programming, vol. 1,
 * section 2.5, algorithms R and S).
 *
 *     | map | largest power of two | next one | ... | smallest one |
 *
 * The distance of a block from the first one is a multiple of its size, so the
 * buddy's address needs no search. The memory may have any size: blocks of
 * decreasing size cover it, and these never merge with each other. The map has a
 * byte for each 16 bytes, with the order of the block that begins there. So
 * blocks have no headers, and their contents cannot imitate one. Free blocks hold
 * the links of a list per order. All offsets are 32-bit, so all figures are the
 * same on 32- and 64-bit machines.
 *
 * Every call takes a number of steps that is bounded by the number of orders.
 * Weaknesses: a request just above a power of two wastes nearly half of its
 * block, and neighbours that are not buddies do not merge. Requested sizes are
 * not kept. Detected: foreign, misaligned, interior and double frees; overwritten
 * links of free blocks, when next used.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same heap can be interrupted by it: mask interrupts or hold a lock.
 */
#ifndef MEM_BUDDY_H
#define MEM_BUDDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mem_error.h>

#define MEM_BUDDY_ALIGN  16 /* of blocks, and the size of the smallest */
#define MEM_BUDDY_ORDERS 28 /* sizes: 16 bytes to 2 GiB */

/* The caller keeps it; its members are private. All zero: a heap without memory. */
struct mem_buddy {
    unsigned char *map;
    unsigned char *base; /* the first block */
    uint32_t units;      /* of 16 bytes */
    uint32_t used_units;
    uint32_t steps_last;
    uint32_t steps_max;
    size_t steps_total;
    size_t allocs;
    size_t failed;
    size_t rejected;
    uint32_t first[MEM_BUDDY_ORDERS]; /* free block of each order */
};

struct mem_buddy_stats {
    size_t heap_bytes; /* in blocks: heap = provided + total_free */
    size_t map_bytes;  /* besides them */
    size_t used_blocks;
    size_t provided; /* bytes in used blocks */
    size_t free_blocks;
    size_t total_free;   /* bytes in free blocks */
    size_t largest_free; /* the largest request that would succeed now */
    size_t allocs;       /* requests met */
    size_t failed;       /* requests refused */
    size_t rejected;     /* frees refused */
    size_t steps_last;   /* orders that the last search looked at, also when it failed */
    size_t steps_avg;    /* ... all searches on average, rounded down */
    size_t steps_max;    /* ... the longest one */
    size_t steps_total;  /* ... all together */
};

/* The block around an address in a heap. Neighbours are those in memory, not buddies. */
struct mem_buddy_block {
    const void *start; /* of the block that the address lies in */
    size_t provided;   /* bytes in the block, a power of two */
    bool used;
    bool has_before; /* there is a block before, ... */
    bool before_used;
    size_t before; /* ... with so many bytes */
    bool has_after;
    bool after_used;
    size_t after;
};

/*
 * Manage `bytes` bytes at `memory`, of any alignment; what does not fit the
 * alignment at both ends, and what exceeds 4 GiB, stays unused. O(orders).
 * MEM_INVALID: memory NULL or past the top of the address space. MEM_NO_ROOM:
 * fewer than 32 usable bytes. *heap is then a heap without memory.
 */
MEM_MUST_CHECK int mem_buddy_init(struct mem_buddy *heap, void *memory, size_t bytes);

/*
 * Take a block of at least `bytes` bytes, aligned to 16: the smallest power of
 * two that suffices. O(orders). 0 bytes count as 1. NULL iff no free block is
 * large enough, or the links of the one to be taken are overwritten; nothing has
 * changed then but the statistics.
 */
void *mem_buddy_alloc(struct mem_buddy *heap, size_t bytes);

/*
 * Give a block back. O(orders). NULL is allowed and does nothing. MEM_FOREIGN:
 * not in the heap. MEM_MISALIGNED: inside a used block. MEM_DOUBLE_FREE: in a
 * free block. MEM_CORRUPT: the map around it, or the links of a block to merge
 * with, are overwritten. Nothing has changed then but stats.rejected.
 */
int mem_buddy_free(struct mem_buddy *heap, void *block);

/*
 * Change a block's size: in place where it shrinks, or where it grows over free
 * buddies behind it, else by moving it. O(orders + bytes). block NULL: alloc.
 * NULL iff no room, or the block is none that free would accept; the old block
 * is then as it was. 0 bytes count as 1.
 */
void *mem_buddy_realloc(struct mem_buddy *heap, void *block, size_t bytes);

/* Whether `address` lies in the blocks' memory. O(1). */
bool mem_buddy_owns(const struct mem_buddy *heap, const void *address);

/* Bytes in used blocks. O(1). */
size_t mem_buddy_used_bytes(const struct mem_buddy *heap);

/* Fill *stats. O(blocks), reads only. On an overwritten map the walk ends at the first bad byte. */
void mem_buddy_stats(const struct mem_buddy *heap, struct mem_buddy_stats *stats);

/*
 * Tell about the block around `address`. O(orders), reads only. False iff not in
 * the blocks' memory, or the map is overwritten.
 */
bool mem_buddy_inspect(const struct mem_buddy *heap, const void *address,
                       struct mem_buddy_block *block);

/*
 * Check the map and all links. O(blocks), reads only, always ends: also for a
 * fault handler. MEM_OK, or MEM_CORRUPT and, where `where` is not NULL, in *where
 * the byte of the map, the block or the member of *heap that is wrong.
 */
MEM_MUST_CHECK int mem_buddy_check(const struct mem_buddy *heap, const void **where);

#endif
