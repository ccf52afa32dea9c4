/* SPDX-License-Identifier: MIT */
/*
 * Reports on a heap: walk, inspection, statistics, invariants, and why a request fails. All of it
 * takes O(blocks), only reads, trusts no word of the heap, and ends: it also runs in a fault
 * handler, on a damaged heap.
 */
#include "mem_heap_layout.h"

/* --- Walk ------------------------------------------------------------------------------------- */

/*
 * Whether the first block lies behind the table, and the end within reach. If not, no block can be
 * found. A wrong end that passes does no harm: walks stop at the end mark.
 */
static bool is_framed(const struct mem_heap *heap)
{
    uint32_t last = cold_of(heap)->last_class;
    uintptr_t end = (uintptr_t)heap->end;

    return last >= FIRST_CLASS && last < WILD_CLASS && last == class_of(capacity_of(heap)) &&
           end >= (uintptr_t)first_payload(heap) && end - (uintptr_t)heap <= REGION_MAX &&
           end % MEM_HEAP_ALIGN == 0;
}

/* Whether the block's size is one that it can have, and leads to another place in the heap. */
static bool has_sound_size(const struct mem_heap *heap, const char *p)
{
    uint32_t head = HEAD(p);
    heap_size size = head_size(head);
    heap_size least = head_is_gap(head)    ? MEM_HEAP_ALIGN
                      : head_is_used(head) ? USED_MIN
                                           : BLOCK_MIN;

    return size >= least && size % MEM_HEAP_ALIGN == 0 && size <= (heap_size)(heap->end - p);
}

/* Whether there is a block here, and not what lies between two regions. */
static bool is_block(const struct mem_heap *heap, const char *p)
{
    return p < heap->end && has_sound_size(heap, p) && !head_is_gap(HEAD(p));
}

/* Payload bytes: the owner's, or what a request for the whole free block would get. */
static size_t granted_bytes(const char *p)
{
    return head_size(HEAD(p)) - HEADER_BYTES - (head_is_used(HEAD(p)) ? TAG_BYTES : 0);
}

/* `before` is NULL or the place before, whose size a walk has found sound. */
static void describe(const struct mem_heap *heap, const char *before, const char *p,
                     struct mem_heap_block *block)
{
    const char *after = p + head_size(HEAD(p));

    *block = (struct mem_heap_block){
        .start = head_is_used(HEAD(p)) ? p + TAG_BYTES : p,
        .granted = granted_bytes(p),
        .used = head_is_used(HEAD(p)),
    };
    if (HAS_REDZONES && block->used) {
        block->requested = tag_of(p)->asked;
        block->caller = tag_of(p)->caller;
    }
    if (before != NULL && !head_is_gap(HEAD(before))) {
        block->has_before = true;
        block->before_used = head_is_used(HEAD(before));
        block->before = granted_bytes(before);
    }
    if (is_block(heap, after)) {
        block->has_after = true;
        block->after_used = head_is_used(HEAD(after));
        block->after = granted_bytes(after);
    }
}

bool mem_heap_walk(const struct mem_heap *heap,
                   bool (*visit)(void *context, const struct mem_heap_block *block), void *context)
{
    const char *before = NULL;

    if (!is_framed(heap))
        return false;
    for (const char *p = first_payload(heap); p < heap->end; p += head_size(HEAD(p))) {
        struct mem_heap_block block;

        if (!has_sound_size(heap, p))
            return false;
        if (!head_is_gap(HEAD(p))) {
            describe(heap, before, p, &block);
            if (!visit(context, &block))
                return false;
        }
        before = p;
    }
    return true;
}

bool mem_heap_inspect(const struct mem_heap *heap, const void *address,
                      struct mem_heap_block *block)
{
    const char *before = NULL;

    if ((const char *)address < first_payload(heap) || (const char *)address >= heap->end ||
        !is_framed(heap))
        return false;
    for (const char *p = first_payload(heap); p < heap->end && has_sound_size(heap, p);
         p += head_size(HEAD(p))) {
        if ((uintptr_t)address < (uintptr_t)p + head_size(HEAD(p)) - HEADER_BYTES) {
            describe(heap, before, p, block);
            return (uintptr_t)address >= (uintptr_t)block->start && !head_is_gap(HEAD(p));
        }
        before = p;
    }
    return false;
}

/* --- Statistics ------------------------------------------------------------------------------- */

static bool count_block(void *context, const struct mem_heap_block *block)
{
    struct mem_heap_stats *stats = context;

    if (block->used) {
        stats->used_blocks++;
        stats->requested += block->requested;
    } else {
        stats->free_blocks++;
        stats->free_bytes += block->granted + HEADER_BYTES;
        if (block->granted > stats->largest_free)
            stats->largest_free = block->granted;
    }
    return true;
}

