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

#if WORD_BITS == 64
#define ROTATE_UNITS(distance) \
    ((distance) / MEM_HEAP_ALIGN | (distance) << (64 - (MEM_HEAP_ALIGN == 8 ? 3 : 4)))
#else
#define ROTATE_UNITS(distance) \
    ((distance) / MEM_HEAP_ALIGN | (distance) << (32 - (MEM_HEAP_ALIGN == 8 ? 3 : 4)))
#endif

#define AVERAGE_START 96u

struct mem_heap *mem_heap_init(void *arena, size_t bytes, const struct mem_heap_config *config)
{
    uintptr_t start = ((uintptr_t)arena + MEM_HEAP_ALIGN - 1) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    size_t lost = start - (uintptr_t)arena;
    struct mem_heap *heap = (struct mem_heap *)start;

    if (arena == NULL || bytes > UINTPTR_MAX - (uintptr_t)arena ||
        bytes < lost + sizeof *heap + sizeof(struct heap_cold) + 2 * SMALLEST)
        return NULL;
    bytes = (bytes - lost) & ~(size_t)(MEM_HEAP_ALIGN - 1);
    if (bytes > REGION_MAX)
        bytes = REGION_MAX & ~(size_t)(MEM_HEAP_ALIGN - 1);
    size_t capacity =
        config != NULL && config->capacity_bytes > bytes ? config->capacity_bytes : bytes;
    unsigned classes =
        (unsigned)class_of(capacity > REGION_MAX ? REGION_MAX : capacity) + 1 - FIRST_CLASS;
    uintptr_t table_end = start + sizeof *heap + 4 * classes;
    uintptr_t cold = (table_end + sizeof(void *) - 1) & ~(uintptr_t)(sizeof(void *) - 1);
    uintptr_t first = (cold + sizeof(struct heap_cold) + HEADER_BYTES + MEM_HEAP_ALIGN - 1) &
                      ~(uintptr_t)(MEM_HEAP_ALIGN - 1);

    if (first - start + SMALLEST > bytes)
        return NULL;
    heap_size span = start + bytes - first;

    *heap = (struct mem_heap){
        .bins_end = (uint32_t)(table_end - start),
        .null_next = NULL_BLOCK,
        .null_prev = NULL_BLOCK,
        .first = (char *)first,
        .units = span / MEM_HEAP_ALIGN,
        .span = span,
        .wild = (char *)first,
        .threshold = AVERAGE_START,
    };
    *cold_of(heap) = (struct heap_cold){.config = config, .average = AVERAGE_START * 16};
    for (unsigned i = 0; i < classes; i++)
        heap->bins[i] = NULL_BLOCK;
    poison(heap->first, heap->first + span - HEADER_BYTES);
    mark_free(heap->first, span);
    HEAD(heap->first + span) = USED; /* the end mark: a used block that nobody owns */
    return heap;
}

int mem_heap_add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    /* What lies between becomes a used block, so that the heap stays one row of blocks. */
    uintptr_t end = (uintptr_t)heap->first + heap->span;
    uintptr_t first =
        ((uintptr_t)memory + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    uintptr_t limit = ((uintptr_t)memory + bytes) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    const struct mem_heap_config *config = cold_of(heap)->config;

    if (memory == NULL || bytes > UINTPTR_MAX - (uintptr_t)memory || (uintptr_t)memory < end ||
        limit - (uintptr_t)heap > REGION_MAX)
        return MEM_INVALID;
    if (first - end > GAP_MAX)
        return MEM_INVALID;
    if (limit < first || limit - first < SMALLEST)
        return MEM_NO_ROOM;
    if (config == NULL || limit - first > config->capacity_bytes)
        return MEM_INVALID;
    char *gap = (char *)end;
    char *p = (char *)first;

    HEAD(gap) = ((uint32_t)(first - end) + (USED | GAP) + (HEAD(gap) & PREV)) ^ GAP_KEY;
    heap->span = limit - (uintptr_t)heap->first;
    heap->units = heap->span / MEM_HEAP_ALIGN;
    HEAD((char *)limit) = USED;
    poison(p, (char *)limit - HEADER_BYTES);
    mark_free(p, limit - first);
    link_block(heap, p, limit - first);
    return MEM_OK;
}

