/* SPDX-License-Identifier: MIT */
/*
 * Descriptions of pointers for printk("%pA"): the allocator, size and state of
 * the block. Allocators register a describer.
 */
#ifndef MM_DESCRIBE_H
#define MM_DESCRIBE_H

#include <adt/list.h>
#include <lib/format.h>
#include <mem_allocator.h>
#include <types.h>

/*
 * One allocator. It must stay valid while it is registered; the caller sets the
 * first three members.
 */
struct kmem_describer {
    const char *name;      /* "thread pool" */
    const void *allocator; /* for `describe` */
    /*
     * Write a description of the block that contains `ptr`. Returns false, with
     * nothing written, iff no block does. Must not read at `ptr` before
     * checking that the address belongs to its allocator.
     */
    bool (*describe)(const struct kmem_describer *self, const void *ptr, struct format_sink *sink);
    link_t link;
};

/* A function for `describe`, if `allocator` is a struct mem_pool. */
bool kmem_describe_pool(const struct kmem_describer *self, const void *ptr,
                        struct format_sink *sink);

/* Register or unregister an allocator. O(1); masks interrupts. */
void kmem_describer_add(struct kmem_describer *describer);
void kmem_describer_remove(struct kmem_describer *describer);

/*
 * Write to `sink` a description of the block that contains `ptr`, such as
 * "first fit block: asked 24, granted 32, used; before: free 64; after: used
 * 16"; the caller prints the brackets. Returns false, with nothing written, iff
 * no allocator recognises the pointer. Reads only; any pointer value is
 * allowed, also in a fault handler. Call with interrupts masked, as printk()
 * does; otherwise an allocator may change meanwhile.
 */
bool kmem_describe(const void *ptr, struct format_sink *sink);

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
