/* SPDX-License-Identifier: MIT */
/*
 * Describers (lib/describe.h) of libmem's allocators.
 */
#ifndef MM_DESCRIBE_H
#define MM_DESCRIBE_H

#include <lib/describe.h>
#include <mem_allocator.h>

/* A function for `describe`, if `allocator` is a struct mem_pool. */
bool kmem_describe_pool(const struct kmem_describer *self, const void *ptr,
                        struct format_sink *sink);

/* For `describe`: say so if the pointer is not the start of the block. */
static inline void kmem_describe_interior(const void *ptr, const void *start,
                                          struct format_sink *sink)
{
    if (ptr != start)
        format_print(sink, "; %td bytes into it", (const char *)ptr - (const char *)start);
}

/*
 * For `describe`: write what inspect found about the block that contains `ptr`,
 * with the requested size if the allocator knows it. Inline, because then the
 * compiler does not need to store what inspect found in a second struct.
 */
static inline void kmem_describe_block(const struct kmem_describer *self, const void *ptr,
                                       const struct mem_allocator_block *block, bool knows_requests,
                                       struct format_sink *sink)
{
    format_print(sink, "%s block: ", self->name);
    if (knows_requests && block->used)
        format_print(sink, "asked %zu, ", block->requested);
    format_print(sink, "granted %zu, %s", block->granted, block->used ? "used" : "free");
    if (block->caller != NULL)
        format_print(sink, " by %p", block->caller);
    if (block->has_before)
        format_print(sink, "; before: %s %zu", block->before_used ? "used" : "free", block->before);
    if (block->has_after)
        format_print(sink, "; after: %s %zu", block->after_used ? "used" : "free", block->after);
    kmem_describe_interior(ptr, block->start, sink);
}

#endif
