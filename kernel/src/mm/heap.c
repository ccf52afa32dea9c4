/* SPDX-License-Identifier: MIT */
/*
 * kmalloc() and its family on all memory that was found above the image.
 */
#include <mm/heap.h>

#include <debug.h>
#include <exc.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mem_bump.h>
#include <mm/memory.h>

static struct mem_bump heap;

void heap_init(void)
{
    mem_bump_init(&heap, (void *)memory_base(), memory_bytes());
}

void *kmalloc_aligned(size_t bytes, size_t align)
{
    bool enabled = interrupts_disable();
    void *block = mem_bump_alloc(&heap, bytes, align);

    interrupts_restore(enabled);
    return block;
}

void *kmalloc(size_t bytes)
{
    return kmalloc_aligned(bytes, 16);
}

void *kcalloc(size_t count, size_t bytes_each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, bytes_each, &bytes))
        return NULL;
    void *block = kmalloc(bytes);

    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

void kfree(void *block)
{
    (void)block; /* a bump heap gives nothing back */
}
