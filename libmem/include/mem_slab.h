/* SPDX-License-Identifier: MIT */
/*
 * A slab allocator: objects of one size lie together in slabs, and a request gets
 * an object of the next size class (Jeff Bonwick, The Slab Allocator: An
 * Object-Caching Kernel Memory Allocator, USENIX 1994; without constructors and
 * coloring).
 *
 *     | page table | page | page | page | ...
 *
 * The memory is cut into pages of 512 bytes. A page is a slab of 2 to 32 objects
 * of 256 to 16 bytes (a class is the largest size of which so many fit into a
 * page), or part of a run of pages for one larger request, or free. A slab is
 * made when no other of its class has a free object, and its page is freed with
 * its last object. The table has 16 bytes for each page: its kind, and a bit for
 * each object. So objects have no headers, and their contents cannot imitate one.
 * Pages are counted in 32 bits, so all figures are the same on 32- and 64-bit
 * machines.
 *
 * Objects are found in constant time, except when a slab must be made: free pages
 * are searched first fit. Weaknesses: a slab with one object left keeps its page,
 * a class cannot use the free objects of another, and a request above 256 bytes
 * takes whole pages. Requested sizes are not kept. Detected: foreign, misaligned,
 * interior and double frees.
 *
 * No function blocks. All may be called from an interrupt, as long as no other
 * call on the same heap can be interrupted by it: mask interrupts or hold a lock.
 */
#ifndef MEM_SLAB_H
#define MEM_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mem_error.h>

#define MEM_SLAB_ALIGN      16
#define MEM_SLAB_PAGE_BYTES 512
#define MEM_SLAB_CLASSES    9
#define MEM_SLAB_LARGEST    256 /* object; larger requests take pages */

/* The caller keeps it; its members are private. All zero: a heap without memory. */
struct mem_slab {
    struct mem_slab_page *table;
    unsigned char *base; /* the first page */
    uint32_t pages;
    uint32_t touched; /* pages behind were never used: the table does not know them */
    uint32_t steps_last;
    uint32_t steps_max;
    size_t steps_total;
    size_t used_bytes;
    size_t allocs;
    size_t failed;
    size_t rejected;
    uint32_t partial[MEM_SLAB_CLASSES]; /* slabs that have free objects */
};

struct mem_slab_stats {
    size_t heap_bytes;  /* in pages: heap = provided + total_free + lost */
    size_t table_bytes; /* besides them */
    size_t slabs;
    size_t used_blocks; /* objects and runs of pages */
    size_t provided;    /* bytes in them */
    size_t free_blocks; /* free objects in slabs, and runs of free pages */
    size_t total_free;  /* bytes in them */
    /* Larger requests fail. Smaller ones may, too: an object is free for its class only. */
    size_t largest_free;
    size_t lost;        /* bytes at the ends of slabs, too few for an object */
    size_t allocs;      /* requests met */
    size_t failed;      /* requests refused */
    size_t rejected;    /* frees refused */
    size_t steps_last;  /* slabs and runs that the last search looked at, also when it failed */
    size_t steps_avg;   /* ... all searches on average, rounded down */
    size_t steps_max;   /* ... the longest one */
    size_t steps_total; /* ... all together */
};

/* The block around an address in a heap. */
struct mem_slab_block {
    const void *start; /* of the object or run of pages that the address lies in */
    size_t provided;   /* bytes in it */
    bool used;
    bool in_slab;
};

/*
 * Manage `bytes` bytes at `memory`, of any alignment; what does not fit the
 * alignment at both ends, what is left beside whole pages and their table, and
 * what exceeds 4 GiB, stays unused. O(1). MEM_INVALID: memory NULL or past the
 * top of the address space. MEM_NO_ROOM: fewer than 528 usable bytes. *heap is
 * then a heap without memory.
 */
MEM_MUST_CHECK int mem_slab_init(struct mem_slab *heap, void *memory, size_t bytes);

/*
 * Take at least `bytes` bytes, aligned to 16. O(1) where a slab of the class has
 * a free object, else O(pages). 0 bytes count as 1. NULL iff neither such a slab
 * nor free pages for the request are there, or the table is overwritten where it
 * is needed; nothing has changed then but the statistics.
 */
void *mem_slab_alloc(struct mem_slab *heap, size_t bytes);

/*
 * Give an object or a run of pages back. O(1), or O(pages of the run). NULL is
 * allowed and does nothing. MEM_FOREIGN: not in the heap, never used, or behind
 * the last object of a slab. MEM_MISALIGNED: inside a used object or run.
 * MEM_DOUBLE_FREE: in a free one. MEM_CORRUPT: the table is overwritten.
 * Nothing has changed then but stats.rejected.
 */
int mem_slab_free(struct mem_slab *heap, void *block);

/*
 * Change a block's size. An object stays where it is as long as it is large
 * enough; a run of pages gives the last ones back, or takes free ones behind it;
 * else the block moves. O(pages + bytes). block NULL: alloc. NULL iff no room, or
 * the block is none that free would accept; the old block is then as it was. 0
 * bytes count as 1.
 */
void *mem_slab_realloc(struct mem_slab *heap, void *block, size_t bytes);

/* Whether `address` lies in the pages. O(1). */
bool mem_slab_owns(const struct mem_slab *heap, const void *address);

/* Bytes in used objects and runs of pages. O(1). */
size_t mem_slab_used_bytes(const struct mem_slab *heap);

/* Fill *stats. O(pages), reads only. On an overwritten table the walk ends at the first bad entry.
 */
void mem_slab_stats(const struct mem_slab *heap, struct mem_slab_stats *stats);

/*
 * Tell about the object or run around `address`. O(pages), reads only. False iff
 * in none, or the table is overwritten before it.
 */
bool mem_slab_inspect(const struct mem_slab *heap, const void *address,
                      struct mem_slab_block *block);

/*
 * Check the whole table. O(pages), reads only, always ends: also for a fault
 * handler. MEM_OK, or MEM_CORRUPT and, where `where` is not NULL, in *where the
 * entry of the table or the member of *heap that is wrong.
 */
MEM_MUST_CHECK int mem_slab_check(const struct mem_slab *heap, const void **where);

#endif