void mem_heap_stats(const struct mem_heap *heap, struct mem_heap_stats *stats)
{
    const struct heap_cold *cold = cold_of(heap);

    *stats = (struct mem_heap_stats){
        .heap_bytes = (size_t)(heap->end - first_payload(heap)),
        .overhead_bytes = (size_t)(first_payload(heap) - (const char *)cold),
        .used_bytes = used_bytes(heap),
        .peak_bytes = cold->peak,
        .failed = cold->failed,
        .largest_failed = cold->largest_failed == UINT32_MAX ? SIZE_MAX : cold->largest_failed,
    };
    (void)mem_heap_walk(heap, count_block, stats);
    if (EXTRA_BYTES != 0)
        stats->largest_free =
            stats->largest_free > EXTRA_BYTES ? stats->largest_free - EXTRA_BYTES : 0;
}

size_t mem_heap_used_bytes(const struct mem_heap *heap)
{
    return used_bytes(heap);
}

/* --- Invariants, numbered as at the top of mem_heap.c ----------------------------------------- */

enum { I1 = 1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11, I12 };

/* What the check has counted so far, and the first invariant that did not hold. */
struct heap_check {
    unsigned broken; /* its number, 0 while there is none */
    const void *where;
    size_t free_blocks;
    size_t listed;
    heap_size used;
};

static bool holds(struct heap_check *check, unsigned number, bool condition, const void *where)
{
    if (!condition) {
        check->broken = number;
        check->where = where;
    }
    return condition;
}

/* Check one block and what it says of its neighbours; count it. */
static bool check_block(const struct mem_heap *heap, const char *p, bool before_used,
                        struct heap_check *check)
{
    uint32_t head = HEAD(p);

    if (!holds(check, I3, has_sound_size(heap, p), p) ||
        !holds(check, I4, ((head & PREV_USED) != 0) == before_used, p))
        return false;
    if (!head_is_used(head)) {
        check->free_blocks++;
        return holds(check, I5, before_used, p) &&
               holds(check, I6, (head & GAP) == 0 && FOOT(p, head_size(head)) == head_size(head),
                     p);
    }
    if (head_is_gap(head))
        return true;
    check->used += head_size(head);
    return !HAS_REDZONES || holds(check, I12, find_overflow(p) == NULL, find_overflow(p));
}

/* Check the row of blocks up to the end mark. */
static bool check_row(const struct mem_heap *heap, struct heap_check *check)
{
    bool before_used = true;
    const char *p = first_payload(heap);

    for (; p < heap->end; p += head_size(HEAD(p))) {
        if (!check_block(heap, p, before_used, check))
            return false;
        before_used = head_is_used(HEAD(p));
    }
    return holds(check, I4, ((HEAD(p) & PREV_USED) != 0) == before_used, p);
}

/* Whether an offset in a list is that of a free block. */
static bool is_free_block(const struct mem_heap *heap, heap_size offset)
{
    heap_size first = offset_of(heap, first_payload(heap));
    heap_size end = offset_of(heap, heap->end);

    if (offset < first || offset >= end || (offset - first) % MEM_HEAP_ALIGN != 0)
        return false;
    const char *p = payload_at(heap, offset);

    return !head_is_used(HEAD(p)) && has_sound_size(heap, p);
}

/* Ends, because a block names one predecessor, so that no second way leads to it. */
static bool check_bin(const struct mem_heap *heap, heap_size class, struct heap_check *check)
{
    heap_size back = 4 * class;

    if (!holds(check, I7, map_has(heap, class) == (SLOT(heap, class) != NULL_BLOCK),
               &SLOT(heap, class)))
        return false;
    for (heap_size at = SLOT(heap, class); at != NULL_BLOCK; at = LINK_AT(heap, at)) {
        const char *p = payload_at(heap, at);

        if (!holds(check, I8,
                   is_free_block(heap, at) && BACK(p) == back &&
                       class_of(head_size(HEAD(p))) == class,
                   p))
            return false;
        check->listed++;
        back = at;
    }
    return true;
}

static bool check_wilderness(const struct mem_heap *heap, struct heap_check *check)
{
    heap_size at = heap->wild;
    const char *p = payload_at(heap, at);

    if (!holds(check, I9, map_ends(heap), &heap->wild))
        return false;
    if (at == NULL_BLOCK)
        return true;
    check->listed++;
    return holds(check, I9, is_free_block(heap, at) && NEXT(p) == WILD_NEXT && BACK(p) == WILD_SLOT,
                 p);
}

