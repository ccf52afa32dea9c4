/* SPDX-License-Identifier: MIT */
/*
 * Adapter for mem_pool: one pool whose blocks are as large as the workload's
 * largest request. This shows the waste of sizing for the worst case, which
 * several pools would reduce. A realloc never moves a block, because every
 * block has the largest size.
 */
#include "bench/allocator.h"

#include "mem_pool.h"

enum { ALIGNMENT = 8 };

/* src/null.S */
void *null_pool_alloc(struct mem_pool *pool);
int null_pool_free(struct mem_pool *pool, void *block);

static struct mem_pool pool;

static void *start(struct allocator *self, void *arena, size_t bytes, const struct workload *load)
{
    (void)self;
    /* Without an arena the twin is started, which needs only the address. */
    if (arena != NULL &&
        mem_pool_init(&pool, arena, bytes, load->max_request_bytes, ALIGNMENT) != MEM_OK)
        return NULL;
    return &pool;
}

static void *pool_alloc(void *state, size_t bytes)
{
    (void)bytes;
    return mem_pool_alloc(state);
}

static int pool_free(void *state, void *block)
{
    return mem_pool_free(state, block);
}

static void *pool_resize(void *state, void *block, size_t bytes)
{
    return bytes <= mem_pool_block_size(state) ? block : NULL;
}

static void *twin_alloc(void *state, size_t bytes)
{
    (void)bytes;
    return null_pool_alloc(state);
}

static int twin_free(void *state, void *block)
{
    return null_pool_free(state, block);
}

static struct allocator twin = {.name = "pool",
                                .preset = "-",
                                .frees = true,
                                .init = start,
                                .alloc = twin_alloc,
                                .free = twin_free};

struct allocator allocator_pool = {.name = "pool",
                                   .preset = "-",
                                   .alignment = ALIGNMENT,
                                   .bounded = true,
                                   .frees = true,
                                   .twin = &twin,
                                   .init = start,
                                   .alloc = pool_alloc,
                                   .free = pool_free,
                                   .resize = pool_resize};
