/* SPDX-License-Identifier: MIT */
/*
 * See mem_bump.h. All comparisons are of offsets, never of end addresses,
 * which may wrap at the top of memory.
 */
#include <mem_bump.h>

void mem_bump_init(struct mem_bump *bump, void *memory, size_t bytes)
{
    uintptr_t base = (uintptr_t)memory;

    if (memory == NULL || bytes > UINTPTR_MAX - base)
        bytes = 0;
    *bump = (struct mem_bump){.base = base, .bytes = bytes};
}

void *mem_bump_alloc(struct mem_bump *bump, size_t bytes, size_t align)
{
    size_t left = bump->bytes - bump->used;
    uintptr_t next = bump->base + bump->used;

    if (align == 0 || (align & (align - 1)) != 0)
        goto fail;
    size_t padding = (size_t)(-next & (align - 1));

    if (bump->base == 0 || padding > left || bytes > left - padding)
        goto fail;
    bump->used += padding + bytes;
    bump->padding += padding;
    return (void *)(next + padding);
fail:
    bump->failed++;
    return NULL;
}

void mem_bump_reset(struct mem_bump *bump)
{
    bump->used = 0;
    bump->padding = 0;
}

size_t mem_bump_capacity(const struct mem_bump *bump)
{
    return bump->bytes;
}

size_t mem_bump_available(const struct mem_bump *bump)
{
    return bump->bytes - bump->used;
}
