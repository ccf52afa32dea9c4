/* SPDX-License-Identifier: MIT */
/*
 * mem_bump as a struct mem_allocator. It keeps no sizes, so it can neither resize
 * nor inspect a block.
 */
#ifndef MEM_ALLOCATOR_BUMP_H
#define MEM_ALLOCATOR_BUMP_H

#include <mem_allocator.h>
#include <mem_bump.h>

struct mem_bump_instance {
    struct mem_bump bump;
    size_t alignment;
};

static inline struct mem_instance *mem_allocator_bump_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    size_t wanted = options == NULL ? 0 : options->alignment;
    struct mem_bump_instance *self = state;

    if (arena == NULL || bytes == 0 || (wanted & (wanted - 1)) != 0)
        return NULL;
    mem_bump_init(&self->bump, arena, bytes);
    self->alignment = wanted == 0 ? 8 : wanted;
    return (struct mem_instance *)self;
}

static inline void *mem_allocator_bump_alloc(struct mem_instance *self, size_t bytes)
{
    struct mem_bump_instance *bump = (struct mem_bump_instance *)self;

    return mem_bump_alloc(&bump->bump, bytes, bump->alignment);
}

static inline void *mem_allocator_bump_aligned(struct mem_instance *self, size_t alignment,
                                               size_t bytes)
{
    return mem_bump_alloc(&((struct mem_bump_instance *)self)->bump, bytes, alignment);
}

static inline const struct mem_bump *mem_allocator_bump_of(const struct mem_instance *self)
{
    return &((const struct mem_bump_instance *)self)->bump;
}

static inline int mem_allocator_bump_free(struct mem_instance *self, void *block)
{
    return block == NULL || mem_bump_owns(mem_allocator_bump_of(self), block) ? MEM_OK
                                                                              : MEM_FOREIGN;
}

static inline bool mem_allocator_bump_undo(struct mem_instance *self)
{
    return mem_bump_undo(&((struct mem_bump_instance *)self)->bump);
}

static inline size_t mem_allocator_bump_used_bytes(const struct mem_instance *self)
{
    return mem_bump_used(mem_allocator_bump_of(self));
}

static inline void mem_allocator_bump_stats(const struct mem_instance *self,
                                            struct mem_allocator_stats *stats)
{
    const struct mem_bump *bump = mem_allocator_bump_of(self);
    size_t left = mem_bump_remaining(bump);

    *stats = (struct mem_allocator_stats){
        .total_bytes = mem_bump_capacity(bump),
        .used_bytes = mem_bump_used(bump),
        .free_bytes = left,
        .largest_free = left,
        .free_blocks = left > 0,
        .steps = 1,
    };
}

static inline void mem_allocator_bump_explain(const struct mem_instance *self, size_t bytes,
                                              size_t alignment, struct mem_allocator_why *why)
{
    size_t left = mem_bump_remaining(mem_allocator_bump_of(self));

    (void)alignment;
    *why = (struct mem_allocator_why){
        .reason = "memory is exhausted, as nothing comes back",
        .needed = bytes,
        .free_bytes = left,
        .largest_free = left,
        .free_blocks = left > 0,
    };
}

static const struct mem_allocator mem_allocator_bump = {
    .name = "bump",
    .title = "bump",
    .preset = "-",
    .state_bytes = sizeof(struct mem_bump_instance),
    .alignment = 8,
    .any_size = true,
    .constant_time = true,
    .init = mem_allocator_bump_init,
    .alloc = mem_allocator_bump_alloc,
    .aligned = mem_allocator_bump_aligned,
    .free = mem_allocator_bump_free,
    .undo = mem_allocator_bump_undo,
    .used_bytes = mem_allocator_bump_used_bytes,
    .stats = mem_allocator_bump_stats,
    .explain = mem_allocator_bump_explain,
};

#endif
