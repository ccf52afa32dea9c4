/* SPDX-License-Identifier: MIT */
/*
 * Next fit: the search, and the rover, which is where the next one begins.
 * Everything else is first fit's.
 *
 * Invariant, which mem_next_fit_check() checks: the rover is the offset of a
 * block's header. It moves when that header is merged away.
 */
#include <mem_next_fit.h>

#include "mem_first_fit_layout.h"

int mem_next_fit_init(struct mem_next_fit *heap, void *memory, size_t bytes)
{
    heap->rover = 0;
    return mem_first_fit_init(&heap->blocks, memory, bytes);
}

/* The first free block that is large enough, from the block at `from` to the one before `to`. */
static uint32_t find_between(const struct mem_first_fit *heap, uint32_t from, uint32_t to,
                             uint32_t need, uint32_t *steps)
{
    uint32_t size;

    for (uint32_t at = from; at < to && (size = visit(heap, at, steps)) != 0; at += size) {
        if (size >= need && is_free(heap, at))
            return at;
    }
    return heap->bytes;
}

/* The first free block that is large enough, from the rover on, round to the block before it. */
static uint32_t find_next(struct mem_first_fit *blocks, uint32_t need, uint32_t *steps)
{
    /* The blocks are a next-fit heap's first member: only functions of this file search like this.
     */
    uint32_t rover = ((const struct mem_next_fit *)blocks)->rover;
    uint32_t at = find_between(blocks, rover, blocks->bytes, need, steps);

    return at < blocks->bytes ? at : find_between(blocks, 0, rover, need, steps);
}

/* The offset of a sound block's header. */
static uint32_t header_of(const struct mem_next_fit *heap, const void *block)
{
    return (uint32_t)((uintptr_t)block - (uintptr_t)heap->blocks.base) - HEADER;
}

/* Let the next search begin behind this block. */
static void advance(struct mem_next_fit *heap, const void *block)
{
    uint32_t at = header_of(heap, block);

    heap->rover = at + header_at(&heap->blocks, at)->size;
    if (heap->rover == heap->blocks.bytes)
        heap->rover = 0;
}

/* The block at `at` has grown: where the rover's header is inside, it is none any more. */
static void retreat(struct mem_next_fit *heap, uint32_t at)
{
    /* A rover in front of the block wraps round to a large distance. */
    if (at < heap->blocks.bytes && heap->rover - at < header_at(&heap->blocks, at)->size)
        heap->rover = at;
}

void *mem_next_fit_alloc(struct mem_next_fit *heap, size_t bytes)
{
    void *block = mem_first_fit_alloc_by(&heap->blocks, bytes, find_next);

    if (block != NULL)
        advance(heap, block);
    return block;
}

int mem_next_fit_free(struct mem_next_fit *heap, void *block)
{
    int error = mem_first_fit_free(&heap->blocks, block);

    if (block == NULL || error != MEM_OK)
        return error;
    /* Merged with the block before or not, the header still knows how large that was. */
    uint32_t at = header_of(heap, block);
    uint32_t before = header_at(&heap->blocks, at)->before;

    retreat(heap, before != 0 && is_free(&heap->blocks, at - before) ? at - before : at);
    return MEM_OK;
}

void *mem_next_fit_realloc(struct mem_next_fit *heap, void *block, size_t bytes)
{
    void *resized = mem_first_fit_realloc_by(&heap->blocks, block, bytes, find_next);

    if (resized == NULL)
        return NULL;
    if (resized == block) {
        uint32_t at = header_of(heap, block);

        retreat(heap, at);
        retreat(heap, at + header_at(&heap->blocks, at)->size);
    } else {
        advance(heap, resized);
    }
    return resized;
}

int mem_next_fit_check(const struct mem_next_fit *heap, const void **where)
{
    uint32_t at = 0;
    int error = mem_first_fit_check(&heap->blocks, where);

    if (error != MEM_OK)
        return error;
    while (at < heap->rover && at < heap->blocks.bytes)
        at += header_at(&heap->blocks, at)->size;
    if (at == heap->rover && (at == 0 || at < heap->blocks.bytes))
        return MEM_OK;
    if (where != NULL)
        *where = &heap->rover;
    return MEM_CORRUPT;
}
