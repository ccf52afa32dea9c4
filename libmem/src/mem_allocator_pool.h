/* SPDX-License-Identifier: MIT */
/*
 * mem_pool as a struct mem_allocator: one pool, whose blocks have the size of the
 * largest request in the options. It shows the waste of one pool for all sizes;
 * a program would use several pools. Every block has the largest size, so resize
 * never moves one.
 */
#ifndef MEM_ALLOCATOR_POOL_H
#define MEM_ALLOCATOR_POOL_H

#include <mem_allocator.h>
#include <mem_pool.h>

struct mem_pool_instance {
    struct mem_pool pool;
    size_t block_size; /* the pool's, so that alloc need not ask for it */
};

static inline struct mem_instance *mem_allocator_pool_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    struct mem_pool_instance *self = state;

    if (options == NULL ||
        mem_pool_init(&self->pool, arena, bytes, options->largest_request,
                      options->alignment == 0 ? 8 : options->alignment) != MEM_OK)
        return NULL;
    self->block_size = mem_pool_block_size(&self->pool);
    return (struct mem_instance *)self;
}

static inline void *mem_allocator_pool_alloc(struct mem_instance *self, size_t bytes)
{
    struct mem_pool_instance *pool = (struct mem_pool_instance *)self;

    return bytes <= pool->block_size ? mem_pool_alloc(&pool->pool) : NULL;
}

static inline int mem_allocator_pool_free(struct mem_instance *self, void *block)
{
    return block == NULL ? MEM_OK : mem_pool_free(&((struct mem_pool_instance *)self)->pool, block);
}

static inline const struct mem_pool *mem_allocator_pool_of(const struct mem_instance *self)
{
    return &((const struct mem_pool_instance *)self)->pool;
}

static inline bool mem_allocator_pool_inspect(const struct mem_instance *self, const void *address,
                                              struct mem_allocator_block *block)
{
    const struct mem_pool *pool = mem_allocator_pool_of(self);
    struct mem_pool_block found;

    if (!mem_pool_inspect(pool, address, &found))
        return false;
    *block = (struct mem_allocator_block){
        .start = found.start,
        .granted = mem_pool_block_size(pool),
        .used = found.used,
    };
    return true;
}

static inline void *mem_allocator_pool_resize(struct mem_instance *self, void *block, size_t bytes)
{
    struct mem_allocator_block found;

    if (block == NULL)
        return mem_allocator_pool_alloc(self, bytes);
    if (!mem_allocator_pool_inspect(self, block, &found) || !found.used || found.start != block)
        return NULL;
    return bytes <= found.granted ? block : NULL;
}

static inline size_t mem_allocator_pool_usable_size(const struct mem_instance *self,
                                                    const void *block)
{
    (void)block;
    return mem_pool_block_size(mem_allocator_pool_of(self));
}

static inline void mem_allocator_pool_stats(const struct mem_instance *self,
                                            struct mem_allocator_stats *stats)
{
    const struct mem_pool *pool = mem_allocator_pool_of(self);
    struct mem_pool_stats pools;

    mem_pool_stats(pool, &pools);
    *stats = (struct mem_allocator_stats){
        .total_bytes = pools.capacity * pools.block_size,
        .used_bytes = pools.used * pools.block_size,
        .free_bytes = pools.available * pools.block_size,
        .largest_free = pools.available > 0 ? pools.block_size : 0,
        .free_blocks = pools.available,
        .steps = 1,
    };
}

static inline size_t mem_allocator_pool_used_bytes(const struct mem_instance *self)
{
    struct mem_allocator_stats stats;

    mem_allocator_pool_stats(self, &stats);
    return stats.used_bytes;
}

static inline void mem_allocator_pool_explain(const struct mem_instance *self, size_t bytes,
                                              size_t alignment, struct mem_allocator_why *why)
{
    struct mem_allocator_stats stats;

    (void)alignment;
    mem_allocator_pool_stats(self, &stats);
    *why = (struct mem_allocator_why){
        .reason = bytes > mem_allocator_pool_usable_size(self, NULL) ? "larger than a block"
                  : stats.free_blocks == 0                           ? "all blocks are in use"
                                                                     : "alignment",
        .needed = bytes,
        .free_bytes = stats.free_bytes,
        .largest_free = stats.largest_free,
        .free_blocks = stats.free_blocks,
    };
}

static inline int mem_allocator_pool_check(const struct mem_instance *self, const void **where)
{
    return mem_pool_check(mem_allocator_pool_of(self), where);
}

static const struct mem_allocator mem_allocator_pool = {
    .name = "pool",
    .title = "pool",
    .preset = "-",
    .state_bytes = sizeof(struct mem_pool_instance),
    .alignment = 8,
    .frees = true,
    .constant_time = true,
    .init = mem_allocator_pool_init,
    .alloc = mem_allocator_pool_alloc,
    .free = mem_allocator_pool_free,
    .resize = mem_allocator_pool_resize,
    .usable_size = mem_allocator_pool_usable_size,
    .inspect = mem_allocator_pool_inspect,
    .used_bytes = mem_allocator_pool_used_bytes,
    .stats = mem_allocator_pool_stats,
    .explain = mem_allocator_pool_explain,
    .check = mem_allocator_pool_check,
};

#endif
