/* SPDX-License-Identifier: MIT */
/*
 * First fit with boundary tags. Blocks are known by the offset of their header.
 *
 * Invariants, which mem_first_fit_check() checks: blocks follow each other
 * without gaps from 0 to heap->bytes; each header knows the size of the block
 * before (0 for the first); no two free blocks are neighbours; every tag says
 * used or free, XORed with the header's own offset, so that a copied header is
 * none. A header that is merged away keeps its free tag: that is how a second
 * free of the same address is recognised until the memory is used again.
 */
#include <mem_first_fit.h>

#include "mem_first_fit_layout.h"

#define MAX_BYTES  (UINT32_MAX & ~(uint32_t)(ALIGN - 1))
#define SMALLEST   (HEADER + ALIGN) /* a smaller remainder stays with its block */
#define NO_PAYLOAD 0                /* never a payload's offset: a header comes first */

/* Whether a block's header, its neighbours' and the sizes that they know of each other agree. */
static bool neighbours_agree(const struct mem_first_fit *heap, uint32_t offset)
{
    const struct header *header = header_at(heap, offset);
    uint32_t after = offset + header->size;

    if (!is_sound(heap, offset) || (offset == 0) != (header->before == 0) ||
        header->before > offset || header->before % ALIGN != 0)
        return false;
    if (offset != 0 && (!is_sound(heap, offset - header->before) ||
                        header_at(heap, offset - header->before)->size != header->before))
        return false;
    return after == heap->bytes ||
           (is_sound(heap, after) && header_at(heap, after)->before == header->size);
}

/* Write a block's header, all but what the block before is, and tell the block after. */
static void set_block(struct mem_first_fit *heap, uint32_t offset, uint32_t size, uint32_t tag,
                      uint32_t asked)
{
    struct header *header = header_at(heap, offset);

    MEM_ASSERT(size >= SMALLEST && size % ALIGN == 0 && size <= heap->bytes - offset);
    MEM_ASSERT(asked <= size - HEADER);
    header->size = size;
    header->asked = asked;
    header->tag = tag ^ offset;
    if (offset + size < heap->bytes)
        header_at(heap, offset + size)->before = size;
}

int mem_first_fit_init(struct mem_first_fit *heap, void *memory, size_t bytes)
{
    size_t skip = (0 - (uintptr_t)memory) & (ALIGN - 1);

    *heap = (struct mem_first_fit){.base = NULL};
    if (memory == NULL || (bytes > 0 && bytes - 1 > UINTPTR_MAX - (uintptr_t)memory))
        return MEM_INVALID;
    if (bytes < skip + SMALLEST)
        return MEM_NO_ROOM;
    bytes -= skip;
    heap->base = (unsigned char *)memory + skip;
    heap->bytes = bytes > MAX_BYTES ? MAX_BYTES : (uint32_t)bytes & MAX_BYTES;
    set_block(heap, 0, heap->bytes, TAG_FREE, 0);
    header_at(heap, 0)->before = 0;
    return MEM_OK;
}

/* Bytes of block that a request needs; 0 when no heap is that large. */
static uint32_t block_bytes(size_t bytes)
{
    if (bytes > MAX_BYTES - HEADER)
        return 0;
    if (bytes == 0)
        bytes = 1;
    return (((uint32_t)bytes + ALIGN - 1) & ~(uint32_t)(ALIGN - 1)) + HEADER;
}

/* Turn `size` unused bytes at `offset` into a used block, and free the remainder. */
static void use_block(struct mem_first_fit *heap, uint32_t offset, uint32_t size, uint32_t need,
                      size_t asked)
{
    uint32_t rest = size - need;

    MEM_ASSERT(need <= size);
    if (rest < SMALLEST) {
        set_block(heap, offset, size, TAG_USED, (uint32_t)asked);
        return;
    }
    set_block(heap, offset + need, rest, TAG_FREE, 0);
    set_block(heap, offset, need, TAG_USED, (uint32_t)asked);
}