/* --- Taking ------------------------------------------------------------------------------------
 */

NOINLINE bool mem_heap_core_failed(struct mem_heap *heap, size_t bytes)
{
    struct heap_cold *cold = cold_of(heap);
    const struct mem_heap_config *config = cold->config;

    if (config != NULL && config->out_of_memory != NULL &&
        config->out_of_memory(config->context, heap, bytes))
        return false;
    cold->failed++;
    if (bytes > cold->largest_failed)
        cold->largest_failed = bytes;
    return true;
}

static NOINLINE void *refuse(struct mem_heap *heap, size_t bytes, enum cut_end end)
{
    /* The hook may free something and have us try again: as often as it says so. */
    return mem_heap_core_failed(heap, bytes) ? NULL : mem_heap_core_take(heap, bytes, end);
}

/* Split a free block that is in no list: `size` bytes are taken, the rest is given back. */
ALWAYS_INLINE char *cut(struct mem_heap *heap, char *p, heap_size have, heap_size size,
                        enum cut_end end)
{
    heap_size rest = have - size;
    char *taken = p;

    if (rest < SMALLEST) {
        HEAD(p) = ((uint32_t)have + (USED | PREV)) ^ KEY;
        HEAD(p + have) |= PREV;
        heap->used += (uint32_t)have;
        return p;
    }
    if (end != BACK) {
        HEAD(taken) = ((uint32_t)size + (USED | PREV)) ^ KEY;
        p += size;
    } else {
        taken = p + rest;
        HEAD(taken + size) |= PREV;
        HEAD(taken) = ((uint32_t)size + USED) ^ KEY;
    }
    mark_free(p, rest);
    link_block(heap, p, rest);
    heap->used += (uint32_t)size;
    return taken;
}

/* The first block of a class, which is large enough. */
static NOINLINE void *take_first(struct mem_heap *heap, heap_size size, enum cut_end end,
                                 heap_size class)
{
    heap_size slot = 4 * class;
    char *p = (char *)heap + AT(slot);
    heap_size next = NEXT(p);

    AT(slot) = (uint32_t)next;
    AT(next + 4) = (uint32_t)slot;
    if (next == NULL_BLOCK)
        heap->map[class / WORD_BITS] &= ~((heap_word)1 << (class % WORD_BITS));
    return cut(heap, p, HEAD(p) - PREV, size, end);
}

/* The block behind `before` in its list. */
static NOINLINE void *take_second(struct mem_heap *heap, heap_size before, heap_size size,
                                  enum cut_end end)
{
    heap_size second = AT(before);
    heap_size next = AT(second);

    AT(before) = (uint32_t)next;
    AT(next + 4) = (uint32_t)before;
    return cut(heap, (char *)heap + second, AT(second - HEADER_BYTES) - PREV, size, end);
}

static NOINLINE void *take_wild(struct mem_heap *heap, heap_size size, size_t bytes,
                                enum cut_end end)
{
    char *p = heap->wild;
    heap_size have = HEAD(p) & ~(heap_size)FLAGS; /* 0 when there is no wilderness */
    struct heap_cold *cold = cold_of(heap);

    if (have < size)
        return refuse(heap, bytes, end);
    if (end != FORCED_FRONT) {
        cold->average += (uint32_t)bytes - cold->average / 16;
        heap->threshold = cold->average / 16;
        end = bytes >= heap->threshold ? FRONT : BACK;
    }
    heap_size rest = have - size;
    char *taken = p;

