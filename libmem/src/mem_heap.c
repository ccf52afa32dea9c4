/* SPDX-License-Identifier: MIT */
/*
 * The heap's constant-time part: init and taking; mem_heap_free.c gives back. The
 * layout is drawn in mem_heap_internal.h; docs/heap.md tells what was measured.
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
#define MEM_HEAP_LISTS_HERE

#include "mem_heap_debug.h"
#include "mem_heap_lists.h"

#define CALLER __builtin_return_address(0)

/* --- Filing free blocks ------------------------------------------------------------------------
 */

NOINLINE void *mem_heap_core_settle(struct mem_heap *heap, char *p, heap_size size, void *result)
{
    settle_here(heap, p, size);
    return result;
}

/* --- Making a heap -----------------------------------------------------------------------------
 */

/* Make one free block of what lies from payload position `first` to `limit`. */
static void open_region(struct mem_heap *heap, uintptr_t first, uintptr_t limit)
{
    heap->end = (char *)limit;
    HEAD((char *)limit) = USED; /* the end mark: a used block that nobody owns */
    poison((char *)first, (char *)limit - HEADER_BYTES);
    (void)mem_heap_core_settle(heap, (char *)first, limit - first, NULL);
}

/* The barrier keeps compilers from calling memset(), which not every image has. */
static void zero(void *from, size_t bytes)
{
    for (char *p = from; bytes > 0; bytes--) {
        *p++ = 0;
        __asm__ volatile("" ::: "memory");
    }
}

/* Rounding up adds less than this, which is what MEM_HEAP_ALIGN 16 and room to align take. */
#define LIMIT_MARGIN 32u

struct mem_heap *mem_heap_init(void *arena, size_t bytes, const struct mem_heap_config *config)
{
    /* Less is too little in any case, and rounding the start up in so much cannot wrap round. */
    const size_t least = sizeof(struct heap_cold) + sizeof(struct mem_heap) + 2 * SMALLEST;
    uintptr_t start = ((uintptr_t)arena + 7) & ~(uintptr_t)7;
    uintptr_t limit = (uintptr_t)arena + bytes;

    if (arena == NULL || limit < (uintptr_t)arena || bytes < least)
        return NULL;
    if (limit - start > REGION_MAX)
        limit = start + REGION_MAX;
    limit &= ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    struct heap_cold *cold = (struct heap_cold *)start;
    struct mem_heap *heap = (struct mem_heap *)(cold + 1);
    size_t capacity = limit - (uintptr_t)(heap + 1);
    uintptr_t tagged_config = (uintptr_t)config;

    if (config != NULL) {
        if (config->capacity_bytes > capacity)
            capacity = config->capacity_bytes > REGION_MAX ? REGION_MAX : config->capacity_bytes;
        if (config->out_of_memory != NULL)
            tagged_config |= HAS_HOOK;
    }
    unsigned wild_class = (unsigned)class_of(capacity) + 1;
    uintptr_t first = payload_behind((uintptr_t)heap + 4 * (wild_class + 1));

    if (first > limit || limit - first < SMALLEST_USED)
        return NULL;
    zero(cold, first - HEADER_BYTES - start);
    cold->config = tagged_config;
    cold->first = (char *)first;
    cold->limit = (uint32_t)capacity - LIMIT_MARGIN;
    heap->wild_class = wild_class;
    heap->map[wild_class / WORD_BITS] = (heap_word)1 << wild_class % WORD_BITS;
    /* heap->absorbed is not LINKED: what is settled next becomes the wilderness */
    open_region(heap, first, limit);
    return heap;
}

static int add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    /* What lies between becomes a used block, so that the heap stays one row of blocks. */
    uintptr_t end = (uintptr_t)heap->end;
    uintptr_t first = payload_behind((uintptr_t)memory);
    uintptr_t limit = ((uintptr_t)memory + bytes) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);

    /* NULL is below, too. */
    if ((uintptr_t)memory < end || bytes > UINTPTR_MAX - (uintptr_t)memory ||
        limit - (uintptr_t)heap > REGION_MAX || first - end > GAP_MAX)
        return MEM_INVALID;
    if (limit < first || limit - first < SMALLEST)
        return MEM_NO_ROOM;
    if (limit - first > cold_of(heap)->limit + LIMIT_MARGIN) /* the table has no class for it */
        return MEM_INVALID;
    char *gap = (char *)end;

    HEAD(gap) = ((uint32_t)(first - end) + (USED | GAP) + (HEAD(gap) & PREV)) + GAP_KEY;
    open_region(heap, first, limit);
    return MEM_OK;
}

int mem_heap_add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    int error = add_region(heap, memory, bytes);

    MEM_HEAP_UNLOCK(heap);
    return error;
}

/* --- Taking ----------------------------------------------------------------------------------- */

