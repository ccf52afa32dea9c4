/* SPDX-License-Identifier: MIT */
/*
 * What printk("%pA") asks the allocators.
 */
#ifndef MM_DESCRIBE_H
#define MM_DESCRIBE_H

#include <types.h>

#include <lib/format.h>

/*
 * Write to `sink` what is known about the block that `ptr` points to, such as
 * "heap block: asked 24, granted 32, used; before: free 64; after: used 16";
 * the caller supplies the brackets. Returns false, with nothing written, iff
 * no allocator knows the pointer. Reads only; any pointer value is allowed,
 * also in a fault handler. Interrupts are masked. format_write() and
 * format_print() help with the text.
 */
bool kmem_describe(const void *ptr, struct format_sink *sink);

#endif
