/* SPDX-License-Identifier: MIT */
/*
 * mem_first_fit as a struct mem_allocator.
 */
#ifndef MEM_ALLOCATOR_FIRST_FIT_H
#define MEM_ALLOCATOR_FIRST_FIT_H

#include <mem_first_fit.h>
#include "mem_allocator_calls.h"

MEM_ALLOCATOR_CALLS(first_fit)

static inline bool mem_allocator_first_fit_inspect(const struct mem_instance *self,
                                                   const void *address,
                                                   struct mem_allocator_block *block)
{
    struct mem_first_fit_block found;

    if (!mem_first_fit_inspect((const struct mem_first_fit *)self, address, &found))
        return false;
    *block = (struct mem_allocator_block){
        .start = found.start,
        .granted = found.provided,
        .requested = found.requested,
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

static inline size_t mem_allocator_first_fit_usable_size(const struct mem_instance *self,
                                                         const void *block)
{
    struct mem_first_fit_block found;

    return mem_first_fit_inspect((const struct mem_first_fit *)self, block, &found) ? found.provided
                                                                                    : 0;
}

static inline void mem_allocator_first_fit_stats(const struct mem_instance *self,
                                                 struct mem_allocator_stats *stats)
{
    struct mem_first_fit_stats found;

    mem_first_fit_stats((const struct mem_first_fit *)self, &found);
    *stats = (struct mem_allocator_stats){
        .total_bytes = found.heap_bytes,
        .used_bytes = found.provided + found.used_blocks * MEM_FIRST_FIT_HEADER_BYTES,
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
        .steps = found.steps_last,
    };
}

static inline size_t mem_allocator_first_fit_used_bytes(const struct mem_instance *self)
{
    struct mem_allocator_stats stats;

    mem_allocator_first_fit_stats(self, &stats);
    return stats.used_bytes;
}

static inline void mem_allocator_first_fit_explain(const struct mem_instance *self, size_t bytes,
                                                   size_t alignment, struct mem_allocator_why *why)
{
    struct mem_frag frag;

    mem_first_fit_frag((const struct mem_first_fit *)self, &frag);
    *why = (struct mem_allocator_why){
        .reason = frag.free_total < bytes     ? "memory is exhausted"
                  : frag.free_largest < bytes ? "external fragmentation"
                                              : "alignment",
        .needed = mem_allocator_asked(bytes, alignment, MEM_FIRST_FIT_ALIGN),
        .free_bytes = frag.free_total,
        .largest_free = frag.free_largest,
    };
}

static const struct mem_allocator mem_allocator_first_fit = {
    .name = "first_fit",
    .title = "first fit",
    MEM_ALLOCATOR_CALLED(first_fit, first_fit),
    .alignment = MEM_FIRST_FIT_ALIGN,
    .knows_requests = true,
    .usable_size = mem_allocator_first_fit_usable_size,
    .inspect = mem_allocator_first_fit_inspect,
    .used_bytes = mem_allocator_first_fit_used_bytes,
    .stats = mem_allocator_first_fit_stats,
    .explain = mem_allocator_first_fit_explain,
};

#endif
