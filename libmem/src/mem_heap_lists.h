/* SPDX-License-Identifier: MIT */
/*
 * The free lists, the count of used bytes, and trimming a block: what taking,
 * giving back and resizing share. Inlined into each source for speed; for size,
 * mem_heap.c, which defines MEM_HEAP_LISTS_HERE, emits these functions.
 */
#ifndef MEM_HEAP_LISTS_H
#define MEM_HEAP_LISTS_H

#include "mem_heap_internal.h"

/* Take a free block out of its list. If it is the wilderness, heap->absorbed tells. */
SHARED void mem_heap_core_unlink(struct mem_heap *heap, char *p);

/* File a block that is marked as free in the list of its class. */
SHARED void mem_heap_core_link(struct mem_heap *heap, char *p, heap_size size);

/* Count bytes that an owner has got; count_given() takes them back. */
SHARED void mem_heap_core_count_taken(struct mem_heap *heap, heap_size size);

/*
 * Make a used block of `size` bytes, at least, out of the `have` bytes at p, with these flags,
 * and file what is left. Returns p.
 */
SHARED void *mem_heap_core_trim(struct mem_heap *heap, char *p, heap_size have, heap_size size,
                                uint32_t flags);

/* The lowest class above this one with a block in it; at last that of the wilderness. */
SHARED heap_size mem_heap_core_next_class(const struct mem_heap *heap, heap_size class);

/* mem_heap_core_settle(), inlined. */
ALWAYS_INLINE void settle_here(struct mem_heap *heap, char *p, heap_size size)
{
    mark_free(p, size);
    if (heap->absorbed != LINKED)
        set_wild(heap, p);
    else
        mem_heap_core_link(heap, p, size);
}

#if !SMALL || defined(MEM_HEAP_LISTS_HERE)

SHARED void mem_heap_core_unlink(struct mem_heap *heap, char *p)
{
    heap_size next = NEXT(p);
    heap_size back = LINK_BACK(p);

    AT(back) = (uint32_t)next;
    AT(next + 4) = (uint32_t)back;
    if (LIKELY(next == NULL_BLOCK)) {
        FORGET(back);
        uint32_t class = (uint32_t)back / 4;

        if (LIKELY(class < heap->wild_class))
            clear_bit(heap, class);
    }
}

/* The same for the first block of a class. */
ALWAYS_INLINE void unlink_first(struct mem_heap *heap, char *p, heap_size class)
{
#if SMALL
    (void)class;
    mem_heap_core_unlink(heap, p);
#else
    heap_size next = NEXT(p);

    SLOT(class) = (uint32_t)next;
    AT(next + 4) = (uint32_t)(4 * class);
    if (LIKELY(next == NULL_BLOCK))
        clear_bit(heap, class);
#endif
}

SHARED void mem_heap_core_link(struct mem_heap *heap, char *p, heap_size size)
{
    heap_size class = class_of(size);
    heap_size next = SLOT(class);
    uint32_t offset = (uint32_t)(p - (char *)heap);

    NEXT(p) = (uint32_t)next;
    SLOT(class) = offset;
    LINK_BACK(p) = (uint32_t)(4 * class);
    AT(next + 4) = offset;
    heap->map[class / WORD_BITS] |= (heap_word)1 << (class % WORD_BITS);
}

SHARED heap_size mem_heap_core_next_class(const struct mem_heap *heap, heap_size class)
{
    unsigned word = (unsigned)class / WORD_BITS;
    unsigned below = (unsigned)class; /* the class before the one that bit 0 of `bits` stands for */
    heap_word bits = heap->map[word] >> below % WORD_BITS >> 1;

#if MAP_WORDS == 2
    if (bits == 0) {
        bits = heap->map[1];
        below = WORD_BITS - 1;
    }
#else
    while (bits == 0) { /* at most 3 times: the wilderness' bit is always set */
        bits = heap->map[++word];
        below = word * WORD_BITS - 1;
    }
#endif
    return below + 1 + lowest_bit(bits);
}

SHARED void mem_heap_core_count_taken(struct mem_heap *heap, heap_size size)
{
    struct heap_cold *cold = cold_of(heap);

    if (__builtin_sub_overflow(cold->headroom, (uint32_t)size, &cold->headroom)) {
        cold->peak -= cold->headroom; /* it is negative */
        cold->headroom = 0;
    }
}

SHARED void *mem_heap_core_trim(struct mem_heap *heap, char *p, heap_size have, heap_size size,
                                uint32_t flags)
{
    heap_size rest = have - size;

    if (rest < SMALLEST) {
        mem_heap_core_count_taken(heap, have);
        HEAD(p) = (uint32_t)have + flags + KEY;
        HEAD(p + have) |= PREV;
        if (heap->absorbed != LINKED)
            forget_wild(heap);
        return p;
    }
    mem_heap_core_count_taken(heap, size);
    HEAD(p) = (uint32_t)size + flags + KEY;
    if (SMALL)
        return mem_heap_core_settle(heap, p + size, rest, p);
    settle_here(heap, p + size, rest);
    return p;
}

#endif

#endif