/* The first free block that is large enough. */
static uint32_t find_first(struct mem_first_fit *heap, uint32_t need, uint32_t *steps)
{
    uint32_t size;

    for (uint32_t at = 0; (size = visit(heap, at, steps)) != 0; at += size) {
        if (size >= need && is_free(heap, at))
            return at;
    }
    return heap->bytes;
}

void *mem_first_fit_alloc_by(struct mem_first_fit *heap, size_t bytes, mem_first_fit_search *search)
{
    uint32_t need = block_bytes(bytes);
    uint32_t steps = 0;
    uint32_t offset = need == 0 ? heap->bytes : search(heap, need, &steps);

    heap->steps_last = steps;
    heap->steps_total += steps;
    if (steps > heap->steps_max)
        heap->steps_max = steps;
    if (offset >= heap->bytes) {
        heap->failed++;
        return NULL;
    }
    use_block(heap, offset, header_at(heap, offset)->size, need, bytes);
    heap->allocs++;
    return heap->base + offset + HEADER;
}

void *mem_first_fit_alloc(struct mem_first_fit *heap, size_t bytes)
{
    return mem_first_fit_alloc_by(heap, bytes, find_first);
}

/* The error of freeing this address, or MEM_OK; then *offset is its header. */
static int look_up(const struct mem_first_fit *heap, const void *block, uint32_t *offset)
{
    /* An address below the heap wraps round to a large distance. */
    uintptr_t distance = (uintptr_t)block - (uintptr_t)heap->base;

    if (distance >= heap->bytes || distance == NO_PAYLOAD)
        return MEM_FOREIGN;
    if (distance % ALIGN != 0)
        return MEM_MISALIGNED;
    *offset = (uint32_t)distance - HEADER;
    if (is_free(heap, *offset))
        return MEM_DOUBLE_FREE;
    if (!is_used(heap, *offset))
        return MEM_FOREIGN;
    return neighbours_agree(heap, *offset) ? MEM_OK : MEM_CORRUPT;
}

/* Make a free block of `size` unused bytes at `offset`, merged with free neighbours. */
static void release(struct mem_first_fit *heap, uint32_t offset, uint32_t size)
{
    uint32_t before = header_at(heap, offset)->before;

    set_block(heap, offset, size, TAG_FREE, 0);
    if (offset + size < heap->bytes && is_free(heap, offset + size))
        size += header_at(heap, offset + size)->size;
    if (before != 0 && is_free(heap, offset - before)) {
        offset -= before;
        size += before;
    }
    set_block(heap, offset, size, TAG_FREE, 0);
    MEM_ASSERT(offset == 0 || !is_free(heap, offset - header_at(heap, offset)->before));
    MEM_ASSERT(offset + size == heap->bytes || !is_free(heap, offset + size));
}

int mem_first_fit_free(struct mem_first_fit *heap, void *block)
{
    uint32_t offset;

    if (block == NULL)
        return MEM_OK;
    int error = look_up(heap, block, &offset);

    if (error != MEM_OK)
        heap->rejected++;
    else
        release(heap, offset, header_at(heap, offset)->size);
    return error;
}

/* Give the block the size `need` where it is, if that is possible. */
static bool resize_in_place(struct mem_first_fit *heap, uint32_t offset, uint32_t need,
                            size_t asked)
{
    uint32_t size = header_at(heap, offset)->size;

    if (need > size && offset + size < heap->bytes && is_free(heap, offset + size))
        size += header_at(heap, offset + size)->size;
    if (need > size)
        return false;
    if (size == header_at(heap, offset)->size && size - need >= SMALLEST) {
        /* The remainder may have a free neighbour behind it. */
        set_block(heap, offset, need, TAG_USED, (uint32_t)asked);
        release(heap, offset + need, size - need);
    } else {
        use_block(heap, offset, size, need, asked);
    }
    return true;
}

