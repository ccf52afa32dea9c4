/* SPDX-License-Identifier: MIT */
/*
 * Descriptions of blocks of libmem's allocators.
 */
#include <mm/describe.h>

#include <mem_pool.h>

bool kmem_describe_pool(const struct kmem_describer *self, const void *ptr,
                        struct format_sink *sink)
{
    struct mem_pool_block block;

    if (!mem_pool_inspect(self->allocator, ptr, &block))
        return false;
    format_print(sink, "%s block %zu: size %zu, %s", self->name, block.index,
                 mem_pool_block_size(self->allocator), block.used ? "used" : "free");
    kmem_describe_interior(ptr, block.start, sink);
    return true;
}
