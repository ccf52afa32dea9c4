/* SPDX-License-Identifier: MIT */
/*
 * mem_first_fit as a struct mem_allocator.
 */
#ifndef MEM_ALLOCATOR_FIRST_FIT_H
#define MEM_ALLOCATOR_FIRST_FIT_H

#include <mem_allocator.h>
#include <mem_first_fit.h>

static inline struct mem_instance *mem_allocator_first_fit_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    (void)options;
    return mem_first_fit_init(state, arena, bytes) == MEM_OK ? (struct mem_instance *)state : NULL;
}

static inline void *mem_allocator_first_fit_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_first_fit_alloc((struct mem_first_fit *)self, bytes);
}

static inline int mem_allocator_first_fit_free(struct mem_instance *self, void *block)
{
    return mem_first_fit_free((struct mem_first_fit *)self, block);
}

static inline void *mem_allocator_first_fit_resize(struct mem_instance *self, void *block,
                                                   size_t bytes)
{
    return mem_first_fit_realloc((struct mem_first_fit *)self, block, bytes);
}

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
    bool is_aligned = alignment <= MEM_FIRST_FIT_ALIGN || bytes > SIZE_MAX - alignment;
    struct mem_frag frag;

    mem_first_fit_frag((const struct mem_first_fit *)self, &frag);
    *why = (struct mem_allocator_why){
        .reason = frag.free_total < bytes     ? "memory is exhausted"
                  : frag.free_largest < bytes ? "external fragmentation"
                                              : "alignment",
        .needed = is_aligned ? bytes : bytes + alignment,
        .free_bytes = frag.free_total,
        .largest_free = frag.free_largest,
    };
}

static inline int mem_allocator_first_fit_check(const struct mem_instance *self, const void **where)
{
    return mem_first_fit_check((const struct mem_first_fit *)self, where);
}

static const struct mem_allocator mem_allocator_first_fit = {
    .name = "first_fit",
    .title = "first fit",
    .preset = "-",
    .state_bytes = sizeof(struct mem_first_fit),
    .alignment = MEM_FIRST_FIT_ALIGN,
    .frees = true,
    .any_size = true,
    .knows_requests = true,
    .init = mem_allocator_first_fit_init,
    .alloc = mem_allocator_first_fit_alloc,
    .free = mem_allocator_first_fit_free,
    .resize = mem_allocator_first_fit_resize,
    .usable_size = mem_allocator_first_fit_usable_size,
    .inspect = mem_allocator_first_fit_inspect,
    .used_bytes = mem_allocator_first_fit_used_bytes,
    .stats = mem_allocator_first_fit_stats,
    .explain = mem_allocator_first_fit_explain,
    .check = mem_allocator_first_fit_check,
};

#endif
