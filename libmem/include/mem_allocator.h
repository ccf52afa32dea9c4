/* SPDX-License-Identifier: MIT */
/*
 * One interface to all allocators, so that a comparison, the replay of a trace
 * or a kernel's malloc is written only once. An allocator is a constant struct
 * of functions and properties. Its init makes an instance in an arena.
 * Instances share nothing; any number of them may coexist:
 *
 *     static unsigned char arena[4096];
 *     const struct mem_allocator *a = &mem_allocator_heap;
 *     struct mem_instance *heap = a->init(NULL, arena, sizeof arena, NULL);
 *     void *block = a->alloc(heap, 100);
 *
 * Each allocator's struct is defined beside its source, in a header such as
 * src/mem_allocator_heap.h. In a program that includes it and calls the
 * allocator by name, the compiler sees the members: calls are direct, and only
 * the called functions are linked. The struct is static, so identify allocators
 * by name, not by address. mem_allocators[] lists all allocators, and links them.
 *
 * To add an allocator, define its struct in such a header or in a source file,
 * and add it to src/mem_allocators.c.
 *
 * Some members may be NULL. Their comments say so, and what the caller does
 * instead. No function blocks. An interrupt may call all of them, as long as it
 * cannot interrupt another call on the same instance: mask interrupts or hold a
 * lock. Functions that take a const instance only read; they may run anywhere,
 * also in a fault handler. "A step" costs O(1) where constant_time is true, and
 * O(blocks) elsewhere.
 */
#ifndef MEM_ALLOCATOR_H
#define MEM_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#include <mem_error.h>

/* An instance. Only its allocator knows what it contains. */
struct mem_instance;

/* See mem_heap.h. */
struct mem_heap_config;

/* Options of init. All members may be 0. */
struct mem_allocator_options {
    size_t largest_request; /* bytes; allocators without any_size refuse larger requests */
    size_t alignment;       /* of all blocks; only bump and pool let the caller choose it */
    const struct mem_heap_config *heap; /* only for the heap; must live as long as the instance */
};

struct mem_allocator_stats {
    size_t total_bytes;  /* the part of the arena that holds blocks and their headers */
    size_t used_bytes;   /* in used blocks, headers included; 0 when there are none */
    size_t free_bytes;   /* in holes; used_bytes + free_bytes <= total_bytes */
    size_t largest_free; /* larger requests fail; 0: all requests fail */
    size_t free_blocks;  /* holes */
    size_t steps;        /* blocks that the last alloc examined; 1 without a search or checks */
};

/* The block around an address. All sizes are those of payloads. */
struct mem_allocator_block {
    const void *start;  /* of the payload; alloc returned it if the block is used */
    size_t granted;     /* bytes */
    size_t requested;   /* bytes that the owner asked for; 0 if free or not known */
    const void *caller; /* the code that allocated the block; NULL if free or not known */
    bool used;
    bool has_before, before_used;
    size_t before; /* bytes in the block before */
    bool has_after, after_used;
    size_t after;
};

/* Why a request failed. */
struct mem_allocator_why {
    const char *reason;  /* such as "external fragmentation" */
    size_t needed;       /* bytes, including header, rounding and alignment */
    size_t free_bytes;   /* in holes */
    size_t largest_free; /* the largest hole */
    size_t free_blocks;  /* holes; 0: not counted */
};

struct mem_allocator {
    const char *name;    /* one word, for options and columns: "first_fit" */
    const char *title;   /* for sentences: "first fit" */
    const char *preset;  /* the build variant; "-": there is only one */
    size_t state_bytes;  /* memory that init needs besides the arena */
    size_t alignment;    /* of all blocks, in bytes, unless the options choose another */
    bool frees;          /* false: freed memory is not reused */
    bool any_size;       /* false: the options must give the largest request */
    bool constant_time;  /* alloc, aligned, free and resize in place are O(1) */
    bool knows_requests; /* inspect reports the requested size */