    if (rest < SMALLEST) {
        heap->wild = (char *)heap + NULL_BLOCK;
        size = have;
        HEAD(p) = ((uint32_t)size + (USED | PREV)) ^ KEY;
        HEAD(p + size) |= PREV;
    } else if (end != BACK) {
        HEAD(p) = ((uint32_t)size + (USED | PREV)) ^ KEY;
        heap->wild = p + size;
        mark_free(heap->wild, rest);
    } else {
        taken = p + rest;
        mark_free(p, rest);
        HEAD(taken + size) |= PREV;
        HEAD(taken) = ((uint32_t)size + USED) ^ KEY;
    }
    heap->used += (uint32_t)size;
    return taken;
}

/* The lowest class with a block in it, from `class` + 1 on; 0 when there is none. */
ALWAYS_INLINE heap_size next_class(const struct mem_heap *heap, heap_size class)
{
    heap_size word = class / WORD_BITS;
    heap_word bits = heap->map[word] & (((heap_word)-2) << (class % WORD_BITS));

#if MAP_WORDS == 2
    word = class & WORD_BITS;
    if (bits == 0) {
        bits = heap->map[1];
        if (word != 0 || bits == 0)
            return 0;
        word = WORD_BITS;
    }
    return word + lowest_bit(bits);
#else
    while (bits == 0) { /* at most 3 times */
        if (++word == MAP_WORDS)
            return 0;
        bits = heap->map[word];
    }
    return word * WORD_BITS + lowest_bit(bits);
#endif
}

ALWAYS_INLINE void *take(struct mem_heap *heap, size_t bytes, enum cut_end end)
{
    if (UNLIKELY(bytes >= heap->span))
        return refuse(heap, bytes, end);
    heap_size size = block_size(bytes);
    heap_size class = class_of(size);
    heap_size head = AT(4 * class);

    if (end != FORCED_FRONT)
        end = bytes >= heap->threshold ? FRONT : BACK;
    /* Two tries in the request's own class, where a block may be too small; then any of a larger
     * class. */
    if (AT(head - HEADER_BYTES) < size) {
        if (AT(AT(head) - (heap_size)HEADER_BYTES) >= size)
            return take_second(heap, head, size, end);
        class = next_class(heap, class);
        if (class == 0)
            return take_wild(heap, size, bytes, end);
    }
    return take_first(heap, size, end, class);
}

void *mem_heap_core_take(struct mem_heap *heap, size_t bytes, enum cut_end end)
{
    return take(heap, bytes, end);
}

/* The debug presets' own checks of a block just taken, and what they add to it. */
static inline void *hand_out(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    if (p == NULL)
        return NULL;
#if DEBUG
    /* Links, and a footer where the block was one whole free block, are no poison. */
    const char *touched = find_other(p + 8, p + size_of(HEAD(p)) - 8, POISON_BYTE);

    if (touched != NULL)
        (void)mem_heap_core_report(heap, MEM_USE_AFTER_FREE, touched, caller);
#else
    (void)heap;
#endif
    return dress(p, bytes, caller);
}

static inline void paranoia(struct mem_heap *heap, const void *caller)
{
#if MEM_HEAP_PRESET >= MEM_HEAP_PARANOID
    const void *where;

    if (mem_heap_check(heap, &where) != MEM_OK)
        (void)mem_heap_core_report(heap, MEM_CORRUPT, where, caller);
#else
    (void)heap;
    (void)caller;
#endif
}

void *mem_heap_alloc(struct mem_heap *heap, size_t bytes)
{
#if DEBUG
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
    char *p = bytes > SIZE_MAX - EXTRA_BYTES ? refuse(heap, bytes, BACK)
                                             : take(heap, bytes + EXTRA_BYTES, BACK);
    void *block = hand_out(heap, p, bytes, CALLER);

    MEM_HEAP_UNLOCK(heap);
    return block;
#else
    MEM_HEAP_LOCK(heap);
    void *block = take(heap, bytes, BACK);

    MEM_HEAP_UNLOCK(heap);
    return block;
#endif
}

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

/*
 * Give back what an aligned block leaves before and behind: `p` is a used block
 * of `have` bytes, of which `size` from `wanted` on stay.
 */