static bool check_heap(const struct mem_heap *heap, struct heap_check *check)
{
    const struct heap_cold *cold = cold_of(heap);

    if (!holds(check, I1, is_framed(heap), heap) ||
        !holds(check, I2, cold->null_header == 0 && heap->null_next == NULL_BLOCK,
               &cold->null_header) ||
        !check_row(heap, check))
        return false;
    for (heap_size class = FIRST_CLASS; class <= cold->last_class; class ++) {
        if (!check_bin(heap, class, check))
            return false;
    }
    return check_wilderness(heap, check) &&
           holds(check, I10, check->listed == check->free_blocks, heap->bins) &&
           holds(check, I11, check->used == used_bytes(heap), &cold->headroom);
}

unsigned mem_heap_broken_invariant(const struct mem_heap *heap, const void **where)
{
    struct heap_check check = {.broken = 0};

    (void)check_heap(heap, &check);
    if (where != NULL)
        *where = check.where;
    return check.broken;
}

int mem_heap_check(const struct mem_heap *heap, const void **where)
{
    return mem_heap_broken_invariant(heap, where) == 0 ? MEM_OK : MEM_CORRUPT;
}

/* --- Why -------------------------------------------------------------------------------------- */

/* Whether a block at an offset in a list is free and has `size` bytes. */
static bool is_hole(const struct mem_heap *heap, heap_size offset, heap_size size)
{
    return is_free_block(heap, offset) && head_size(HEAD(payload_at(heap, offset))) >= size;
}

/* Whether a request would find `size` bytes: in the first two blocks of their class (an aligned one
 * in the first), in the first of a larger one, or in the wilderness. The rule of find_free() in
 * mem_heap.c, with nothing believed. */
static bool is_found(const struct mem_heap *heap, heap_size size, bool aligned)
{
    if (!is_framed(heap))
        return false;
    heap_size first = SLOT(heap, class_of(size));

    if (!aligned && is_free_block(heap, first) &&
        is_hole(heap, NEXT(payload_at(heap, first)), size))
        return true;
    for (heap_size class = class_of(size); class <= cold_of(heap)->last_class; class ++) {
        if (is_hole(heap, SLOT(heap, class), size))
            return true;
    }
    return is_hole(heap, heap->wild, size);
}

static bool note_hole(void *context, const struct mem_heap_block *block)
{
    struct mem_heap_why *why = context;
    size_t size = block->granted + HEADER_BYTES;

    if (!block->used) {
        why->free_blocks++;
        why->free_bytes += size;
        if (size > why->largest_free)
            why->largest_free = size;
    }
    return true;
}

void mem_heap_explain(const struct mem_heap *heap, size_t bytes, size_t align,
                      struct mem_heap_why *why)
{
    size_t limit =
        cold_of(heap)->limit + LEAST_ASKED; /* what is not below is larger than the heap */

    *why = (struct mem_heap_why){.asked = bytes};
    (void)mem_heap_walk(heap, note_hole, why);
    if (align == 0 || (align & (align - 1)) != 0 || align > ALIGN_MAX ||
        bytes > SIZE_MAX - EXTRA_BYTES || bytes + EXTRA_BYTES >= limit) {
        why->reason = MEM_HEAP_NOT_A_REQUEST;
        return;
    }
    why->needed = size_for(bytes + EXTRA_BYTES);
    if (align > MEM_HEAP_ALIGN)
        why->needed += align + BLOCK_MIN - MEM_HEAP_ALIGN;
    if (why->free_bytes < bytes)
        why->reason = MEM_HEAP_EXHAUSTED;
    else if (why->largest_free < bytes)
        why->reason = MEM_HEAP_FRAGMENTED;
    else if (why->largest_free < why->needed ||
             (align > MEM_HEAP_ALIGN && why->needed > capacity_of(heap)))
        why->reason = MEM_HEAP_PADDING;
    else
        why->reason = is_found(heap, why->needed, align > MEM_HEAP_ALIGN) ? MEM_HEAP_FITS
                                                                          : MEM_HEAP_SIZE_CLASS;
}

const char *mem_heap_reason_str(enum mem_heap_reason reason)
{
    switch (reason) {
    case MEM_HEAP_FITS:
        return "it fits";
    case MEM_HEAP_EXHAUSTED:
        return "memory is exhausted";
    case MEM_HEAP_FRAGMENTED:
        return "external fragmentation";
    case MEM_HEAP_PADDING:
        return "header, rounding or alignment";
    case MEM_HEAP_SIZE_CLASS:
        return "behind others of its size class";
    case MEM_HEAP_NOT_A_REQUEST:
        return "larger than the heap, or no alignment";
    }
    return "unknown reason";
}