    /*
     * Make an instance without blocks in `bytes` bytes at `arena`, which may
     * have any alignment. `state` has state_bytes bytes, aligned for any scalar
     * type. Both belong to the instance until the caller reuses them; there is
     * no call to end an instance. options NULL: all members 0. O(log bytes) at
     * most. NULL iff arena is NULL or too small, or an option makes no sense.
     */
    struct mem_instance *(*init)(void *state, void *arena, size_t bytes,
                                 const struct mem_allocator_options *options);

    /*
     * Take at least `bytes` bytes, contents undefined. 0 bytes count as 1. A
     * step. NULL iff there is no room; then only statistics have changed.
     */
    void *(*alloc)(struct mem_instance *self, size_t bytes);

    /*
     * The same, aligned to `alignment`, a power of two. Also NULL for any other
     * alignment.
     * May be NULL. The caller then asks alloc for `alignment` more bytes, uses
     * an aligned address in the block, and keeps the block's start for free.
     */
    void *(*aligned)(struct mem_instance *self, size_t alignment, size_t bytes);

    /*
     * Free a block. NULL does nothing. A step. Returns an enum mem_error:
     * MEM_OK, or the error that the allocator detects in the pointer; then only
     * statistics have changed. Where `frees` is false, it only checks the
     * pointer.
     */
    int (*free)(struct mem_instance *self, void *block);

    /*
     * Free the block that alloc or aligned returned last. O(1). False iff that
     * block was freed in this way already, or there is none.
     * May be NULL, and is where `frees` is true.
     */
    bool (*undo)(struct mem_instance *self);

    /*
     * Change the size of a used block, and move it if necessary; the contents
     * are kept up to the smaller size. 0 bytes count as 1. A step, or O(bytes)
     * if it moves the block. block NULL: the same as alloc. NULL iff there is
     * no room, or the allocator detects that the block is not used; then the
     * block is unchanged.
     * May be NULL. The caller then allocates, copies and frees.
     */
    void *(*resize)(struct mem_instance *self, void *block, size_t bytes);

    /*
     * The bytes that the owner of a used block may write, at least as many as
     * requested. A step.
     * May be NULL where `frees` is false. The caller then keeps the sizes.
     */
    size_t (*usable_size)(const struct mem_instance *self, const void *block);

    /*
     * Describe the block that `address` lies in, used or free. O(blocks). Reads
     * only the arena and the state, whatever the address. False iff the
     * address lies in no block.
     * May be NULL. Then nothing is known about blocks.
     */
    bool (*inspect)(const struct mem_instance *self, const void *address,
                    struct mem_allocator_block *block);

    /* The used_bytes of stats. A step. */
    size_t (*used_bytes)(const struct mem_instance *self);

    /* Fill *stats. O(blocks). */
    void (*stats)(const struct mem_instance *self, struct mem_allocator_stats *stats);

    /*
     * Explain why a request for `bytes` bytes at a multiple of `alignment` has
     * just failed. O(blocks).
     * May be NULL. The figures of stats must do then.
     */
    void (*explain)(const struct mem_instance *self, size_t bytes, size_t alignment,
                    struct mem_allocator_why *why);

    /*
     * Check all invariants. O(blocks), always ends. MEM_OK or MEM_CORRUPT; in
     * the latter case *where, unless `where` is NULL, is the damaged address,
     * or NULL if it is not known.
     * May be NULL. Then there are no invariants in memory.
     */
    int (*check)(const struct mem_instance *self, const void **where);

    /*
     * Make inspect report `caller` as the code that allocated the used block,
     * instead of the wrapper that called alloc. block NULL does nothing. O(1).
     * May be NULL. Then the allocator does not keep callers.
     */
    void (*set_caller)(struct mem_instance *self, void *block, const void *caller);
};

/* All allocators of this library, the simplest first. Ends with NULL. */
extern const struct mem_allocator *const mem_allocators[];

#endif
