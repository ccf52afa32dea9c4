/* SPDX-License-Identifier: MIT */
/*
 * The bump allocator. It works with offsets from the base and compares what is
 * needed with what is left, so that nothing wraps at the top of memory.
 */
#include <mem_bump.h>

#include <mem_assert.h>
#include <stdint.h>

void mem_bump_init(struct mem_bump *bump, void *memory, size_t bytes)
{
    uintptr_t beyond_first = UINTPTR_MAX - (uintptr_t)memory; /* bytes after the first one */

    if (memory == NULL)
        bytes = 0;
    else if (bytes > 0 && bytes - 1 > beyond_first)
        bytes = (size_t)beyond_first + 1;
    bump->base = memory;
    bump->capacity = bytes;
    MEM_ASSERT(bytes == 0 || bytes - 1 <= beyond_first);
    mem_bump_reset(bump);
}

void *mem_bump_alloc(struct mem_bump *bump, size_t bytes, size_t align)
{
    MEM_ASSERT(bump->used <= bump->capacity && bump->padding <= bump->used);
    size_t left = bump->capacity - bump->used;
    size_t padding = (size_t)(0 - ((uintptr_t)bump->base + bump->used)) & (align - 1);

    if (bytes == 0)
        bytes = 1;
    if (align == 0 || (align & (align - 1)) != 0 || padding > left || bytes > left - padding) {
        bump->failed++;
        return NULL;
    }
    unsigned char *block = bump->base + bump->used + padding;

    bump->used += padding + bytes;
    bump->padding += padding;
    bump->allocs++;
    bump->latest = block;
    bump->latest_padding = padding;
    MEM_ASSERT((uintptr_t)block % align == 0 && mem_bump_owns(bump, block));
    return block;
}

bool mem_bump_undo(struct mem_bump *bump)
{
    if (bump->latest == NULL)
        return false;
    MEM_ASSERT(mem_bump_owns(bump, bump->latest) && bump->latest_padding <= bump->padding);
    bump->used = (size_t)(bump->latest - bump->base) - bump->latest_padding;
    bump->padding -= bump->latest_padding;
    bump->latest = NULL;
    return true;
}

void mem_bump_reset(struct mem_bump *bump)
{
    bump->latest = NULL;
    bump->latest_padding = 0;
    bump->used = 0;
    bump->padding = 0;
    bump->allocs = 0;
    bump->failed = 0;
}

size_t mem_bump_capacity(const struct mem_bump *bump)
{
    return bump->capacity;
}

size_t mem_bump_used(const struct mem_bump *bump)
{
    return bump->used;
}

size_t mem_bump_remaining(const struct mem_bump *bump)
{
    return bump->capacity - bump->used;
}

bool mem_bump_owns(const struct mem_bump *bump, const void *address)
{
    /* An address below the base wraps round to a large offset. */
    return (uintptr_t)address - (uintptr_t)bump->base < bump->used;
}

void mem_bump_stats(const struct mem_bump *bump, struct mem_bump_stats *stats)
{
    stats->capacity = bump->capacity;
    stats->used = bump->used;
    stats->padding = bump->padding;
    stats->allocs = bump->allocs;
    stats->failed = bump->failed;
}
