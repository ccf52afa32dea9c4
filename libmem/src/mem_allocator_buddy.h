/* SPDX-License-Identifier: MIT */
/*
 * mem_buddy as a struct mem_allocator. Its steps are bounded by the number of
 * orders, so it counts as an allocator of constant time.
 */
#ifndef MEM_ALLOCATOR_BUDDY_H
#define MEM_ALLOCATOR_BUDDY_H

#include <mem_buddy.h>
#include "mem_allocator_calls.h"

MEM_ALLOCATOR_CALLS(buddy)

static inline bool mem_allocator_buddy_inspect(const struct mem_instance *self, const void *address,
                                               struct mem_allocator_block *block)
{
    struct mem_buddy_block found;

    if (!mem_buddy_inspect((const struct mem_buddy *)self, address, &found))
        return false;
    *block = (struct mem_allocator_block){
        .start = found.start,
        .granted = found.provided,
        .used = found.used,
        .has_before = found.has_before,
        .before_used = found.before_used,
        .before = found.before,
        .has_after = found.has_after,
        .after_used = found.after_used,
        .after = found.after,
    };
    return true;
}

static inline size_t mem_allocator_buddy_usable_size(const struct mem_instance *self,
                                                     const void *block)
{
    struct mem_buddy_block found;

    return mem_buddy_inspect((const struct mem_buddy *)self, block, &found) ? found.provided : 0;
}

static inline size_t mem_allocator_buddy_used_bytes(const struct mem_instance *self)
{
    return mem_buddy_used_bytes((const struct mem_buddy *)self);
}

static inline void mem_allocator_buddy_stats(const struct mem_instance *self,
                                             struct mem_allocator_stats *stats)
{
    struct mem_buddy_stats found;

    mem_buddy_stats((const struct mem_buddy *)self, &found);
    *stats = (struct mem_allocator_stats){
        .total_bytes = found.heap_bytes,
        .used_bytes = found.provided,
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
        .steps = found.steps_last,
    };
}

static inline void mem_allocator_buddy_explain(const struct mem_instance *self, size_t bytes,
                                               size_t alignment, struct mem_allocator_why *why)
{
    size_t least = mem_allocator_asked(bytes, alignment, MEM_BUDDY_ALIGN);
    size_t needed = MEM_BUDDY_ALIGN;
    struct mem_buddy_stats found;

    mem_buddy_stats((const struct mem_buddy *)self, &found);
    while (needed < least && needed <= SIZE_MAX / 2)
        needed *= 2;
    *why = (struct mem_allocator_why){
        .reason = found.total_free < bytes     ? "memory is exhausted"
                  : found.largest_free < bytes ? "external fragmentation"
                                               : "alignment",
        .needed = needed < least ? least : needed,
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
    };
}

static const struct mem_allocator mem_allocator_buddy = {
    .name = "buddy",
    .title = "buddy",
    MEM_ALLOCATOR_CALLED(buddy, buddy),
    .alignment = MEM_BUDDY_ALIGN,
    .constant_time = true,
    .usable_size = mem_allocator_buddy_usable_size,
    .inspect = mem_allocator_buddy_inspect,
    .used_bytes = mem_allocator_buddy_used_bytes,
    .stats = mem_allocator_buddy_stats,
    .explain = mem_allocator_buddy_explain,
};

#endif
