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

/*
 * Make the used block at p, `have` bytes with what it has swallowed, `size`
 * bytes long; the rest becomes free, or the wilderness if that was swallowed.
 */
static void set_size(struct mem_heap *heap, char *p, heap_size have, heap_size size, bool wild)
{
    heap_size rest = have - size;

    if (rest < SMALLEST) {
        HEAD(p) = ((uint32_t)have + USED + (HEAD(p) & PREV)) ^ KEY;
        HEAD(p + have) |= PREV;
        heap->used += (uint32_t)have;
        return;
    }
    HEAD(p) = ((uint32_t)size + USED + (HEAD(p) & PREV)) ^ KEY;
    HEAD(p + have) &= ~PREV;
    heap->used += (uint32_t)size;
    p += size;
    poison(p, p + rest - HEADER_BYTES);
    mark_free(p, rest);
    if (wild)
        heap->wild = p;
    else
        link_block(heap, p, rest);
}

/* Take a free block out of wherever it is; whether it was the wilderness. */
static bool swallow(struct mem_heap *heap, char *p)
{
    if (p != heap->wild) {
        unlink_block(heap, p);
        return false;
    }
    heap->wild = (char *)heap + NULL_BLOCK;
    return true;
}

/* Resize where it is, perhaps backwards; NULL when there is no room. */
static char *resize(struct mem_heap *heap, char *p, heap_size size)
{
    uint32_t head = HEAD(p);
    heap_size have = size_of(head);
    char *next = p + have;
    heap_size behind = is_used(HEAD(next)) ? 0 : size_of(HEAD(next));
    heap_size before = (head & PREV) != 0 ? 0 : FOOT(p, 0) - PREV;
    bool wild = false;

    if (size <= have && have - size < SMALLEST)
        return p;
    if (size > have + behind + before)
        return NULL;
    note_peak(heap);
    heap->used -= (uint32_t)have;
    if (behind != 0)
        wild = swallow(heap, next);
    if (size <= have + behind) {
        set_size(heap, p, have + behind, size, wild);
        return p;
    }
    char *start = p - before;

    wild = swallow(heap, start) || wild;
    copy_down(start, p, have - HEADER_BYTES);
    HEAD(start) = (uint32_t)PREV; /* what set_size() keeps: the block before is in use */
    set_size(heap, start, have + behind + before, size, wild);
    return start;
}

static char *move(struct mem_heap *heap, char *p, size_t bytes)
{
    size_t old = size_of(HEAD(p)) - HEADER_BYTES;
    char *moved = mem_heap_core_take(heap, bytes, FORCED_FRONT);

    if (moved == NULL)
        return NULL;
    copy_down(moved, p, old < bytes ? old : bytes);
    poison(p, p + old);
    (void)mem_heap_core_give(heap, p); /* it passed the checks */
    return moved;
}

void *mem_heap_realloc(struct mem_heap *heap, void *block, size_t bytes)
{
    if (block == NULL)
        return mem_heap_alloc(heap, bytes);
    MEM_HEAP_LOCK(heap);
    char *p = undress(block);
    char *resized = NULL;
    int error = CHECKS ? mem_heap_core_refuse(heap, p) : MEM_OK;
    const void *culprit = block;

#if DEBUG
    if (error == MEM_OK && (culprit = find_overflow(p)) != NULL)
        error = MEM_OVERFLOW;
#endif
    if (UNLIKELY(error != MEM_OK)) {
        (void)mem_heap_core_report(heap, error, culprit, __builtin_return_address(0));
    } else if (UNLIKELY(bytes >= heap->span - EXTRA_BYTES)) {
        (void)mem_heap_core_failed(heap, bytes);
    } else {
        resized = resize(heap, p, block_size(bytes + EXTRA_BYTES));
        if (resized == NULL)
            resized = move(heap, p, bytes + EXTRA_BYTES);
    }
    void *result = resized == NULL ? NULL : dress(resized, bytes, __builtin_return_address(0));

    MEM_HEAP_UNLOCK(heap);
    return result;
}
