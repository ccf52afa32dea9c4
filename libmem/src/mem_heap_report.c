/* SPDX-License-Identifier: MIT */
/*
 * Looking at a heap: statistics, walk, inspection, invariants, and why a request
 * fails. All of it only reads, believes nothing, and ends.
 */
#include "mem_heap_debug.h"

/*
 * Whether the heap begins where its table ends, and ends within reach. If not, no block can be
 * found. A wrong end that passes does no harm: the end mark stops whoever comes to it.
 */
static bool is_framed(const struct mem_heap *heap)
{
    uintptr_t first = (uintptr_t)cold_of(heap)->first;
    uintptr_t end = (uintptr_t)heap->end;

    return heap->wild_class > FIRST_CLASS && heap->wild_class < 128 &&
           first == payload_behind((uintptr_t)&SLOT(heap->wild_class + 1)) && end >= first &&
           end - (uintptr_t)heap <= REGION_MAX && end % MEM_HEAP_ALIGN == 0;
}

/* Whether the block's size is one that it can have, and leads to another place in the heap. */
static bool is_sound(const struct mem_heap *heap, const char *p)
{
    uint32_t head = HEAD(p);
    heap_size size = size_of(head);
    heap_size least = is_gap(head) ? MEM_HEAP_ALIGN : is_used(head) ? SMALLEST_USED : SMALLEST;

    return size >= least && size % MEM_HEAP_ALIGN == 0 && size <= (heap_size)(heap->end - p);
}

/* Whether there is a block here, and not what lies between two regions. */
static bool is_block(const struct mem_heap *heap, const char *p)
{
    return p < heap->end && is_sound(heap, p) && !is_gap(HEAD(p));
}

/* Payload bytes for the owner, or for who would get the whole hole. */
static size_t granted(const char *p)
{
    return size_of(HEAD(p)) - HEADER_BYTES - (is_used(HEAD(p)) ? TAG_BYTES : 0);
}

static void describe(const struct mem_heap *heap, const char *before, const char *p,
                     struct mem_heap_block *block)
{
    const char *after = p + size_of(HEAD(p));

    *block = (struct mem_heap_block){
        .start = is_used(HEAD(p)) ? p + TAG_BYTES : p,
        .granted = granted(p),
        .used = is_used(HEAD(p)),
    };
#if DEBUG
    if (block->used) {
        block->requested = tag_of(p)->asked;
        block->caller = tag_of(p)->caller;
    }
#endif
    if (before != NULL && is_block(heap, before)) {
        block->has_before = true;
        block->before_used = is_used(HEAD(before));
        block->before = granted(before);
    }
    if (is_block(heap, after)) {
        block->has_after = true;
        block->after_used = is_used(HEAD(after));
        block->after = granted(after);
    }
}

