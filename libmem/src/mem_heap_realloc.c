/* SPDX-License-Identifier: MIT */
/*
 * Resizing. Forwards first, because nothing moves; then backwards, which moves
 * the contents within what is now one block; then elsewhere. A block that is
 * resized once will be again, so it is placed like a large one: with free space
 * behind it.
 */
#include "mem_heap_debug.h"
#include "mem_heap_lists.h"

/* Copy from payload to payload where they may overlap and `to` is the lower one. */
static void copy_down(char *to, const char *from, size_t bytes)
{
    for (; bytes >= sizeof(heap_word); bytes -= sizeof(heap_word)) {
        *(heap_word *)(void *)to = *(const heap_word *)(const void *)from;
        to += sizeof(heap_word);
        from += sizeof(heap_word);
    }
    while (bytes-- > 0)
        *to++ = *from++;
}

/* Backwards into the free block before, when that gives room enough; NULL when not. */
static char *grow_backwards(struct mem_heap *heap, char *p, size_t bytes)
{
    uint32_t head = HEAD(p);
    heap_size have = (head - KEY) & ~(heap_size)FLAGS;
    char *next = p + have;
    heap_size total = have;

    if ((head & PREV) != 0)
        return NULL;
    char *start = p - FOOT(p, 0);

    total += (heap_size)(p - start);
    if (!is_used(HEAD(next)))
        total += HEAD(next) - PREV;
    if (bytes > total - HEADER_BYTES)
        return NULL;
    heap_size size = block_size(bytes);

    if (!is_used(HEAD(next)))
        mem_heap_core_unlink(heap, next);
    mem_heap_core_unlink(heap, start);
    copy_down(start, p, have - HEADER_BYTES);
    if (start + have <= p)
        HEAD(p) = 0; /* no block starts here any more, and nothing was copied over it */
    HEAD(start + total) &= ~PREV; /* trimming sets it again where nothing is left */
    poison(start + size, start + total - HEADER_BYTES);
    count_given(heap, have);
    return mem_heap_core_trim(heap, start, total, size, USED | PREV);
}

/* A block cut from the front, whatever its size. */
static char *take_front(struct mem_heap *heap, size_t bytes)
{
    struct heap_cold *cold = cold_of(heap);
    uint32_t threshold = cold->threshold;
    uint32_t average = cold->average;

    cold->threshold = 0;
    cold->average = 1; /* the average is far below `bytes` then */
    char *p = mem_heap_core_take(heap, bytes);

    cold->threshold = threshold;
    cold->average = average;
    return p;
}

OUT_OF_LINE void *refuse(struct mem_heap *heap, void *block, size_t bytes, const void *caller)
{
    if (block == NULL) /* looked at here, because it costs the fast path nothing: it is foreign */
        return mem_heap_core_take(heap, bytes);
    (void)mem_heap_core_report(heap, mem_heap_core_refuse(heap, undress(block)), block, caller);
    return NULL;
}

/* When the block cannot stay where it is. It has passed the checks. */
OUT_OF_LINE void *resize_elsewhere(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    size_t old = ((HEAD(p) - KEY) & ~(heap_size)FLAGS) - HEADER_BYTES;

    if (CHECKS && !SMALL && mem_heap_core_refuse(heap, p) != MEM_OK)
        return refuse(heap, p + TAG_BYTES, bytes,
                      caller); /* the neighbours, too, are looked at now */
    char *moved = grow_backwards(heap, p, bytes);

    if (moved != NULL)
        return moved;
    moved = take_front(heap, bytes);
    if (moved == NULL)
        return NULL;
    copy_down(moved, p, old < bytes ? old : bytes);
    poison(p, p + old);
    (void)mem_heap_core_give(heap, p);
    return moved;
}

/* The used block at p, with this header, gets `bytes` bytes where it is or elsewhere. */
ALWAYS_INLINE void *resize(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    heap_size have = (HEAD(p) - KEY) & ~(heap_size)FLAGS;
    heap_size total = have;
    heap_size size;
    char *next = p + have;

    FORGET(heap);
    if (is_used(HEAD(next))) {
        if (bytes > have - HEADER_BYTES)
            return resize_elsewhere(heap, p, bytes, caller);
        size = block_size(bytes);
        if (have - size < SMALLEST)
            return p;
        HEAD(next) -= PREV;
    } else {
        heap_size after = HEAD(next) - PREV;

        total += after;
        if (bytes > total - HEADER_BYTES ||
            (CHECKS && !SMALL && !(is_inside(heap, p, total) && FOOT(p, total) == after)))
            return resize_elsewhere(heap, p, bytes, caller);
        mem_heap_core_unlink(heap, next);
        size = block_size(bytes);
    }
    poison(p + size, p + total - HEADER_BYTES);
    count_given(heap, have);
    return mem_heap_core_trim(heap, p, total, size, HEAD(p) & (USED | PREV));
}

#if DEBUG
static void *checked_resize(struct mem_heap *heap, void *block, size_t bytes, const void *caller)
{
    char *p = undress(block);
    const void *damage;

    paranoia(heap, caller);
    if (bytes >= cold_of(heap)->limit)
        return mem_heap_core_take(heap, with_extra(bytes)); /* fails */
    if (block == NULL)
        return hand_out(heap, mem_heap_core_take(heap, with_extra(bytes)), bytes, caller);
    if (mem_heap_core_refuse(heap, p) != MEM_OK)
        return refuse(heap, block, bytes, caller);
    damage = find_overflow(p);
    if (damage != NULL) {
        (void)mem_heap_core_report(heap, MEM_OVERFLOW, damage, caller);
        return NULL;
    }
    p = resize(heap, p, bytes + EXTRA_BYTES, caller);
    return p == NULL ? NULL : dress(p, bytes, caller);
}
#else
ALWAYS_INLINE void *checked_resize(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    if (CHECKS ? UNLIKELY(!passes(heap, p)) : p == NULL)
        return refuse(heap, p, bytes, caller);
    return resize(heap, p, bytes, caller);
}
#endif

void *mem_heap_realloc(struct mem_heap *heap, void *block, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    void *result = checked_resize(heap, block, bytes, __builtin_return_address(0));

    MEM_HEAP_UNLOCK(heap);
    return result;
}