void *mem_first_fit_realloc_by(struct mem_first_fit *heap, void *block, size_t bytes,
                               mem_first_fit_search *search)
{
    uint32_t need = block_bytes(bytes);
    uint32_t offset;

    if (block == NULL)
        return mem_first_fit_alloc_by(heap, bytes, search);
    if (look_up(heap, block, &offset) != MEM_OK) {
        heap->rejected++;
        return NULL;
    }
    if (need != 0 && resize_in_place(heap, offset, need, bytes))
        return block;
    unsigned char *moved = mem_first_fit_alloc_by(heap, bytes, search);

    if (moved == NULL)
        return NULL;
    MEM_ASSERT(header_at(heap, offset)->asked < bytes); /* it moves only when it grows */
    for (uint32_t i = 0; i < header_at(heap, offset)->asked; i++)
        moved[i] = ((const unsigned char *)block)[i];
    release(heap, offset, header_at(heap, offset)->size);
    return moved;
}

void *mem_first_fit_realloc(struct mem_first_fit *heap, void *block, size_t bytes)
{
    return mem_first_fit_realloc_by(heap, block, bytes, find_first);
}

bool mem_first_fit_owns(const struct mem_first_fit *heap, const void *address)
{
    return (uintptr_t)address - (uintptr_t)heap->base < heap->bytes;
}

void mem_first_fit_frag(const struct mem_first_fit *heap, struct mem_frag *frag)
{
    *frag = (struct mem_frag){.requested = 0};
    for (uint32_t at = 0; at < heap->bytes && is_sound(heap, at); at += header_at(heap, at)->size) {
        const struct header *header = header_at(heap, at);

        if (is_free(heap, at))
            mem_frag_add_free(frag, header->size - HEADER);
        else
            mem_frag_add_used(frag, header->asked, header->size - HEADER);
    }
}

void mem_first_fit_stats(const struct mem_first_fit *heap, struct mem_first_fit_stats *stats)
{
    size_t searches = heap->allocs + heap->failed;
    struct mem_frag frag;

    mem_first_fit_frag(heap, &frag);
    *stats = (struct mem_first_fit_stats){
        .heap_bytes = heap->bytes,
        .header_bytes = (frag.used_blocks + frag.free_blocks) * HEADER,
        .used_blocks = frag.used_blocks,
        .requested = frag.requested,
        .provided = frag.provided,
        .free_blocks = frag.free_blocks,
        .total_free = frag.free_total,
        .largest_free = frag.free_largest,
        .allocs = heap->allocs,
        .failed = heap->failed,
        .rejected = heap->rejected,
        .steps_last = heap->steps_last,
        .steps_avg = searches == 0 ? 0 : heap->steps_total / searches,
        .steps_max = heap->steps_max,
        .steps_total = heap->steps_total,
    };
}

bool mem_first_fit_inspect(const struct mem_first_fit *heap, const void *address,
                           struct mem_first_fit_block *block)
{
    uintptr_t distance = (uintptr_t)address - (uintptr_t)heap->base;
    uint32_t at = 0;

    if (distance >= heap->bytes)
        return false;
    while (is_sound(heap, at) && distance - at >= header_at(heap, at)->size)
        at += header_at(heap, at)->size;
    if (!neighbours_agree(heap, at))
        return false;
    const struct header *header = header_at(heap, at);
    uint32_t after = at + header->size;

    *block = (struct mem_first_fit_block){
        .start = heap->base + at + HEADER,
        .requested = header->asked,
        .provided = header->size - HEADER,
        .used = is_used(heap, at),
        .has_before = at != 0,
        .has_after = after != heap->bytes,
    };
    if (block->has_before) {
        block->before = header->before - HEADER;
        block->before_used = is_used(heap, at - header->before);
    }
    if (block->has_after) {
        block->after = header_at(heap, after)->size - HEADER;
        block->after_used = is_used(heap, after);
    }
    return true;
}

int mem_first_fit_check(const struct mem_first_fit *heap, const void **where)
{
    uint32_t before = 0;
    bool before_free = false;

    if (where != NULL)
        *where = NULL;
    for (uint32_t at = 0; at < heap->bytes; at += before) {
        const struct header *header = header_at(heap, at);

        if (!is_sound(heap, at) || header->before != before || (before_free && is_free(heap, at))) {
            if (where != NULL)
                *where = header;
            return MEM_CORRUPT;
        }
        before = header->size;
        before_free = is_free(heap, at);
    }
    return MEM_OK;
}
