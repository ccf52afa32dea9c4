/* SPDX-License-Identifier: MIT */
/*
 * Resizing. Forwards first, because nothing moves; then backwards, which moves
 * the contents within what is now one block; then elsewhere. A block that is
 * resized once will be again, so it is placed like a large one: with free space
 * behind it.
 */
#include "mem_heap_debug.h"

/* Copy where the ranges may overlap and `to` is the lower one. */
static void copy_down(char *to, const char *from, size_t bytes)
{
    if ((uintptr_t)to % sizeof(heap_word) == 0 && (uintptr_t)from % sizeof(heap_word) == 0) {
        for (; bytes >= sizeof(heap_word); bytes -= sizeof(heap_word)) {
            *(heap_word *)(void *)to = *(const heap_word *)(const void *)from;
            to += sizeof(heap_word);
            from += sizeof(heap_word);
        }
    }
    while (bytes-- > 0)
        *to++ = *from++;
}

/* Backwards into the free block before, when that gives room enough; NULL when not. */
static char *grow_backwards(struct mem_heap *heap, char *p, heap_size size)
{
    uint32_t head = HEAD(p);
    heap_size have = size_of(head);
    char *next = p + have;
    heap_size total = have;

    if ((head & PREV) != 0)
        return NULL;
    char *start = p - FOOT(p, 0);

    total += (heap_size)(p - start);
    if (!is_used(HEAD(next)))
        total += size_of(HEAD(next));
    if (size > total)
        return NULL;
    if (!is_used(HEAD(next)))
        unlink_block(heap, next);
    unlink_block(heap, start);
    copy_down(start, p, have - HEADER_BYTES);
    if (start + have <= p)
        HEAD(p) = 0; /* no block starts here any more, and nothing was copied over it */
    if (total - size < SMALLEST) {
        size = total;
        HEAD(start + size) |= PREV;
        if (heap->wild == ABSORBED)
            heap->wild = NULL_BLOCK;
    } else {
        HEAD(start + total) &= ~PREV;
    }
    HEAD(start) = ((uint32_t)size + (USED | PREV)) + KEY;
    count_given(heap, have);
    count_taken(heap, size);
    poison(start + size, start + total - HEADER_BYTES);
    if (size != total)
        (void)mem_heap_core_settle(heap, start + size, total - size, NULL);
    return start;
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

/* When the block cannot stay where it is. It has passed the checks. */
static NOINLINE void *resize_elsewhere(struct mem_heap *heap, char *p, size_t bytes)
{
    size_t old = size_of(HEAD(p)) - HEADER_BYTES;
    char *moved = grow_backwards(heap, p, block_size(bytes));

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
ALWAYS_INLINE void *resize(struct mem_heap *heap, char *p, size_t bytes, uint32_t head)
{
    heap_size size = block_size(bytes);
    heap_size have = (head - KEY) & ~(heap_size)FLAGS;
    char *next = p + have;
    uint32_t next_head = HEAD(next);
    heap_size total = have;

    if (is_used(next_head)) {
        if (size > have)
            return resize_elsewhere(heap, p, bytes);
        if (have - size < SMALLEST)
            return p;
        HEAD(next) = next_head - PREV;
    } else {
        total += next_head - PREV;
        if (size > total)
            return resize_elsewhere(heap, p, bytes);
        unlink_block(heap, next);
        poison(next - 8, next + 8);
    }
    heap_size rest = total - size;

    count_given(heap, have);
    if (rest < SMALLEST) {
        count_taken(heap, total);
        HEAD(p) = head + (uint32_t)(total - have);
        HEAD(p + total) |= PREV;
        if (heap->wild == ABSORBED)
            heap->wild = NULL_BLOCK;
        return p;
    }
    count_taken(heap, size);
    HEAD(p) = head + (uint32_t)(size - have);
    poison(p + size, p + total - HEADER_BYTES);
    return mem_heap_core_settle(heap, p + size, rest, p);
}

static NOINLINE void *refuse(struct mem_heap *heap, void *block, size_t bytes)
{
    if (block == NULL) /* looked at here, because it costs the fast path nothing: it is foreign */
        return mem_heap_core_take(heap, bytes);
    /* Jumped to, not called, so that this is the application. */
    (void)mem_heap_core_report(heap, mem_heap_core_refuse(heap, undress(block)), block,
                               __builtin_return_address(0));
    return NULL;
}

#if DEBUG
static void *checked_resize(struct mem_heap *heap, void *block, size_t bytes, const void *caller)
{
    char *p = undress(block);
    const void *damage;

    paranoia(heap, caller);
    if (bytes >= heap->limit)
        return mem_heap_core_refuse_huge(heap, bytes);
    if (block == NULL)
        return hand_out(heap, mem_heap_core_take(heap, bytes + EXTRA_BYTES), bytes, caller);
    if (mem_heap_core_refuse(heap, p) != MEM_OK)
        return refuse(heap, block, bytes);
    damage = find_overflow(p);
    if (damage != NULL) {
        (void)mem_heap_core_report(heap, MEM_OVERFLOW, damage, caller);
        return NULL;
    }
    p = resize(heap, p, bytes + EXTRA_BYTES, HEAD(p));
    return p == NULL ? NULL : dress(p, bytes, caller);
}
#else
ALWAYS_INLINE void *checked_resize(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    uint32_t head;

    (void)caller;
    if (CHECKS) {
        heap_size distance = (heap_size)(p - cold_of(heap)->first);

        if (UNLIKELY(distance % MEM_HEAP_ALIGN != 0) || UNLIKELY(distance >= heap->span))
            return refuse(heap, p, bytes);
        head = HEAD(p);
        heap_size have = (head - KEY) & ~(heap_size)FLAGS;

        if (UNLIKELY(!is_used(head)) || UNLIKELY(distance + have > heap->span) ||
            UNLIKELY((HEAD(p + have) & PREV) == 0))
            return refuse(heap, p, bytes);
    } else {
        if (p == NULL)
            return mem_heap_core_take(heap, bytes);
        head = HEAD(p);
    }
    if (UNLIKELY(bytes >= heap->limit))
        return mem_heap_core_refuse_huge(heap, bytes);
    return resize(heap, p, bytes, head);
}
#endif

void *mem_heap_realloc(struct mem_heap *heap, void *block, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    void *result = checked_resize(heap, block, bytes, __builtin_return_address(0));

    MEM_HEAP_UNLOCK(heap);
    return result;
}
