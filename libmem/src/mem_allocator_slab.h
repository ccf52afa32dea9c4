/* SPDX-License-Identifier: MIT */
/*
 * mem_slab as a struct mem_allocator.
 */
#ifndef MEM_ALLOCATOR_SLAB_H
#define MEM_ALLOCATOR_SLAB_H

#include <mem_slab.h>
#include "mem_allocator_calls.h"

MEM_ALLOCATOR_CALLS(slab)

static inline bool mem_allocator_slab_inspect(const struct mem_instance *self, const void *address,
                                              struct mem_allocator_block *block)
{
    struct mem_slab_block found;

    if (!mem_slab_inspect((const struct mem_slab *)self, address, &found))
        return false;
    *block = (struct mem_allocator_block){
        .start = found.start,
        .granted = found.provided,
        .used = found.used,
    };
    return true;
}

static inline size_t mem_allocator_slab_usable_size(const struct mem_instance *self,
                                                    const void *block)
{
    struct mem_slab_block found;

    return mem_slab_inspect((const struct mem_slab *)self, block, &found) ? found.provided : 0;
}

static inline size_t mem_allocator_slab_used_bytes(const struct mem_instance *self)
{
    return mem_slab_used_bytes((const struct mem_slab *)self);
}

static inline void mem_allocator_slab_stats(const struct mem_instance *self,
                                            struct mem_allocator_stats *stats)
{
    struct mem_slab_stats found;

    mem_slab_stats((const struct mem_slab *)self, &found);
    *stats = (struct mem_allocator_stats){
        .total_bytes = found.heap_bytes,
        .used_bytes = found.provided,
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
        .steps = found.steps_last,
    };
}

static inline void mem_allocator_slab_explain(const struct mem_instance *self, size_t bytes,
                                              size_t alignment, struct mem_allocator_why *why)
{
    struct mem_slab_stats found;

    mem_slab_stats((const struct mem_slab *)self, &found);
    *why = (struct mem_allocator_why){
        .reason = found.total_free < bytes     ? "memory is exhausted"
                  : found.largest_free < bytes ? "no run of free pages is large enough"
                  : bytes <= MEM_SLAB_LARGEST
                      ? "all objects of this class are in use, and no page is free"
                      : "alignment",
        .needed = mem_allocator_asked(bytes, alignment, MEM_SLAB_ALIGN),
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
    };
}

static const struct mem_allocator mem_allocator_slab = {
    .name = "slab",
    .title = "slab",
    MEM_ALLOCATOR_CALLED(slab, slab),
    .alignment = MEM_SLAB_ALIGN,
    .usable_size = mem_allocator_slab_usable_size,
    .inspect = mem_allocator_slab_inspect,
    .used_bytes = mem_allocator_slab_used_bytes,
    .stats = mem_allocator_slab_stats,
    .explain = mem_allocator_slab_explain,
};

#endif
