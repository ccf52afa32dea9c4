/* SPDX-License-Identifier: MIT */
/*
 * The heap's constant-time part: init, alloc, free. The layout is drawn in
 * mem_heap_internal.h; docs/heap.md tells what was measured.
 *
 * Which end of a free block a request is cut from decides how much memory is
 * lost: small ones come from the back, large ones from the front, so that what
 * may grow has free space behind it, and what is small and stays does not end
 * up between large holes. What counts as small follows the average request.
 *
 * The functions that do the second half of an operation are kept out of line
 * and called last, so that they are jumped to: each half then fits the
 * registers that need no saving, which is what keeps the bound.
 */
#include "mem_heap_debug.h"

#define CALLER __builtin_return_address(0)

struct mem_heap *mem_heap_init(void *arena, size_t bytes, const struct mem_heap_config *config)
{
    uintptr_t start = ((uintptr_t)arena + 7) & ~(uintptr_t)7;
    uintptr_t limit = ((uintptr_t)arena + bytes) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    struct heap_cold *cold = (struct heap_cold *)start;
    struct mem_heap *heap = (struct mem_heap *)(start + sizeof *cold);

    if (start == 0 || bytes > UINTPTR_MAX - (uintptr_t)arena || limit < start ||
        limit - start < sizeof *cold + sizeof *heap + SMALLEST)
        return NULL;
    if (limit - start > REGION_MAX)
        limit = (start + REGION_MAX) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    size_t capacity = limit - start - sizeof *cold - sizeof *heap;

    if (config != NULL && config->capacity_bytes > capacity)
        capacity = config->capacity_bytes > REGION_MAX ? REGION_MAX : config->capacity_bytes;
    unsigned classes = (unsigned)class_of(capacity) + 1 - FIRST_CLASS;
    uintptr_t first = ((uintptr_t)&heap->bins[classes] + HEADER_BYTES + MEM_HEAP_ALIGN - 1) &
                      ~(uintptr_t)(MEM_HEAP_ALIGN - 1);

    if (first > limit || limit - first < SMALLEST)
        return NULL;
    *cold = (struct heap_cold){.config = (uintptr_t)config, .first = (char *)first};
    if (config != NULL && config->out_of_memory != NULL)
        cold->config |= HAS_HOOK;
    *heap = (struct mem_heap){
        .bins_end = (uint32_t)((uintptr_t)&heap->bins[classes] - (uintptr_t)heap),
        .null_next = NULL_BLOCK,
        .null_prev = NULL_BLOCK,
        .span = limit - first,
        /* Rounding up adds less than 32, which is what MEM_HEAP_ALIGN 16 and room to align take. */
        .limit = (uint32_t)capacity - 32,
    };
    if (MAP_WORDS > 2)
        heap->map[MAP_WORDS - 1] = (heap_word)1 << (WORD_BITS - 1);
    for (unsigned i = 0; i < classes; i++)
        heap->bins[i] = NULL_BLOCK;
    poison((char *)first, (char *)limit - HEADER_BYTES);
    mark_free((char *)first, limit - first);
    set_wild(heap, (char *)first);
    HEAD((char *)limit) = USED; /* the end mark: a used block that nobody owns */
    return heap;
}

int mem_heap_add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    /* What lies between becomes a used block, so that the heap stays one row of blocks. */
    struct heap_cold *cold = cold_of(heap);
    uintptr_t end = (uintptr_t)cold->first + heap->span;
    uintptr_t first =
        ((uintptr_t)memory + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    uintptr_t limit = ((uintptr_t)memory + bytes) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);

    if (memory == NULL || bytes > UINTPTR_MAX - (uintptr_t)memory || (uintptr_t)memory < end ||
        limit - (uintptr_t)heap > REGION_MAX)
        return MEM_INVALID;
    if (first - end > GAP_MAX)
        return MEM_INVALID;
    if (limit < first || limit - first < SMALLEST)
        return MEM_NO_ROOM;
    if (limit - first > (size_t)heap->limit + 32)
        return MEM_INVALID;
    char *gap = (char *)end;
    char *p = (char *)first;

    HEAD(gap) = ((uint32_t)(first - end) + (USED | GAP) + (HEAD(gap) & PREV)) + GAP_KEY;
    heap->span = limit - (uintptr_t)cold->first;
    HEAD((char *)limit) = USED;
    poison(p, (char *)limit - HEADER_BYTES);
    mark_free(p, limit - first);
    link_block(heap, p, limit - first);
    return MEM_OK;
}

