/* SPDX-License-Identifier: MIT */
/*
 * The heap's constant-time part: giving back, and what is said of addresses that
 * cannot be. Neighbours are looked at on the way; when one turns out to be
 * damaged, what was done until then is undone.
 */
#include "mem_heap_debug.h"
#include "mem_heap_lists.h"

#define CALLER __builtin_return_address(0)

NOINLINE int mem_heap_core_report(struct mem_heap *heap, int error, const void *address,
                                  const void *caller)
{
    const struct mem_heap_config *config = config_of(heap);
    const struct mem_heap_misuse misuse = {error, address, caller};

    if (config != NULL && config->report != NULL)
        config->report(config->context, &misuse);
    return error;
}

/* The free block of `before` bytes that ends at p, as its footer, which may be anything, says; NULL
 * when there is none. The header is read from where one could be. */
ALWAYS_INLINE char *block_before(const struct mem_heap *heap, const char *p, heap_size before)
{
    heap_size offset;

    if (UNLIKELY(__builtin_sub_overflow((heap_size)(p - (const char *)heap), before, &offset)))
        return NULL;
    char *start = (char *)(uintptr_t)heap + (offset & ~(heap_size)7);

    return LIKELY(HEAD(start) == (uint32_t)before + PREV) ? start : NULL;
}

/* Find out what is wrong with an address that the fast checks refused. */
OUT_OF_LINE int complain(struct mem_heap *heap, const char *p)
{
    /* Jumped to, not called, so that this is the application, and costs the fast path nothing. */
    const void *caller = CALLER;

    if (undress(NULL) == p)
        return MEM_OK; /* freeing NULL */
    return mem_heap_core_report(heap, mem_heap_core_refuse(heap, p), p + TAG_BYTES, caller);
}

/*
 * A neighbour is damaged: take back what free() has done, and report. p is the
 * block, or the free block before it, with which it was merged.
 */
static NOINLINE int undo(struct mem_heap *heap, char *p, char *next, const char *damaged)
{
    const void *caller = CALLER;

    if (!is_used(HEAD(p))) {
        heap_size before = HEAD(p) - PREV;

        (void)mem_heap_core_settle(heap, p, before, NULL);
        p += before;
        HEAD(p) = (uint32_t)(next - p) + USED + KEY;
    }
    mem_heap_core_count_taken(heap, (heap_size)(next - p));
    return mem_heap_core_report(heap, MEM_CORRUPT, damaged, caller);
}

int mem_heap_core_refuse(const struct mem_heap *heap, const char *p)
{
    if (p < cold_of(heap)->first || p >= heap->end)
        return MEM_FOREIGN;
    if ((uintptr_t)p % MEM_HEAP_ALIGN != 0)
        return MEM_MISALIGNED;
    uint32_t head = HEAD(p);

    if (is_gap(head))
        return MEM_FOREIGN;
    if (!is_used(head))
        return MEM_DOUBLE_FREE;
    heap_size size = (head - KEY) & ~(heap_size)FLAGS;

    if (size < SMALLEST_USED || size > (heap_size)(heap->end - p) || (HEAD(p + size) & PREV) == 0)
        return MEM_CORRUPT;
    if ((head & PREV) == 0 && block_before(heap, p, FOOT(p, 0)) == NULL)
        return MEM_CORRUPT;
    if (!is_used(HEAD(p + size)) && !is_whole(heap, p + size, HEAD(p + size) - PREV))
        return MEM_CORRUPT;
    return MEM_OK;
}

int mem_heap_core_give(struct mem_heap *heap, void *block)
{
    char *p = block;

    if (CHECKS ? UNLIKELY(!passes(heap, p)) : p == NULL)
        return complain(heap, p);
    uint32_t head = HEAD(p);
    heap_size size = (head - KEY) & ~(heap_size)FLAGS;
    char *next = p + size;
    uint32_t next_head = HEAD(next);

    count_given(heap, size);
    if ((head & PREV) == 0) {
        heap_size before = FOOT(p, 0);
        char *start = CHECKS && !SMALL ? block_before(heap, p, before) : p - before;

        if (CHECKS && !SMALL && UNLIKELY(start == NULL))
            return undo(heap, p, next, p);
        HEAD(p) = 0; /* no block starts here any more */
        poison(p - 8, p);
        p = start;
        mem_heap_core_unlink(heap, p);
        size += before;
    }
    if (is_used(next_head)) {
        HEAD(next) = next_head - PREV;
    } else {
        heap_size after = next_head - PREV; /* a multiple of 4: its flags have been looked at */

        if (CHECKS && !SMALL &&
            !(is_inside(heap, next, after) && LIKELY(FOOT(next, after) == after)))
            return undo(heap, p, next, next);
        mem_heap_core_unlink(heap, next);
        poison(next - 8, next + 8);
        size += after;
    }
    if (SMALL)
        (void)mem_heap_core_settle(heap, p, size, NULL);
    else
        settle_here(heap, p, size);
    return MEM_OK;
}

#ifndef mem_heap_core_give
int mem_heap_free(struct mem_heap *heap, void *block)
{
    MEM_HEAP_LOCK(heap);
    char *p = undress(block);
    int error = MEM_OK;

    paranoia(heap, CALLER);
    if (CHECKS && block != NULL) {
        const void *culprit = block;

        error = mem_heap_core_refuse(heap, p);
#if DEBUG
        if (error == MEM_OK && (culprit = find_overflow(p)) != NULL)
            error = MEM_OVERFLOW;
        if (error == MEM_OK)
            fill(p, end_of(p), POISON_BYTE);
#endif
        if (error != MEM_OK)
            (void)mem_heap_core_report(heap, error, culprit, CALLER);
    }
    if (error == MEM_OK && block != NULL)
        error = mem_heap_core_give(heap, p);
    MEM_HEAP_UNLOCK(heap);
    return error;
}
#endif
