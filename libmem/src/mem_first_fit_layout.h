/* SPDX-License-Identifier: MIT */
/*
 * The blocks of mem_first_fit.c, for allocators that differ from it only in the
 * choice of a hole: next, best and worst fit. Such an allocator has a struct
 * mem_first_fit as its first member and a search of its own.
 */
#ifndef MEM_FIRST_FIT_LAYOUT_H
#define MEM_FIRST_FIT_LAYOUT_H

#include <mem_assert.h>
#include <mem_first_fit.h>

#define HEADER   MEM_FIRST_FIT_HEADER_BYTES
#define ALIGN    MEM_FIRST_FIT_ALIGN
#define TAG_USED 0x64657375u /* "used" */
#define TAG_FREE 0x65657266u /* "free" */

struct header {
    uint32_t size;   /* of the block, header included; a multiple of ALIGN */
    uint32_t before; /* size of the block before, 0 for the first */
    uint32_t asked;  /* what the owner asked for; 0 when free */
    uint32_t tag;
};

_Static_assert(sizeof(struct header) == HEADER, "the figures promise this on every machine");
_Static_assert(HEADER % ALIGN == 0, "payloads must stay aligned");

static inline struct header *header_at(const struct mem_first_fit *heap, uint32_t offset)
{
    MEM_ASSERT(offset % ALIGN == 0 && offset < heap->bytes);
    return (struct header *)(void *)(heap->base + offset);
}

static inline bool is_free(const struct mem_first_fit *heap, uint32_t offset)
{
    return header_at(heap, offset)->tag == (TAG_FREE ^ offset);
}

static inline bool is_used(const struct mem_first_fit *heap, uint32_t offset)
{
    return header_at(heap, offset)->tag == (TAG_USED ^ offset);
}

/* Whether the header makes sense by itself, so that a walk may follow it and a realloc may copy
 * what the owner asked for. */
static inline bool is_sound(const struct mem_first_fit *heap, uint32_t offset)
{
    const struct header *header = header_at(heap, offset);
    uint32_t size = header->size;

    return (is_free(heap, offset) || is_used(heap, offset)) && size >= HEADER &&
           size % ALIGN == 0 && size <= heap->bytes - offset && header->asked <= size - HEADER;
}

/*
 * A step of a search: look at the block at `offset` and count it. Returns its
 * size. 0 where the search must end: behind the last block, and at a damaged
 * header, which must not be followed.
 */
static inline uint32_t visit(const struct mem_first_fit *heap, uint32_t offset, uint32_t *steps)
{
    if (offset >= heap->bytes)
        return 0;
    ++*steps;
    return is_sound(heap, offset) ? header_at(heap, offset)->size : 0;
}

/*
 * Choose a free block of at least `need` bytes, header included. Returns its
 * offset; heap->bytes if there is none. Adds the blocks that it looks at to *steps.
 */
typedef uint32_t mem_first_fit_search(struct mem_first_fit *heap, uint32_t need, uint32_t *steps);

/* mem_first_fit_alloc() and mem_first_fit_realloc() with another search. */
void *mem_first_fit_alloc_by(struct mem_first_fit *heap, size_t bytes,
                             mem_first_fit_search *search);
void *mem_first_fit_realloc_by(struct mem_first_fit *heap, void *block, size_t bytes,
                               mem_first_fit_search *search);

#endif