/* --- Taking ----------------------------------------------------------------------------------- */

NOINLINE bool mem_heap_core_ask(struct mem_heap *heap, size_t bytes)
{
    const struct mem_heap_config *config = config_of(heap);

    return config->out_of_memory(config->context, heap, bytes);
}

/* The hook may free something and have us try again: as often as it says so. */
static NOINLINE void *ask_and_retry(struct mem_heap *heap, size_t bytes)
{
    return mem_heap_core_ask(heap, bytes) ? mem_heap_core_take(heap, bytes)
                                          : count_failure(heap, bytes);
}

static NOINLINE void *fail(struct mem_heap *heap, size_t bytes)
{
    if (UNLIKELY(has_hook(heap)))
        return ask_and_retry(heap, bytes);
    return count_failure(heap, bytes);
}

NOINLINE void *mem_heap_core_refuse_huge(struct mem_heap *heap, size_t bytes)
{
    if (bytes > UINT32_MAX)
        bytes = UINT32_MAX;
    return fail(heap, bytes);
}

#if SPLIT
static NOINLINE void *file(struct mem_heap *heap, char *p, heap_size size, void *result)
#else
ALWAYS_INLINE void *file(struct mem_heap *heap, char *p, heap_size size, void *result)
#endif
{
    mark_free(p, size);
    link_block(heap, p, size);
    return result;
}

/*
 * Take the block that the word at offset `back` links to out of its list, and
 * `size` bytes out of the block; the rest is filed. `empties` tells whether the
 * list may be empty then: 1 yes, 0 no, and then `back` is a block; 2 look.
 */
ALWAYS_INLINE void *take_linked(struct mem_heap *heap, size_t bytes, heap_size size, heap_size back,
                                int empties)
{
    char *p = (char *)heap + AT(back);
    heap_size next = NEXT(p);
    char *taken = p;

    AT(back) = (uint32_t)next;
    AT(next + 4) = (uint32_t)back;
    if (empties != 0 && next == NULL_BLOCK && (empties == 1 || back < heap->bins_end))
        clear_bit(heap, back / 4);
    /* Not earlier, or registers would have to be saved. */
    heap_size have = HEAD(p) - PREV;
    heap_size rest = have - size;

    if (rest < SMALLEST) {
        HEAD(p) = (uint32_t)have + (USED | PREV) + KEY;
        HEAD(p + have) |= PREV;
        count_taken(heap, have);
        return p;
    }
    count_taken(heap, size);
    if ((uint32_t)bytes > cold_of(heap)->threshold) {
        HEAD(taken) = (uint32_t)size + (USED | PREV) + KEY;
        p += size;
    } else {
        taken = p + rest;
        HEAD(taken + size) |= PREV;
        HEAD(taken) = (uint32_t)size + USED + KEY;
    }
    return file(heap, p, rest, taken);
}

#if SPLIT
static NOINLINE void *take_first(struct mem_heap *heap, size_t bytes, heap_size size,
                                 heap_size class)
{
    return take_linked(heap, bytes, size, 4 * class, 1);
}

static NOINLINE void *take_second(struct mem_heap *heap, size_t bytes, heap_size size,
                                  heap_size before)
{
    return take_linked(heap, bytes, size, before, 0);
}
#endif