/* A request cannot be met: count it, unless the hook may have freed something. */
OUT_OF_LINE bool is_to_try_again(struct mem_heap *heap, size_t bytes)
{
    struct heap_cold *cold = cold_of(heap);
    const struct mem_heap_config *config = config_of(heap);

    bytes = without_extra(bytes);
    uint32_t failed = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;

    if ((cold->config & HAS_HOOK) != 0) {
        MEM_HEAP_UNLOCK(heap);
        bool again = config->out_of_memory(config->context, heap, bytes);

        MEM_HEAP_LOCK(heap);
        if (again)
            return true;
    }
    cold->failed++;
    if (cold->largest_failed < failed)
        cold->largest_failed = failed;
    return false;
}

/* Let the threshold follow the average request: the first one sets it. */
ALWAYS_INLINE void follow(struct heap_cold *cold, uint32_t bytes)
{
    uint32_t average = cold->average;

    average += average == 0 ? 16 * bytes : bytes - average / 16;
    cold->average = average;
    cold->threshold = average / 16;
}

/* Requests up to the average are. */
ALWAYS_INLINE bool is_cut_from_back(const struct mem_heap *heap, size_t bytes)
{
    return (uint32_t)bytes <= cold_of(heap)->threshold;
}

/* Somebody has written over a free block. */
OUT_OF_LINE void *damaged(struct mem_heap *heap, const char *p)
{
    (void)mem_heap_core_report(heap, MEM_CORRUPT, p, CALLER);
    return NULL;
}

/*
 * The general way: take a block, at a multiple of `align` out of one with room to align in, or
 * anywhere, and file what is left before and behind. *none tells whether there is none; NULL
 * without that means damage.
 */
ALWAYS_INLINE void *place(struct mem_heap *heap, size_t bytes, size_t align, bool anywhere,
                          bool *none)
{
    heap_size size = block_size(bytes);
    heap_size room = anywhere ? size : size + align + SMALLEST - MEM_HEAP_ALIGN;

    *none = true;
    if (UNLIKELY(bytes >= cold_of(heap)->limit) || UNLIKELY(room >= cold_of(heap)->limit))
        return NULL;
    heap_size class = class_of(room);
    char *p = first_of(heap, class);

    if (HEAD(p) < room) {
        class = mem_heap_core_next_class(heap, class);
        p = first_of(heap, class);
        if (UNLIKELY(HEAD(p) < room))
            return NULL;
    }
    *none = false;
    if (CHECKS && !is_whole(heap, p, HEAD(p) - PREV))
        return damaged(heap, p);
    FORGET(p);
    mem_heap_core_unlink(heap, p);
    heap_size have = HEAD(p) - PREV;
    heap_size front = (heap_size)(-(uintptr_t)(p + TAG_BYTES) & (align - 1));
    uint32_t flags = USED | PREV;

    if (anywhere) {
        if (class == heap->wild_class)
            follow(cold_of(heap), (uint32_t)bytes);
        front = is_cut_from_back(heap, bytes) && have - size >= SMALLEST ? have - size : 0;
    }
    if (front != 0) {
        if (front < SMALLEST)
            front += align;
        have -= front;
        if (anywhere) {
            (void)mem_heap_core_settle(heap, p, front, NULL);
        } else {
            mark_free(p, front);
            mem_heap_core_link(heap, p, front);
        }
        p += front;
        flags = USED;
    }
    return mem_heap_core_trim(heap, p, have, size, flags);
}

#if SMALL
static void *take_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    void *block;
    bool none;

    do {
        block = place(heap, bytes, align, align == 0, &none);
    } while (none && is_to_try_again(heap, bytes));
    return block;
}

void *mem_heap_core_take(struct mem_heap *heap, size_t bytes)
{
    return take_aligned(heap, bytes, 0);
}
#else
static NOINLINE void *retry(struct mem_heap *heap, size_t bytes, size_t align)
{
    void *block = NULL;
    bool none = true;

    while (none && is_to_try_again(heap, bytes))
        block = place(heap, bytes, align, align == 0, &none);
    return block;
}

/* A request for `bytes`, to be aligned unless `align` is 0, cannot be met. */
ALWAYS_INLINE void *fail(struct mem_heap *heap, size_t bytes, size_t align)
{
    struct heap_cold *cold = cold_of(heap);

    if (UNLIKELY((cold->config & HAS_HOOK) != 0))
        return retry(heap, bytes, align);
    bytes = without_extra(bytes);
    cold->failed++;
    if (cold->largest_failed < (uint32_t)bytes)
        cold->largest_failed = (uint32_t)bytes;
    return NULL;
}

static NOINLINE void *take_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    bool none;
    void *block = place(heap, bytes, align, false, &none);

    return none ? fail(heap, bytes < UINT32_MAX ? bytes : UINT32_MAX, align) : block;
}

#if SPLIT
static NOINLINE void *file(struct mem_heap *heap, char *p, heap_size size, void *result)
#else
ALWAYS_INLINE void *file(struct mem_heap *heap, char *p, heap_size size, void *result)
#endif
{
    mark_free(p, size);
    mem_heap_core_link(heap, p, size);
    return result;
}

