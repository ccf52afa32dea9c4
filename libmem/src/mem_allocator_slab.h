/* SPDX-License-Identifier: MIT */
/*
 * mem_slab as a struct mem_allocator.
 */
#ifndef MEM_ALLOCATOR_SLAB_H
#define MEM_ALLOCATOR_SLAB_H

#include <mem_allocator.h>
#include <mem_slab.h>

static inline struct mem_instance *mem_allocator_slab_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    (void)options;
    return mem_slab_init(state, arena, bytes) == MEM_OK ? (struct mem_instance *)state : NULL;
}

static inline void *mem_allocator_slab_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_slab_alloc((struct mem_slab *)self, bytes);
}

static inline int mem_allocator_slab_free(struct mem_instance *self, void *block)
{
    return mem_slab_free((struct mem_slab *)self, block);
}

static inline void *mem_allocator_slab_resize(struct mem_instance *self, void *block, size_t bytes)
{
    return mem_slab_realloc((struct mem_slab *)self, block, bytes);
}

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
    bool is_aligned = alignment <= MEM_SLAB_ALIGN || bytes > SIZE_MAX - alignment;
    struct mem_slab_stats found;

    mem_slab_stats((const struct mem_slab *)self, &found);
    *why = (struct mem_allocator_why){
        .reason = found.total_free < bytes     ? "memory is exhausted"
                  : found.largest_free < bytes ? "no run of free pages is large enough"
                  : bytes <= MEM_SLAB_LARGEST
                      ? "all objects of this class are in use, and no page is free"
                      : "alignment",
        .needed = is_aligned ? bytes : bytes + alignment,
        .free_bytes = found.total_free,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
    };
}

static inline int mem_allocator_slab_check(const struct mem_instance *self, const void **where)
{
    return mem_slab_check((const struct mem_slab *)self, where);
}

static const struct mem_allocator mem_allocator_slab = {
    .name = "slab",
    .title = "slab",
    .preset = "-",
    .state_bytes = sizeof(struct mem_slab),
    .alignment = MEM_SLAB_ALIGN,
    .frees = true,
    .any_size = true,
    .init = mem_allocator_slab_init,
    .alloc = mem_allocator_slab_alloc,
    .free = mem_allocator_slab_free,
    .resize = mem_allocator_slab_resize,
    .usable_size = mem_allocator_slab_usable_size,
    .inspect = mem_allocator_slab_inspect,
    .used_bytes = mem_allocator_slab_used_bytes,
    .stats = mem_allocator_slab_stats,
    .explain = mem_allocator_slab_explain,
    .check = mem_allocator_slab_check,
};

#endif
