/* SPDX-License-Identifier: MIT */
/*
 * General heap: blocks of any size, in constant time, with 4 bytes of overhead
 * per block. No loop depends on the state of the heap; what it costs in
 * instructions is bounded and tested (docs/heap.md).
 *
 * All state lives at the front of the arena. Several heaps may coexist. A heap
 * is not locked: see MEM_HEAP_LOCK below.
 *
 * Presets, chosen for the whole build with -DMEM_HEAP_PRESET=n:
 *   MEM_HEAP_TINY      no checks at all
 *   MEM_HEAP_DEFAULT   every free is checked in constant time
 *   MEM_HEAP_DEBUG     also redzones, poison, and the caller of each allocation
 *   MEM_HEAP_PARANOID  also a check of the whole heap in every operation, and assertions
 *                      (mem_assert.h)
 * -DMEM_HEAP_ALIGN=16 aligns blocks to 16 instead of 8; 4 saves memory where no object needs more
 * (docs/heap.md, "Which build"). -DMEM_HEAP_CLZ=0 or 1 tells whether the CPU
 * has an instruction that counts leading zeros, where the detection from the compiler's macros
 * fails.
 */
#ifndef MEM_HEAP_H
#define MEM_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mem_assert.h> /* MEM_HEAP_PRESET */
#include <mem_error.h>

/*
 * Size classes: 16 per octave for blocks below 2^MEM_HEAP_COARSE - 128 bytes, two per octave above.
 * 7 to 12; less makes the table smaller and finds worse holes. docs/heap.md has a table.
 */
#ifndef MEM_HEAP_COARSE
#define MEM_HEAP_COARSE 12
#endif

#ifndef MEM_HEAP_ALIGN
#define MEM_HEAP_ALIGN 8
#endif

/*
 * The lock, as macros so that it costs nothing where there is none: define both
 * for the build of libmem, for example to functions that mask interrupts. Every
 * function that changes a heap takes it once. Those that only read do not:
 * where somebody may change the heap meanwhile, hold the lock around them.
 * Nothing here blocks, so an interrupt may call what the lock keeps it out of.
 */
#ifndef MEM_HEAP_LOCK
#define MEM_HEAP_LOCKS        0
#define MEM_HEAP_LOCK(heap)   ((void)0)
#define MEM_HEAP_UNLOCK(heap) ((void)0)
#else
#define MEM_HEAP_LOCKS 1
#endif

struct mem_heap;

/* Something that an application did wrong; nothing has changed in the heap. */
struct mem_heap_misuse {
    int error;           /* enum mem_error: the suspicion */
    const void *address; /* what was passed, or what was found damaged */
    const void *caller;  /* who called, as far as the compiler can tell */
};

/* The caller keeps it for as long as the heap. Members may be NULL or 0. */
struct mem_heap_config {
    /* Called under the lock when a call was refused, or met what somebody had overwritten. */
    void (*report)(void *context, const struct mem_heap_misuse *misuse);
    /*
     * Called without the lock when a request cannot be met. May free blocks of
     * this heap, and returns true to have the request tried again: as often as
     * it says so, in a loop.
     */
    bool (*out_of_memory)(void *context, struct mem_heap *heap, size_t bytes);
    void *context;
    size_t capacity_bytes; /* the largest region that mem_heap_add_region() may add */
};

/*
 * Make a heap of `bytes` bytes at `arena`, which may be of any alignment and
 * size; beyond 1.8 GiB the rest is not used. O(number of size classes), at
 * most 116. NULL iff arena is NULL, the range wraps round, or no block fits.
 */
struct mem_heap *mem_heap_init(void *arena, size_t bytes, const struct mem_heap_config *config);

/*
 * Give the heap more memory. The region must lie above all it has, at most
 * 512 MiB from there, end within 1.8 GiB of its start, and be no larger than
 * config->capacity_bytes, or than the arena less 600 bytes if that is more.
 * O(1). Returns MEM_OK, MEM_INVALID, or MEM_NO_ROOM when it is too small for any
 * request.
 */
int mem_heap_add_region(struct mem_heap *heap, void *memory, size_t bytes);

/*
 * At least `bytes` bytes, aligned to MEM_HEAP_ALIGN, contents undefined; 0 bytes
 * give a smallest block. O(1). NULL iff no free block that the size classes
 * show is large enough (mem_heap_explain() tells why).
 */
void *mem_heap_alloc(struct mem_heap *heap, size_t bytes);

/* The same for count * each bytes, zeroed. O(bytes). NULL also when the product overflows. */
void *mem_heap_calloc(struct mem_heap *heap, size_t count, size_t each);

/* The same, aligned to `align`, a power of two up to 64 KiB. O(1). NULL also for another `align`.
 */
void *mem_heap_aligned_alloc(struct mem_heap *heap, size_t align, size_t bytes);

/*
 * Change a block's size: in place by growing forwards or shrinking, else
 * backwards into a free neighbour, else by moving. O(1) in place, O(bytes)
 * when it moves. block NULL: alloc. NULL when there is no room or the block is
 * refused; it is then unchanged and still the caller's. The alignment of
 * mem_heap_aligned_alloc() is kept only while the block stays in place.
 */
void *mem_heap_realloc(struct mem_heap *heap, void *block, size_t bytes);