/* What cut() leaves over: mem_heap_core_settle(), knowing which it is. */
ALWAYS_INLINE void *leave(struct mem_heap *heap, char *p, heap_size size, void *result, bool wild)
{
    if (!wild)
        return file(heap, p, size, result);
    mark_free(p, size);
    set_wild(heap, p);
    return result;
}

/* Take `size` bytes out of the first free block of a class. */
ALWAYS_INLINE void *cut(struct mem_heap *heap, size_t bytes, heap_size size, heap_size class,
                        bool wild)
{
    char *p = first_of(heap, class);

    if (CHECKS && !is_whole(heap, p, HEAD(p) - PREV))
        return damaged(heap, p);
    FORGET(p);
    FORGET(class);
    if (wild) {
        follow(cold_of(heap), (uint32_t)bytes);
        heap->absorbed = 0; /* all that unlinking it does */
    } else {
        unlink_first(heap, p, class);
    }
    FORGET(p);
    heap_size have = HEAD(p) - PREV;
    heap_size rest = have - size;

    if (rest < SMALLEST) {
        if (wild)
            forget_wild(heap);
        HEAD(p) = (uint32_t)have + (USED | PREV) + KEY;
        HEAD(p + have) |= PREV;
        mem_heap_core_count_taken(heap, have);
        return p;
    }
    mem_heap_core_count_taken(heap, size);
    if (!is_cut_from_back(heap, bytes)) {
        HEAD(p) = (uint32_t)size + (USED | PREV) + KEY;
        return leave(heap, p + size, rest, p, wild);
    }
    HEAD(p + have) |= PREV;
    HEAD(p + rest) = (uint32_t)size + USED + KEY;
    return leave(heap, p, rest, p + rest, wild);
}

#if SPLIT
static NOINLINE void *cut_listed(struct mem_heap *heap, size_t bytes, heap_size size,
                                 heap_size class)
{
    return cut(heap, bytes, size, class, false);
}

static NOINLINE void *cut_wild(struct mem_heap *heap, size_t bytes, heap_size size, heap_size class)
{
    return cut(heap, bytes, size, class, true);
}
#else
#define cut_listed(heap, bytes, size, class) cut(heap, bytes, size, class, false)
#define cut_wild(heap, bytes, size, class)   cut(heap, bytes, size, class, true)
#endif

static NOINLINE void *refuse_huge(struct mem_heap *heap, size_t bytes)
{
    return fail(heap, bytes < UINT32_MAX ? bytes : UINT32_MAX, 0);
}

void *mem_heap_core_take(struct mem_heap *heap, size_t bytes)
{
    if (UNLIKELY(bytes >= cold_of(heap)->limit))
        return refuse_huge(heap, bytes);
    heap_size size = block_size(bytes);
    heap_size class = class_of(size);

    /* One try in the request's own class, where blocks may be too small: a second one was not
     * worth its cost. Any block of a larger class will do, but the wilderness. */
    if (HEAD(first_of(heap, class)) >= (uint32_t)size)
        return cut_listed(heap, bytes, size, class);
    class = mem_heap_core_next_class(heap, class);
    if (class != heap->wild_class)
        return cut_listed(heap, bytes, size, class);
    if (UNLIKELY(HEAD(first_of(heap, class)) < (uint32_t)size))
        return fail(heap, bytes, 0);
    return cut_wild(heap, bytes, size, class);
}
#endif /* !SMALL */

#ifndef mem_heap_core_take
void *mem_heap_alloc(struct mem_heap *heap, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
    char *p = mem_heap_core_take(heap, with_extra(bytes));
    void *block = hand_out(heap, p, bytes, CALLER);

    MEM_HEAP_UNLOCK(heap);
    return block;
}
#endif

void *mem_heap_aligned_alloc(struct mem_heap *heap, size_t align, size_t bytes)
{
    if ((align & (align - 1)) != 0 || align - 1 >= ALIGN_MAX)
        return NULL;
    if (align <= MEM_HEAP_ALIGN)
        return mem_heap_alloc(heap, bytes);
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
#if DEBUG
    char *p = take_aligned(heap, with_extra(bytes), align);
    void *block = hand_out(heap, p, bytes, CALLER);
#else
    void *block = take_aligned(heap, bytes, align);
#endif
    MEM_HEAP_UNLOCK(heap);
    return block;
}

void *mem_heap_calloc(struct mem_heap *heap, size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes))
        bytes = SIZE_MAX;
    void *block = mem_heap_alloc(heap, bytes);

    mem_heap_set_caller(block, CALLER);
    if (block != NULL)
        zero(block, bytes);
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
    return ((HEAD((const char *)block) - KEY) & ~(heap_size)FLAGS) - HEADER_BYTES;
#endif
}