/* Let the threshold follow the average request: the first one sets it. */
ALWAYS_INLINE void follow(struct heap_cold *cold, uint32_t bytes)
{
    uint32_t average = cold->average;

    average += average == 0 ? 16 * bytes : bytes - average / 16;
    cold->average = average;
    cold->threshold = average / 16;
}

/* From the wilderness, which is large enough. */
static NOINLINE void *take_wild(struct mem_heap *heap, size_t bytes, heap_size size)
{
    struct heap_cold *cold = cold_of(heap);
    char *p = wild_of(heap);
    heap_size rest = HEAD(p) - PREV - size;
    char *taken = p;

    follow(cold, (uint32_t)bytes);
    if (rest < SMALLEST) {
        heap->wild = NULL_BLOCK;
        size += rest;
        HEAD(p) = (uint32_t)size + (USED | PREV) + KEY;
        HEAD(p + size) |= PREV;
    } else if ((uint32_t)bytes > cold->threshold) {
        HEAD(p) = (uint32_t)size + (USED | PREV) + KEY;
        p += size;
        set_wild(heap, p);
        mark_free(p, rest);
    } else {
        taken = p + rest;
        mark_free(p, rest);
        HEAD(taken + size) |= PREV;
        HEAD(taken) = (uint32_t)size + USED + KEY;
    }
    count_taken(heap, size);
    return taken;
}

void *mem_heap_core_take(struct mem_heap *heap, size_t bytes)
{
    if (UNLIKELY(bytes >= heap->limit))
        return mem_heap_core_refuse_huge(heap, bytes);
    heap_size size = block_size(bytes);
    heap_size class = class_of(size);
    heap_size back = 4 * class;
    heap_size first = AT(back);

    /* Two tries in the request's own class, where a block may be too small; then any of a larger
     * class; then the wilderness. */
    if (AT(first - HEADER_BYTES) < (uint32_t)size) {
        if (AT(AT(first) - (heap_size)HEADER_BYTES) < (uint32_t)size) {
            class = next_class(heap, class);
            if (class == NO_CLASS) {
                if (UNLIKELY(HEAD(wild_of(heap)) < (uint32_t)size))
                    return fail(heap, bytes);
                return take_wild(heap, bytes, size);
            }
            back = 4 * class;
        } else {
#if SPLIT
            return take_second(heap, bytes, size, first);
#endif
            back = first;
        }
    }
#if SPLIT
    return take_first(heap, bytes, size, class);
#else
    return take_linked(heap, bytes, size, back, 2);
#endif
}

#ifndef mem_heap_core_take
void *mem_heap_alloc(struct mem_heap *heap, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
    char *p = bytes > SIZE_MAX - EXTRA_BYTES ? mem_heap_core_refuse_huge(heap, bytes)
                                             : mem_heap_core_take(heap, bytes + EXTRA_BYTES);
    void *block = hand_out(heap, p, bytes, CALLER);

    MEM_HEAP_UNLOCK(heap);
    return block;
}
#endif

/* --- Giving back ------------------------------------------------------------------------------ */

NOINLINE int mem_heap_core_report(struct mem_heap *heap, int error, const void *address,
                                  const void *caller)
{
    const struct mem_heap_config *config = config_of(heap);
    const struct mem_heap_misuse misuse = {error, address, caller};

    if (config != NULL && config->report != NULL)
        config->report(config->context, &misuse);
    return error;
}

#if CHECKS
/* Find out what is wrong with an address that the fast checks refused. */
static NOINLINE int complain(struct mem_heap *heap, const char *p)
{
    /* Jumped to, not called, so that this is the application, and costs the fast path nothing. */
    const void *caller = CALLER;

    if (undress(NULL) == p)
        return MEM_OK; /* freeing NULL */
    return mem_heap_core_report(heap, mem_heap_core_refuse(heap, p), p + TAG_BYTES, caller);
}
#endif

