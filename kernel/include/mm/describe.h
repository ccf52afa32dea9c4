/* SPDX-License-Identifier: MIT */
/*
 * What printk("%pA") knows about a pointer: whose block it is, its size and
 * state. Allocators that want to be known register a describer.
 */
#ifndef MM_DESCRIBE_H
#define MM_DESCRIBE_H

#include <adt/list.h>
#include <lib/format.h>
#include <types.h>

/*
 * One allocator. The caller keeps it for as long as it is registered; set the
 * first three members.
 */
struct kmem_describer {
    const char *name;      /* "thread pool" */
    const void *allocator; /* passed on */
    /*
     * Write what is known about the block that `ptr` lies in; false, with
     * nothing written, iff it lies in none. Must not read at `ptr` before it
     * knows that the address is its allocator's.
     */
    bool (*describe)(const struct kmem_describer *self, const void *ptr, struct format_sink *sink);
    link_t link;
};

/* Ready-made functions for `describe`; `allocator` is a struct mem_pool or struct mem_first_fit. */
bool kmem_describe_pool(const struct kmem_describer *self, const void *ptr,
                        struct format_sink *sink);
bool kmem_describe_first_fit(const struct kmem_describer *self, const void *ptr,
                             struct format_sink *sink);

/* Make an allocator known, or forget it. O(1); interrupts are masked for it. */
void kmem_describer_add(struct kmem_describer *describer);
void kmem_describer_remove(struct kmem_describer *describer);

/*
 * Write to `sink` what is known about the block that `ptr` lies in, such as
 * "first fit block: asked 24, granted 32, used; before: free 64; after: used 16";
 * the caller supplies the brackets. Returns false, with nothing written, iff no
 * allocator knows the pointer. Reads only; any pointer value is allowed, also
 * in a fault handler. Interrupts are masked.
 */
bool kmem_describe(const void *ptr, struct format_sink *sink);

#endif
