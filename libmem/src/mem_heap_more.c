/* SPDX-License-Identifier: MIT */
/*
 * Taking in other ways: zeroed, aligned, and what the debug presets do to a
 * block that is handed out.
 */
#include "mem_heap_debug.h"

#define CALLER    __builtin_return_address(0)
#define ALIGN_MAX 65536u

void *mem_heap_calloc(struct mem_heap *heap, size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes))
        return NULL;
    unsigned char *block = mem_heap_alloc(heap, bytes);

    for (size_t i = 0; block != NULL && i < bytes; i++)
        block[i] = 0;
    return block;
}

static void *take_aligned(struct mem_heap *heap, size_t bytes, size_t align);

static NOINLINE void *fail_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    if (has_hook(heap) && mem_heap_core_ask(heap, bytes))
        return take_aligned(heap, bytes, align);
    return count_failure(heap, bytes < UINT32_MAX ? bytes : UINT32_MAX);
}

/*
 * As mem_heap_alloc() finds a block, but with room to align in, and only one
 * try in its class. The first aligned place in it is used; what is left before
 * and behind is filed.
 */
static NOINLINE void *take_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    if (UNLIKELY(bytes + align >= heap->limit || bytes >= heap->limit))
        return fail_aligned(heap, bytes, align);
    heap_size size = block_size(bytes);
    heap_size room = size + align + SMALLEST - MEM_HEAP_ALIGN;
    heap_size class = class_of(room);
    char *p = (char *)heap + AT(4 * class);

    if (HEAD(p) < room) {
        class = next_class(heap, class);
        p = class != NO_CLASS ? (char *)heap + AT(4 * class) : wild_of(heap);
        if (UNLIKELY(HEAD(p) < room))
            return fail_aligned(heap, bytes, align);
    }
    unlink_block(heap, p);
    heap_size front = (heap_size)(-(uintptr_t)(p + TAG_BYTES) & (align - 1));
    heap_size rest = HEAD(p) - PREV - size;
    uint32_t flags = USED | PREV;

    if (front != 0) {
        if (front < SMALLEST)
            front += align;
        rest -= front;
        mark_free(p, front);
        link_block(heap, p, front);
        p += front;
        flags = USED;
    }
    if (rest < SMALLEST) {
        size += rest;
        if (heap->wild == ABSORBED)
            heap->wild = NULL_BLOCK;
        HEAD(p + size) |= PREV;
        count_taken(heap, size);
        HEAD(p) = (uint32_t)size + flags + KEY;
        return p;
    }
    count_taken(heap, size);
    HEAD(p) = (uint32_t)size + flags + KEY;
    return mem_heap_core_settle(heap, p + size, rest, p);
}

void *mem_heap_aligned_alloc(struct mem_heap *heap, size_t align, size_t bytes)
{
    if ((align & (align - 1)) != 0 || align - 1 >= ALIGN_MAX)
        return NULL;
    if (align <= MEM_HEAP_ALIGN)
        return mem_heap_alloc(heap, bytes);
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
#if DEBUG
    char *p = bytes > SIZE_MAX - EXTRA_BYTES ? mem_heap_core_refuse_huge(heap, bytes)
                                             : take_aligned(heap, bytes + EXTRA_BYTES, align);
    void *block = hand_out(heap, p, bytes, CALLER);
#else
    void *block = take_aligned(heap, bytes, align);
#endif
    MEM_HEAP_UNLOCK(heap);
    return block;
}

size_t mem_heap_usable_size(const struct mem_heap *heap, const void *block)
{
    (void)heap;
    if (block == NULL)
        return 0;
#if DEBUG
    return tag_of(undress(block))->asked;
#else
    return size_of(HEAD((const char *)block)) - HEADER_BYTES;
#endif
}
