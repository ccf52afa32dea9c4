/* SPDX-License-Identifier: MIT */
/*
 * HEAP=first_fit: the textbook allocator behind kmalloc(), for comparison. It
 * aligns to 16 only. For a larger alignment it takes a larger block and returns
 * an address inside it; freeing finds the block by walking the heap.
 */
#include <lib/print.h>
#include <lib/string.h>
#include <mem_first_fit.h>
#include <mm/describe.h>

#include "heap_backend.h"

const bool first_fit_frees = true;

static struct mem_first_fit heap;
static struct kmem_describer describer = {
    .name = "first fit",
    .allocator = &heap,
    .describe = kmem_describe_first_fit,
};

bool first_fit_heap_init(void *memory, size_t bytes)
{
    if (mem_first_fit_init(&heap, memory, bytes) != MEM_OK)
        return false;
    kmem_describer_add(&describer);
    return true;
}

void *first_fit_kmalloc(size_t bytes, size_t align)
{
    size_t with_room;

    if (align <= MEM_FIRST_FIT_ALIGN)
        return mem_first_fit_alloc(&heap, bytes);
    if (__builtin_add_overflow(bytes, align, &with_room))
        return NULL;
    uintptr_t block = (uintptr_t)mem_first_fit_alloc(&heap, with_room);

    return block == 0 ? NULL : (void *)((block + align - 1) & ~(align - 1));
}

/* The block that contains an address returned for a large alignment; NULL if there is none. */
static void *containing(const void *address, size_t *usable)
{
    struct mem_first_fit_block block;

    if (!mem_first_fit_inspect(&heap, address, &block) || !block.used || address < block.start)
        return NULL;
    *usable = block.provided - (size_t)((const char *)address - (const char *)block.start);
    return (char *)(uintptr_t)block.start;
}

void *first_fit_krealloc(void *block, size_t bytes)
{
    size_t usable;
    void *start = containing(block, &usable);

    if (start == block || start == NULL)
        return mem_first_fit_realloc(&heap, block, bytes);
    if (bytes <= usable)
        return block;
    void *moved = mem_first_fit_alloc(&heap, bytes);

    if (moved != NULL) {
        memcpy(moved, block, usable);
        (void)mem_first_fit_free(&heap, start); /* it is a live block: containing() found it */
    }
    return moved;
}

int first_fit_kfree(void *block)
{
    size_t usable;
    int err = mem_first_fit_free(&heap, block);

    if (err == MEM_OK || (uintptr_t)block % (2 * MEM_FIRST_FIT_ALIGN) != 0)
        return err;
    /* Stale bytes before an aligned address may look like a header, so use the walk. */
    void *start = containing(block, &usable);

    return start == NULL || start == block ? err : mem_first_fit_free(&heap, start);
}

size_t first_fit_ksize(const void *block)
{
    size_t usable = 0;

    (void)containing(block, &usable); /* leaves 0 if there is none */
    return usable;
}

size_t first_fit_used_bytes(void)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(&heap, &stats);
    return stats.provided;
}

size_t first_fit_total_bytes(void)
{
    return heap.bytes;
}

void first_fit_why(size_t bytes, size_t align)
{
    struct mem_frag frag;
    size_t needed =
        align <= MEM_FIRST_FIT_ALIGN || bytes > SIZE_MAX - align ? bytes : bytes + align;

    mem_first_fit_frag(&heap, &frag);
    printk("%s; needed %zu, free %zu, largest %zu\n",
           frag.free_total < bytes     ? "memory is exhausted"
           : frag.free_largest < bytes ? "external fragmentation"
                                       : "alignment",
           needed, frag.free_total, frag.free_largest);
}
