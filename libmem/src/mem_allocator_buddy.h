/* SPDX-License-Identifier: MIT */
/*
 * mem_buddy as a struct mem_allocator. Its steps are bounded by the number of
 * orders, so it counts as an allocator of constant time.
 */
#ifndef MEM_ALLOCATOR_BUDDY_H
#define MEM_ALLOCATOR_BUDDY_H

#include <mem_allocator.h>
#include <mem_buddy.h>

static inline struct mem_instance *mem_allocator_buddy_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    (void)options;
    return mem_buddy_init(state, arena, bytes) == MEM_OK ? (struct mem_instance *)state : NULL;
}

static inline void *mem_allocator_buddy_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_buddy_alloc((struct mem_buddy *)self, bytes);
}

static inline int mem_allocator_buddy_free(struct mem_instance *self, void *block)
{
    return mem_buddy_free((struct mem_buddy *)self, block);
}

static inline void *mem_allocator_buddy_resize(struct mem_instance *self, void *block, size_t bytes)
{
    return mem_buddy_realloc((struct mem_buddy *)self, block, bytes);
}

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
    bool is_aligned = alignment <= MEM_BUDDY_ALIGN || bytes > SIZE_MAX - alignment;
    size_t least = is_aligned ? bytes : bytes + alignment;
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

static inline int mem_allocator_buddy_check(const struct mem_instance *self, const void **where)
{
    return mem_buddy_check((const struct mem_buddy *)self, where);
}

static const struct mem_allocator mem_allocator_buddy = {
    .name = "buddy",
    .title = "buddy",
    .preset = "-",
    .state_bytes = sizeof(struct mem_buddy),
    .alignment = MEM_BUDDY_ALIGN,
    .frees = true,
    .any_size = true,
    .constant_time = true,
    .init = mem_allocator_buddy_init,
    .alloc = mem_allocator_buddy_alloc,
    .free = mem_allocator_buddy_free,
    .resize = mem_allocator_buddy_resize,
    .usable_size = mem_allocator_buddy_usable_size,
    .inspect = mem_allocator_buddy_inspect,
    .used_bytes = mem_allocator_buddy_used_bytes,
    .stats = mem_allocator_buddy_stats,
    .explain = mem_allocator_buddy_explain,
    .check = mem_allocator_buddy_check,
};

#endif