int mem_heap_core_refuse(const struct mem_heap *heap, const char *p)
{
    heap_size distance = (heap_size)(p - cold_of(heap)->first);

    if (distance >= heap->span)
        return MEM_FOREIGN;
    if (distance % MEM_HEAP_ALIGN != 0)
        return MEM_MISALIGNED;
    uint32_t head = HEAD(p);
    heap_size size = size_of(head);

    if (is_gap(head))
        return MEM_FOREIGN;
    if (!is_used(head))
        return MEM_DOUBLE_FREE;
    if (size < SMALLEST || size > heap->span - distance || (HEAD(p + size) & PREV) == 0)
        return MEM_CORRUPT;
    if ((head & PREV) == 0) {
        heap_size before = FOOT(p, 0);

        if (before > distance || HEAD(p - before) != (uint32_t)before + PREV)
            return MEM_CORRUPT;
    }
    return MEM_OK;
}

NOINLINE void *mem_heap_core_settle(struct mem_heap *heap, char *p, heap_size size, void *result)
{
    mark_free(p, size);
    if (heap->wild == ABSORBED)
        set_wild(heap, p);
    else
        link_block(heap, p, size);
    return result;
}

int mem_heap_core_give(struct mem_heap *heap, void *block)
{
    char *p = block;

#if CHECKS
    heap_size distance = (heap_size)(p - cold_of(heap)->first);

    if (UNLIKELY(distance % MEM_HEAP_ALIGN != 0) || UNLIKELY(distance >= heap->span))
        return complain(heap, p);
    uint32_t head = HEAD(p);
    heap_size size = (head - KEY) & ~(heap_size)FLAGS;

    if (UNLIKELY(!is_used(head)) || UNLIKELY(distance + size > heap->span))
        return complain(heap, p);
    char *next = p + size;
    uint32_t next_head = HEAD(next);

    if (UNLIKELY((next_head & PREV) == 0))
        return complain(heap, p);
#else
    if (p == NULL)
        return MEM_OK;
    uint32_t head = HEAD(p);
    heap_size size = (head - KEY) & ~(heap_size)FLAGS;
    char *next = p + size;
    uint32_t next_head = HEAD(next);
#endif
    count_given(heap, size);
    if ((head & PREV) == 0) {
        heap_size before = FOOT(p, 0);

#if CHECKS
        if (UNLIKELY(before > distance) || UNLIKELY(HEAD(p - before) != (uint32_t)before + PREV)) {
            count_taken(heap, size);
            return complain(heap, p);
        }
#endif
        HEAD(p) = 0; /* no block starts here any more */
        poison(p - 8, p);
        p -= before;
        unlink_block(heap, p);
        size += before;
    }
    if (is_used(next_head)) {
        HEAD(next) = next_head - PREV;
    } else {
        unlink_block(heap, next);
        poison(next - 8, next + 8);
        size += next_head - PREV;
    }
    mark_free(p, size);
    if (heap->wild == ABSORBED)
        set_wild(heap, p);
    else
        link_block(heap, p, size);
    return MEM_OK;
}

#ifndef mem_heap_core_give
int mem_heap_free(struct mem_heap *heap, void *block)
{
    MEM_HEAP_LOCK(heap);
    char *p = undress(block);
    int error = MEM_OK;

    paranoia(heap, CALLER);
#if DEBUG
    const void *culprit = block;

    error = block == NULL ? MEM_OK : mem_heap_core_refuse(heap, p);
    if (error == MEM_OK && block != NULL && (culprit = find_overflow(p)) != NULL)
        error = MEM_OVERFLOW;
    if (error != MEM_OK)
        (void)mem_heap_core_report(heap, error, culprit, CALLER);
    else if (block != NULL)
        fill(p, p + size_of(HEAD(p)) - HEADER_BYTES, POISON_BYTE);
#endif
    if (error == MEM_OK && block != NULL)
        error = mem_heap_core_give(heap, p);
    MEM_HEAP_UNLOCK(heap);
    return error;
}
#endif