bool mem_heap_walk(const struct mem_heap *heap,
                   bool (*visit)(void *context, const struct mem_heap_block *block), void *context)
{
    const char *before = NULL;

    if (!is_framed(heap))
        return false;
    for (const char *p = cold_of(heap)->first; p < heap->end; p += size_of(HEAD(p))) {
        struct mem_heap_block block;

        if (!is_sound(heap, p))
            return false;
        if (!is_gap(HEAD(p))) {
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

    if ((const char *)address < cold_of(heap)->first || (const char *)address >= heap->end ||
        !is_framed(heap))
        return false;
    for (const char *p = cold_of(heap)->first; p < heap->end && is_sound(heap, p);
         p += size_of(HEAD(p))) {
        if ((uintptr_t)address < (uintptr_t)p + size_of(HEAD(p)) - HEADER_BYTES) {
            describe(heap, before, p, block);
            return (uintptr_t)address >= (uintptr_t)block->start && !is_gap(HEAD(p));
        }
        before = p;
    }
    return false;
}

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
        .heap_bytes = (size_t)(heap->end - cold->first),
        .overhead_bytes = (size_t)(cold_of(heap)->first - (const char *)cold),
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

/* --- Invariants --------------------------------------------------------------------------------
 */

/* Whether an offset in a list is that of a free block. */
static bool is_listed_block(const struct mem_heap *heap, heap_size offset)
{
    heap_size first = (heap_size)(cold_of(heap)->first - (const char *)heap);
    heap_size end = (heap_size)(heap->end - (const char *)heap);

    if (offset < first || offset >= end || (offset - first) % MEM_HEAP_ALIGN != 0)
        return false;
    const char *p = (const char *)heap + offset;

    return !is_used(HEAD(p)) && is_sound(heap, p);
}

static bool is_bit_set(const struct mem_heap *heap, heap_size class)
{
    return (heap->map[class / WORD_BITS] >> (class % WORD_BITS) & 1) != 0;
}

/*
 * Check the lists; counts the blocks in them. Returns what is wrong, or NULL. Ends, because a block
 * names one predecessor, so that no second way leads to it.
 */
static const void *check_lists(const struct mem_heap *heap, size_t *listed)
{
    *listed = 0;
    for (heap_size class = FIRST_CLASS; class < heap->wild_class; class ++) {
        heap_size back = 4 * class;

        if (is_bit_set(heap, class) != (SLOT(class) != NULL_BLOCK))
            return &SLOT(class);
        for (heap_size at = SLOT(class); at != NULL_BLOCK; at = AT(at)) {
            const char *p = (const char *)((uintptr_t)heap + at);

            if (!is_listed_block(heap, at) || LINK_BACK(p) != back ||
                class_of(size_of(HEAD(p))) != class)
                return p;
            ++*listed;
            back = at;
        }
    }
    return NULL;
}

/* The same for the wilderness, a list of one block or none. */
static const void *check_wild(const struct mem_heap *heap, size_t *listed)
{
    heap_size at = SLOT(heap->wild_class);

    if (!is_bit_set(heap, heap->wild_class) || heap->absorbed != LINKED)
        return &SLOT(heap->wild_class);
    if (at == NULL_BLOCK)
        return NULL;
    ++*listed;
    const char *p = (const char *)((uintptr_t)heap + at);

    return is_listed_block(heap, at) && NEXT(p) == WILD_NEXT && LINK_BACK(p) == 4 * heap->wild_class
               ? NULL
               : p;
}

/* Check one block and what it says of its neighbours. */
static bool check_block(const struct mem_heap *heap, const char *p, bool before_used)
{
    uint32_t head = HEAD(p);

    if (!is_sound(heap, p) || ((head & PREV) != 0) != before_used)
        return false;
    return is_used(head) ||
           (head == size_of(head) + PREV && FOOT(p, size_of(head)) == size_of(head));
}

/* Check the row of blocks; counts the free ones and the used bytes. Returns as check_lists(). */
static const void *check_row(const struct mem_heap *heap, size_t *found, heap_size *used)
{
    bool before_used = true;
    const char *p = cold_of(heap)->first;

    for (; p < heap->end; p += size_of(HEAD(p))) {
        if (!check_block(heap, p, before_used))
            return p;
        before_used = is_used(HEAD(p));
        if (!before_used)
            ++*found;
        else if (!is_gap(HEAD(p)))
            *used += size_of(HEAD(p));
#if DEBUG
        if (before_used && !is_gap(HEAD(p)) && find_overflow(p) != NULL)
            return find_overflow(p);
#endif
    }
    return ((HEAD(p) & PREV) != 0) == before_used ? NULL : p;
}

int mem_heap_check(const struct mem_heap *heap, const void **where)
{
    size_t listed = 0;
    size_t found = 0;
    heap_size used = 0;
    const void *wrong = NULL;

    if (!is_framed(heap))
        wrong = heap;
    else if (cold_of(heap)->null_header != 0)
        wrong = &cold_of(heap)->null_header;
    if (wrong == NULL)
        wrong = check_row(heap, &found, &used);
    if (wrong == NULL)
        wrong = check_lists(heap, &listed);
    if (wrong == NULL)
        wrong = check_wild(heap, &listed);
    if (wrong == NULL && listed != found)
        wrong = heap->bins;
    if (wrong == NULL && used != used_bytes(heap))
        wrong = &cold_of(heap)->headroom;
    if (where != NULL)
        *where = wrong;
    return wrong == NULL ? MEM_OK : MEM_CORRUPT;
}

/* --- Why ---------------------------------------------------------------------------------------
 */

/* Whether taking would find `size` bytes: in the first block of their class or of a larger one. */
static bool is_found(const struct mem_heap *heap, heap_size size)
{
    if (!is_framed(heap))
        return false;
    for (heap_size class = class_of(size); class <= heap->wild_class; class ++) {
        if (is_listed_block(heap, SLOT(class)) && size_of(HEAD(first_of(heap, class))) >= size)
            return true;
    }
    return false;
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
    size_t limit = cold_of(heap)->limit; /* what is not below is larger than the heap */

    *why = (struct mem_heap_why){.asked = bytes};
    (void)mem_heap_walk(heap, note_hole, why);
    if (align == 0 || (align & (align - 1)) != 0 || align > ALIGN_MAX ||
        bytes > SIZE_MAX - EXTRA_BYTES || bytes + EXTRA_BYTES >= limit) {
        why->reason = MEM_HEAP_NOT_A_REQUEST;
        return;
    }
    why->needed = block_size(bytes + EXTRA_BYTES);
    if (align > MEM_HEAP_ALIGN)
        why->needed += align + SMALLEST - MEM_HEAP_ALIGN;
    if (why->free_bytes < bytes)
        why->reason = MEM_HEAP_EXHAUSTED;
    else if (why->largest_free < bytes)
        why->reason = MEM_HEAP_FRAGMENTED;
    else if (why->largest_free < why->needed || (align > MEM_HEAP_ALIGN && why->needed >= limit))
        why->reason = MEM_HEAP_PADDING;
    else
        why->reason = is_found(heap, why->needed) ? MEM_HEAP_FITS : MEM_HEAP_SIZE_CLASS;
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