static char *trim(struct mem_heap *heap, char *p, char *wanted, heap_size size)
{
    heap_size have = size_of(HEAD(p));
    heap_size front = (heap_size)(wanted - p);
    heap_size back = have - front - size;
    uint32_t before = HEAD(p) & PREV;

    if (back < SMALLEST) {
        size += back;
        back = 0;
    }
    heap->used -= (uint32_t)(front + back);
    if (front != 0) {
        mark_free(p, front);
        link_block(heap, p, front);
        before = 0;
    }
    HEAD(wanted) = ((uint32_t)size + USED + before) ^ KEY;
    if (back != 0) {
        char *tail = wanted + size;
        char *after = tail + back;

        bool wild = after == heap->wild;

        if (is_used(HEAD(after))) {
            HEAD(after) &= ~PREV;
        } else {
            if (!wild)
                unlink_block(heap, after);
            back += size_of(HEAD(after));
            poison(after - 8, after + 8);
        }
        mark_free(tail, back);
        if (wild)
            heap->wild = tail;
        else
            link_block(heap, tail, back);
    }
    return wanted;
}

void *mem_heap_aligned_alloc(struct mem_heap *heap, size_t align, size_t bytes)
{
    if (align == 0 || (align & (align - 1)) != 0 || align > 65536)
        return NULL;
    if (align <= MEM_HEAP_ALIGN)
        return mem_heap_alloc(heap, bytes);
    MEM_HEAP_LOCK(heap);
    paranoia(heap, CALLER);
    /* Room to move to an aligned place and still leave a whole free block in front. */
    size_t with_room = bytes + EXTRA_BYTES + align + SMALLEST;
    char *p =
        with_room < bytes ? refuse(heap, bytes, FORCED_FRONT) : take(heap, with_room, FORCED_FRONT);

    if (p != NULL) {
        heap_size off = (heap_size)(-(uintptr_t)(p + TAG_BYTES) & (align - 1));

        if (off != 0 && off < SMALLEST)
            off += align;
        p = trim(heap, p, p + off, block_size(bytes + EXTRA_BYTES));
    }
    void *block = hand_out(heap, p, bytes, CALLER);

    MEM_HEAP_UNLOCK(heap);
    return block;
}

/* --- Giving back -------------------------------------------------------------------------------
 */

NOINLINE int mem_heap_core_report(struct mem_heap *heap, int error, const void *address,
                                  const void *caller)
{
    const struct mem_heap_config *config = cold_of(heap)->config;
    const struct mem_heap_misuse misuse = {error, address, caller};

    if (config != NULL && config->report != NULL)
        config->report(config->context, &misuse);
    return error;
}

#if CHECKS
/* Find out what is wrong with an address that the fast checks refused. */
static NOINLINE int complain(struct mem_heap *heap, const char *p, const void *caller)
{
    if (undress(NULL) == p)
        return MEM_OK; /* freeing NULL */
    return mem_heap_core_report(heap, mem_heap_core_refuse(heap, p), p + TAG_BYTES, caller);
}
#endif

int mem_heap_core_refuse(const struct mem_heap *heap, const char *p)
{
    heap_size distance = (heap_size)(p - heap->first);

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
        heap_size before = FOOT(p, 0) - PREV;

        if (before > distance || HEAD(p - before) != (uint32_t)before + PREV)
            return MEM_CORRUPT;
    }
    return MEM_OK;
}

/* Put a free block that has merged with its neighbours into its list. */
static NOINLINE int settle(struct mem_heap *heap, char *p, heap_size size)
{
    mark_free(p, size);
    link_block(heap, p, size);
    return MEM_OK;
}