/*
 * Give a block back. O(1). NULL does nothing. Returns MEM_OK, or what is wrong,
 * and then nothing has changed: MEM_FOREIGN, MEM_MISALIGNED, MEM_DOUBLE_FREE
 * (not in use, or not a block), MEM_CORRUPT (headers around it overwritten),
 * in the debug presets also MEM_OVERFLOW. The tiny preset does not look.
 */
int mem_heap_free(struct mem_heap *heap, void *block);

/*
 * The same with the size, and the alignment, that the owner asked for, as in
 * C23's free_sized() and free_aligned_sized(). They are only checked: they make
 * freeing no cheaper, because neighbours are found by the block's header. O(1).
 * Also MEM_WRONG_SIZE, if no request for `bytes` gives a block of this size (the
 * debug presets compare exactly), and MEM_INVALID, if the block is not at a
 * multiple of `align`, or that is no power of two.
 */
int mem_heap_free_sized(struct mem_heap *heap, void *block, size_t bytes);
int mem_heap_free_aligned_sized(struct mem_heap *heap, void *block, size_t align, size_t bytes);

/* Bytes that the owner of a living block may use, at least what was asked for. O(1). */
size_t mem_heap_usable_size(const struct mem_heap *heap, const void *block);

/*
 * Debug presets: the walk and the reports shall name `caller` as who allocated
 * the living block `block`, not the wrapper that called mem_heap_alloc(). O(1);
 * NULL does nothing; nothing in the other presets.
 */
#if MEM_HEAP_PRESET >= MEM_HEAP_DEBUG
void mem_heap_set_caller(void *block, const void *caller);
#else
static inline void mem_heap_set_caller(void *block, const void *caller)
{
    (void)block;
    (void)caller;
}
#endif

struct mem_heap_stats {
    size_t heap_bytes;     /* in blocks, used and free, headers included */
    size_t overhead_bytes; /* of the arena, what is not in blocks: struct and table */
    size_t used_bytes;     /* in living blocks, headers included */
    size_t peak_bytes;     /* the most that used_bytes ever was */
    size_t requested;      /* what the owners asked for; debug presets only, else 0 */
    size_t used_blocks;
    size_t free_bytes;     /* in holes, headers included */
    size_t largest_free;   /* the largest request that some hole could hold */
    size_t free_blocks;    /* holes */
    size_t failed;         /* requests refused */
    size_t largest_failed; /* the largest of them */
};

/* Fill *stats. O(blocks); only reads. */
void mem_heap_stats(const struct mem_heap *heap, struct mem_heap_stats *stats);

/* used_bytes alone, O(1). */
size_t mem_heap_used_bytes(const struct mem_heap *heap);

/* A block as the walk sees it. */
struct mem_heap_block {
    const void *start;  /* its payload */
    size_t granted;     /* bytes in the payload */
    size_t requested;   /* what the owner asked for; debug presets only, else 0 */
    const void *caller; /* who allocated it; debug presets only, else NULL */
    bool used;
    bool has_before, before_used;
    size_t before; /* bytes in the payload of the block before */
    bool has_after, after_used;
    size_t after;
};

/*
 * Call `visit` for every block in address order until it returns false. O(blocks);
 * only reads; ends also on a damaged heap. Returns whether it reached the end.
 */
bool mem_heap_walk(const struct mem_heap *heap,
                   bool (*visit)(void *context, const struct mem_heap_block *block), void *context);

/*
 * Tell about the block that `address` lies in. O(blocks); only reads, and
 * nothing outside the heap whatever the address. False iff in no sound block.
 */
bool mem_heap_inspect(const struct mem_heap *heap, const void *address,
                      struct mem_heap_block *block);

/*
 * Check every invariant: headers, footers, neighbours, free lists, bitmap,
 * counts. O(blocks); only reads; always ends. MEM_OK or MEM_CORRUPT, then
 * *where (unless NULL) is the address that is wrong.
 */
int mem_heap_check(const struct mem_heap *heap, const void **where);

/*
 * The same, but returns the number of the first broken invariant, as listed at the top of
 * src/mem_heap.c; 0 if none is broken.
 */
unsigned mem_heap_broken_invariant(const struct mem_heap *heap, const void **where);

enum mem_heap_reason {
    MEM_HEAP_FITS,       /* it would be met now */
    MEM_HEAP_EXHAUSTED,  /* fewer free bytes than asked for */
    MEM_HEAP_FRAGMENTED, /* enough free bytes, but no hole is large enough */
    MEM_HEAP_PADDING,    /* a hole holds the bytes, but not with header, rounding and alignment */
    MEM_HEAP_SIZE_CLASS, /* a hole would do, but lies behind others of its class */
    MEM_HEAP_NOT_A_REQUEST, /* larger than the heap, or an alignment that is none */
};

struct mem_heap_why {
    enum mem_heap_reason reason;
    size_t asked;        /* bytes */
    size_t needed;       /* with header, rounding and room to align */
    size_t free_bytes;   /* in all holes */
    size_t largest_free; /* the largest hole, header included */
    size_t free_blocks;
};

/* Why a request for `bytes` at `align` fails now, in figures. O(blocks); only reads. */
void mem_heap_explain(const struct mem_heap *heap, size_t bytes, size_t align,
                      struct mem_heap_why *why);

/* The reason in words. */
const char *mem_heap_reason_str(enum mem_heap_reason reason);

#endif
