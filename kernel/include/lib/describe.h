/* SPDX-License-Identifier: MIT */
/*
 * Descriptions of pointers for printk("%pA"): the allocator, size and state of
 * the block. Allocators register a describer.
 */
#ifndef LIB_DESCRIBE_H
#define LIB_DESCRIBE_H

#include <lib/format.h>
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
     * checking that the address belongs to its allocator. Called with
     * interrupts masked.
     */
    bool (*describe)(const struct kmem_describer *self, const void *ptr, struct format_sink *sink);
    struct kmem_describer *next; /* in the list of describers */
};

/*
 * Register or unregister an allocator; the last one registered is asked first,
 * also when it was registered before. O(allocators), with interrupts masked;
 * from anywhere.
 */
void kmem_describer_add(struct kmem_describer *describer);
void kmem_describer_remove(struct kmem_describer *describer);

/*
 * Write to `sink` a description of the block that contains `ptr`, such as
 * "first fit block: asked 24, granted 32, used; before: free 64; after: used
 * 16"; the caller prints the brackets. Returns false, with nothing written, iff
 * no allocator recognises the pointer. Reads only; any pointer value is
 * allowed, also in a fault handler. With interrupts masked, so that no
 * allocator changes meanwhile; O(blocks) where an allocator's inspection is.
 */
bool kmem_describe(const void *ptr, struct format_sink *sink);

#endif