/* A block that touches the wilderness becomes part of it. */
static NOINLINE int settle_wild(struct mem_heap *heap, char *p, heap_size size)
{
    char *next = p + size;
    char *start = p;
    heap_size total = size;

    note_peak(heap);
    heap->used -= (uint32_t)size;
    if ((HEAD(p) & PREV) == 0) {
        heap_size before = FOOT(p, 0) - PREV;

        start = p - before;
        total += before;
        if (start != heap->wild)
            unlink_block(heap, start);
        HEAD(p) = 0; /* no block starts here any more */
        poison(p - 8, p);
    }
    uint32_t head = HEAD(next);

    if (is_used(head)) {
        HEAD(next) = head - PREV;
    } else {
        total += head - PREV;
        if (next != heap->wild)
            unlink_block(heap, next);
        poison(next - 8, next + 8);
    }
    heap->wild = start;
    mark_free(start, total);
    return MEM_OK;
}

/* Merge with the next block if that is free; returns the size then. */
ALWAYS_INLINE heap_size absorb_next(struct mem_heap *heap, char *p, heap_size size)
{
    char *next = p + size;
    uint32_t head = HEAD(next);

    if (is_used(head)) {
        HEAD(next) = head - PREV;
        return size;
    }
    unlink_block(heap, next);
    poison(next - 8, next + 8);
    return size + head - PREV;
}

static inline int give_back(struct mem_heap *heap, char *p, const void *caller)
{
#if CHECKS
    heap_size distance = (heap_size)(p - heap->first);

    /* One comparison for range and alignment: a misaligned distance rotates into the top bits. */
    if (UNLIKELY(ROTATE_UNITS(distance) >= heap->units))
        return complain(heap, p, caller);
    uint32_t head = HEAD(p);
    heap_size size = (head ^ KEY) & ~(heap_size)FLAGS;

    if (UNLIKELY((head & USED) == 0) || UNLIKELY(distance + size > heap->span))
        return complain(heap, p, caller);
    char *next = p + size;

    if (UNLIKELY((HEAD(next) & PREV) == 0))
        return complain(heap, p, caller);
#else
    (void)caller;
    if (p == NULL)
        return MEM_OK;
    uint32_t head = HEAD(p);
    heap_size size = (head ^ KEY) & ~(heap_size)FLAGS;
    char *next = p + size;
#endif
    if ((head & PREV) == 0) {
        heap_size foot = FOOT(p, 0);
        char *before = p - foot + PREV;

#if CHECKS
        if (UNLIKELY(foot - PREV > distance) || UNLIKELY(HEAD(before) != foot))
            return complain(heap, p, caller);
#endif
        if (UNLIKELY(before == heap->wild) || UNLIKELY(next == heap->wild))
            return settle_wild(heap, p, size);
        HEAD(p) = 0; /* no block starts here any more */
        poison(p - 8, p);
        note_peak(heap);
        heap->used -= (uint32_t)size;
        size = absorb_next(heap, p, size);
        unlink_block(heap, before);
        return settle(heap, before, size + foot - PREV);
    }
    if (UNLIKELY(next == heap->wild))
        return settle_wild(heap, p, size);
    note_peak(heap);
    heap->used -= (uint32_t)size;
    return settle(heap, p, absorb_next(heap, p, size));
}

int mem_heap_core_give(struct mem_heap *heap, char *p)
{
    return give_back(heap, p, NULL);
}

int mem_heap_free(struct mem_heap *heap, void *block)
{
    MEM_HEAP_LOCK(heap);
    char *p = undress(block);
#if DEBUG
    int error = block == NULL ? MEM_OK : mem_heap_core_refuse(heap, p);
    const void *damage = error == MEM_OK && block != NULL ? find_overflow(p) : NULL;

    paranoia(heap, CALLER);
    if (damage != NULL) {
        error = mem_heap_core_report(heap, MEM_OVERFLOW, damage, CALLER);
    } else if (error != MEM_OK) {
        error = mem_heap_core_report(heap, error, block, CALLER);
    } else if (block != NULL) {
        fill(p, p + size_of(HEAD(p)) - HEADER_BYTES, POISON_BYTE);
        error = give_back(heap, p, CALLER);
    }
#else
    int error = give_back(heap, p, CALLER);
#endif
    MEM_HEAP_UNLOCK(heap);
    return error;
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
