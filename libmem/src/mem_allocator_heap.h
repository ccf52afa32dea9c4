/* SPDX-License-Identifier: MIT */
/*
 * mem_heap, in the preset of this build, as a struct mem_allocator.
 */
#ifndef MEM_ALLOCATOR_HEAP_H
#define MEM_ALLOCATOR_HEAP_H

#include <mem_allocator.h>
#include <mem_heap.h>

static inline struct mem_instance *mem_allocator_heap_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    (void)state;
    return (struct mem_instance *)mem_heap_init(arena, bytes,
                                                options == NULL ? NULL : options->heap);
}

static inline void *mem_allocator_heap_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_heap_alloc((struct mem_heap *)self, bytes);
}

static inline void *mem_allocator_heap_aligned(struct mem_instance *self, size_t alignment,
                                               size_t bytes)
{
    return mem_heap_aligned_alloc((struct mem_heap *)self, alignment, bytes);
}

static inline int mem_allocator_heap_free(struct mem_instance *self, void *block)
{
    return mem_heap_free((struct mem_heap *)self, block);
}

static inline void *mem_allocator_heap_resize(struct mem_instance *self, void *block, size_t bytes)
{
    return mem_heap_realloc((struct mem_heap *)self, block, bytes);
}

static inline size_t mem_allocator_heap_usable_size(const struct mem_instance *self,
                                                    const void *block)
{
    return mem_heap_usable_size((const struct mem_heap *)self, block);
}

static inline bool mem_allocator_heap_inspect(const struct mem_instance *self, const void *address,
                                              struct mem_allocator_block *block)
{
    struct mem_heap_block found;

    if (!mem_heap_inspect((const struct mem_heap *)self, address, &found))
        return false;
    *block = (struct mem_allocator_block){
        .start = found.start,
        .granted = found.granted,
        .requested = found.requested,
        .caller = found.caller,
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

static inline size_t mem_allocator_heap_used_bytes(const struct mem_instance *self)
{
    return mem_heap_used_bytes((const struct mem_heap *)self);
}

static inline void mem_allocator_heap_stats(const struct mem_instance *self,
                                            struct mem_allocator_stats *stats)
{
    struct mem_heap_stats found;

    mem_heap_stats((const struct mem_heap *)self, &found);
    *stats = (struct mem_allocator_stats){
        .total_bytes = found.heap_bytes,
        .used_bytes = found.used_bytes,
        .free_bytes = found.free_bytes,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
        .steps = MEM_HEAP_PRESET >= MEM_HEAP_PARANOID ? found.used_blocks + found.free_blocks : 1,
    };
}

static inline void mem_allocator_heap_explain(const struct mem_instance *self, size_t bytes,
                                              size_t alignment, struct mem_allocator_why *why)
{
    struct mem_heap_why found;

    mem_heap_explain((const struct mem_heap *)self, bytes, alignment, &found);
    *why = (struct mem_allocator_why){
        .reason = mem_heap_reason_str(found.reason),
        .needed = found.needed,
        .free_bytes = found.free_bytes,
        .largest_free = found.largest_free,
        .free_blocks = found.free_blocks,
    };
}

static inline int mem_allocator_heap_check(const struct mem_instance *self, const void **where)
{
    return mem_heap_check((const struct mem_heap *)self, where);
}

static inline void mem_allocator_heap_set_caller(struct mem_instance *self, void *block,
                                                 const void *caller)
{
    (void)self;
    mem_heap_set_caller(block, caller);
}

static const struct mem_allocator mem_allocator_heap = {
    .name = "heap",
    .title = "heap",
    .preset = MEM_HEAP_PRESET == MEM_HEAP_TINY      ? "tiny"
              : MEM_HEAP_PRESET == MEM_HEAP_DEFAULT ? "default"
              : MEM_HEAP_PRESET == MEM_HEAP_DEBUG   ? "debug"
                                                    : "paranoid",
    .alignment = MEM_HEAP_ALIGN,
    .frees = true,
    .any_size = true,
    .constant_time = MEM_HEAP_PRESET <= MEM_HEAP_DEFAULT,
    .knows_requests = MEM_HEAP_PRESET >= MEM_HEAP_DEBUG,
    .init = mem_allocator_heap_init,
    .alloc = mem_allocator_heap_alloc,
    .aligned = mem_allocator_heap_aligned,
    .free = mem_allocator_heap_free,
    .resize = mem_allocator_heap_resize,
    .usable_size = mem_allocator_heap_usable_size,
    .inspect = mem_allocator_heap_inspect,
    .used_bytes = mem_allocator_heap_used_bytes,
    .stats = mem_allocator_heap_stats,
    .explain = mem_allocator_heap_explain,
    .check = mem_allocator_heap_check,
    .set_caller = MEM_HEAP_PRESET >= MEM_HEAP_DEBUG ? mem_allocator_heap_set_caller : NULL,
};

#endif
