/* SPDX-License-Identifier: MIT */
/*
 * Bump allocator: a pointer that moves up. A block costs its size and the bytes
 * that alignment skips. Only the latest block can be freed; reset frees all at
 * once. Use it for objects that live as long as the system. It detects no
 * misuse: a write past a block's end lands in the next one.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same allocator can be interrupted by it: mask interrupts or hold
 * a lock around alloc and reset.
 */
#ifndef MEM_BUMP_H
#define MEM_BUMP_H

#include <stdbool.h>
#include <stddef.h>

/* The caller keeps it; its members are private. All zero: an allocator without memory. */
struct mem_bump {
    unsigned char *base;
    size_t capacity;
    size_t used;
    size_t padding;
    size_t allocs;
    size_t failed;
    unsigned char *latest; /* the block that mem_bump_undo() takes back; NULL: none */
    size_t latest_padding;
};

struct mem_bump_stats {
    size_t capacity; /* bytes given to init */
    size_t used;     /* bytes gone, padding included */
    size_t padding;  /* of them, bytes skipped for alignment */
    size_t allocs;   /* requests met since init or reset */
    size_t failed;   /* requests refused since init or reset */
};

/*
 * Start on `bytes` bytes at `memory`, of any alignment. O(1); does not touch
 * the memory. Bytes beyond the top of the address space do not count. With
 * memory NULL there is none: a block at address 0 would look like a failure.
 */
void mem_bump_init(struct mem_bump *bump, void *memory, size_t bytes);

/*
 * Take `bytes` bytes at a multiple of `align`, a power of two. O(1). 0 bytes
 * count as 1, so that all blocks differ. NULL iff align is not a power of two
 * or what remains is too small; nothing has changed then but stats.failed.
 */
void *mem_bump_alloc(struct mem_bump *bump, size_t bytes, size_t align);

/*
 * Take back the block that alloc returned last, with what alignment skipped
 * before it. O(1). False iff there is none: nothing was allocated since init,
 * reset or the previous undo; nothing has changed then.
 */
bool mem_bump_undo(struct mem_bump *bump);

/* Take everything back: every block given out so far is gone. O(1). */
void mem_bump_reset(struct mem_bump *bump);

/* Bytes in all, bytes gone, bytes left (of which alignment may cost some). O(1). */
size_t mem_bump_capacity(const struct mem_bump *bump);
size_t mem_bump_used(const struct mem_bump *bump);
size_t mem_bump_remaining(const struct mem_bump *bump);

/* Whether `address` lies in the part that has been given out. O(1). */
bool mem_bump_owns(const struct mem_bump *bump, const void *address);

/* Fill *stats. O(1). */
void mem_bump_stats(const struct mem_bump *bump, struct mem_bump_stats *stats);

#endif
