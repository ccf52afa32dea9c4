/* SPDX-License-Identifier: MIT */
/*
 * Fixed-size pool: blocks of one size, allocated and freed in O(1).
 *
 *     | used bits | padding | block 0 | block 1 | ... | block n-1 | rest |
 *     ^ memory              ^ aligned
 *
 * A free block holds the number of the next free one in its first four bytes,
 * so blocks have no headers. One bit per block, outside the blocks, records
 * which are in use, so the contents of a block never affect free(). A pool's
 * layout is the same on 32- and 64-bit machines. Blocks that were never allocated
 * were never touched, so init is cheap for any size.
 *
 * Detected, in O(1): foreign and misaligned addresses, double frees, and a
 * write to a freed block's first four bytes (when that block, or the last one
 * of the free list, is next allocated). Not detected: use after free further in,
 * and writes past a block's end, unless they reach the start of a free block.
 * Such writes never make a correct free() fail. Only writes below block 0 can,
 * because the used bits lie there.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same pool can be interrupted by it: mask interrupts or hold a
 * lock around alloc, free and repair; each is a few dozen instructions (repair
 * is not).
 */
#ifndef MEM_POOL_H
#define MEM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mem_error.h>

/* The caller keeps it; its members are private. All zero: a pool without blocks. */
struct mem_pool {
    unsigned char *blocks;
    uint32_t *used_bits;   /* valid for blocks 0 .. touched-1 only */
    size_t stride;         /* bytes from block to block */
    uintptr_t odd_inverse; /* with shift: finds a block's number without division */
    unsigned shift;
    uint32_t capacity;
    uint32_t touched; /* blocks behind these have never been given out */
    uint32_t free_head;
    uint32_t listed; /* free blocks that the list must hold */
    uint32_t lost;   /* free blocks that a corrupted link has cut off */
    uint32_t peak;
    size_t overhead;
    size_t allocs;
    size_t failed;
    size_t rejected;
    size_t corruptions;
    const void *corrupt_block;
};

struct mem_pool_stats {
    size_t block_size;         /* bytes in each block */
    size_t capacity;           /* blocks in all */
    size_t available;          /* blocks that can be taken now */
    size_t used;               /* blocks given out */
    size_t peak;               /* most blocks ever given out at the same time */
    size_t lost;               /* free blocks out of reach until mem_pool_repair() */
    size_t allocs;             /* blocks ever taken */
    size_t failed;             /* requests refused because none was available */
    size_t rejected;           /* frees refused */
    size_t corruptions;        /* overwritten links noticed */
    const void *corrupt_block; /* the free block that was last seen overwritten, or NULL */
    size_t overhead_bytes;     /* of the memory, what is not in blocks */
};

/* The block around an address in a pool. */
struct mem_pool_block {
    const void *start; /* of the block that the address lies in */
    size_t index;
    bool used;
};

/*
 * Bytes that always suffice for `count` blocks, whatever the memory's own
 * alignment. O(1). 0 when count is 0, an argument makes no sense to
 * mem_pool_init(), or the sum does not fit a size_t.
 */
size_t mem_pool_bytes_needed(size_t count, size_t block_size, size_t align);

/*
 * Make a pool of as many blocks as fit into `bytes` bytes at `memory`, which
 * may be of any alignment. Blocks are multiples of `align`, a power of two, in
 * address and in size, and at least 4 bytes. O(log bytes); writes nothing to
 * the memory. MEM_INVALID: block_size or align 0, align not a power of two,
 * memory NULL or past the top of the address space. MEM_NO_ROOM: not one block
 * fits. *pool is then a pool without blocks.
 */
MEM_MUST_CHECK int mem_pool_init(struct mem_pool *pool, void *memory, size_t bytes,
                                 size_t block_size, size_t align);

/*
 * Take one block. O(1). Returns mem_pool_block_size() bytes, contents
 * undefined; NULL iff no block is available.
 *
 * When the block's link turns out to have been overwritten, the block itself is
 * given out, since its contents are free to be anything, and the rest of the
 * list is not followed: those blocks are lost until mem_pool_repair().
 * stats.corruptions counts, stats.corrupt_block names the block.
 */
void *mem_pool_alloc(struct mem_pool *pool);

/*
 * Give a block back. O(1). MEM_FOREIGN: not an address in the pool's blocks
 * (NULL too). MEM_MISALIGNED: not the start of one. MEM_DOUBLE_FREE: not in
 * use. Nothing has changed then but stats.rejected.
 */
int mem_pool_free(struct mem_pool *pool, void *block);

/* Whether `address` lies in one of the pool's blocks, used or free, anywhere in it. O(1). */
bool mem_pool_owns(const struct mem_pool *pool, const void *address);

/* Bytes in each block: what was asked for, rounded up to the alignment. O(1). */
size_t mem_pool_block_size(const struct mem_pool *pool);

/* Blocks in all, and those that can be taken now. O(1). */
size_t mem_pool_capacity(const struct mem_pool *pool);
size_t mem_pool_available(const struct mem_pool *pool);

/* Fill *stats. O(1). */
void mem_pool_stats(const struct mem_pool *pool, struct mem_pool_stats *stats);

/* Tell about the block that `address` lies in. O(1), reads only. False iff not in the pool. */
bool mem_pool_inspect(const struct mem_pool *pool, const void *address,
                      struct mem_pool_block *block);

/*
 * Walk the free list. O(capacity), reads only, always ends: also for a fault
 * handler. MEM_OK, or MEM_CORRUPT and, where `where` is not NULL, in *where the
 * free block whose link is wrong (NULL: the list ends too early or the counts
 * disagree with the used bits).
 */
MEM_MUST_CHECK int mem_pool_check(const struct mem_pool *pool, const void **where);

/*
 * Rebuild the free list from the used bits, which brings back lost blocks.
 * O(capacity). Returns how many blocks came back.
 */
size_t mem_pool_repair(struct mem_pool *pool);

#endif
