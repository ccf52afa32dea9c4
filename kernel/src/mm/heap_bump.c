/* SPDX-License-Identifier: MIT */
/*
 * HEAP=bump: the simplest allocator behind kmalloc(). It never frees. Each
 * block is preceded by its size, for krealloc().
 */
#include <lib/print.h>
#include <lib/string.h>
#include <mem_bump.h>
#include <mem_error.h>

#include "heap_backend.h"

const bool bump_frees = false;

static struct mem_bump bump;

bool bump_heap_init(void *memory, size_t bytes)
{
    mem_bump_init(&bump, memory, bytes);
    return true;
}

static size_t *size_of(const void *block)
{
    return (size_t *)((uintptr_t)block - sizeof(size_t));
}

void *bump_kmalloc(size_t bytes, size_t align)
{
    size_t with_size;

    /* At least one byte, so that every block has a distinct address. */
    if (__builtin_add_overflow(bytes == 0 ? 1 : bytes, align, &with_size))
        return NULL;
    /* A whole alignment unit in front, at least 8 bytes, so there is room for the size. */
    char *start = mem_bump_alloc(&bump, with_size, align);

    if (start == NULL)
        return NULL;
    *size_of(start + align) = bytes;
    return start + align;
}

void *bump_krealloc(void *block, size_t bytes)
{
    size_t old = *size_of(block);

    if (bytes <= old)
        return block;
    void *moved = bump_kmalloc(bytes, 8);

    if (moved != NULL)
        memcpy(moved, block, old);
    return moved;
}

int bump_kfree(void *block)
{
    return mem_bump_owns(&bump, block) ? MEM_OK : MEM_FOREIGN;
}

size_t bump_ksize(const void *block)
{
    return mem_bump_owns(&bump, block) ? *size_of(block) : 0;
}

size_t bump_used_bytes(void)
{
    return mem_bump_used(&bump);
}

size_t bump_total_bytes(void)
{
    return mem_bump_capacity(&bump);
}

void bump_why(size_t bytes, size_t align)
{
    printk(
        "memory is exhausted, as nothing comes back; needed %zu, at multiples of %zu, free %zu\n",
        bytes, align, mem_bump_remaining(&bump));
}
