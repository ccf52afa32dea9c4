/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator. Blocks are known by their number of units of 16 bytes
 * from heap->base; a block of some order has 1 << order units.
 *
 * Invariants, which mem_buddy_check() checks: starting at unit 0, the map's byte
 * of each block tells its order and whether it is used, and the next block
 * follows; a block lies at a multiple of its size; buddies of the same order are
 * not both free; each free block is in its order's list once, and nothing else
 * is. Bytes of the map where no block begins are undefined and never read: a
 * look-up descends from the block that covered the place at first, and reads only
 * the halves' first bytes. So nothing must be cleared at the start.
 */
#include <mem_buddy.h>

#include <mem_assert.h>

#define UNIT      MEM_BUDDY_ALIGN
#define ORDERS    MEM_BUDDY_ORDERS
#define UNITS_MAX ((1u << ORDERS) - 1)
#define IN_USE    0x40u /* in the map, with the order */
#define AVAILABLE 0x80u
#define END_LIST  UINT32_MAX

/* A free block's first bytes. */
struct buddy_links {
    uint32_t next;
    uint32_t prev;
};

_Static_assert(sizeof(struct buddy_links) <= UNIT, "the smallest block can be free");
_Static_assert(ORDERS <= IN_USE, "a map's byte has room for the order");

static struct buddy_links *links_of(const struct mem_buddy *heap, uint32_t unit)
{
    return (struct buddy_links *)(void *)(heap->base + (size_t)unit * UNIT);
}

static bool is_available(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    return heap->map[unit] == (AVAILABLE | order);
}

/* Whether all of a block of this order at this unit is in the heap. */
static bool is_within(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    return unit < heap->units && heap->units - unit >= 1u << order;
}

/* Whether a list's link leads to a free block of this order. */
static bool leads_to(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    return is_within(heap, unit, order) && (unit & ((1u << order) - 1)) == 0 &&
           is_available(heap, unit, order);
}

/* Whether a free block's neighbours in its list and the block agree, so that it can be removed. */
static bool is_listed(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    if (!leads_to(heap, unit, order))
        return false;
    const struct buddy_links *links = links_of(heap, unit);

    if (links->next != END_LIST &&
        (!leads_to(heap, links->next, order) || links_of(heap, links->next)->prev != unit))
        return false;
    if (links->prev == END_LIST)
        return heap->first[order] == unit;
    return leads_to(heap, links->prev, order) && links_of(heap, links->prev)->next == unit;
}

static void insert_block(struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    uint32_t next = heap->first[order];

    MEM_ASSERT(is_within(heap, unit, order));
    heap->map[unit] = (unsigned char)(AVAILABLE | order);
    *links_of(heap, unit) = (struct buddy_links){.next = next, .prev = END_LIST};
    if (next != END_LIST)
        links_of(heap, next)->prev = unit;
    heap->first[order] = unit;
}

static void remove_block(struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    const struct buddy_links *links = links_of(heap, unit);

    MEM_ASSERT(is_listed(heap, unit, order));
    if (links->next != END_LIST)
        links_of(heap, links->next)->prev = links->prev;
    if (links->prev != END_LIST)
        links_of(heap, links->prev)->next = links->next;
    else
        heap->first[order] = links->next;
}

/* The bytes of a map, rounded so that blocks stay aligned. */
static size_t map_room(size_t units)
{
    return (units + UNIT - 1) & ~(size_t)(UNIT - 1);
}

/* Cover the units by the largest blocks: each is a bit of their number. */
static void cover(struct mem_buddy *heap)
{
    uint32_t unit = 0;

    for (unsigned order = ORDERS; order-- > 0;) {
        heap->first[order] = END_LIST;
        if ((heap->units >> order & 1) == 0)
            continue;
        insert_block(heap, unit, order);
        unit += 1u << order;
    }
}

/* The most units for which there is room, together with their map. */
static uint32_t units_in(size_t bytes)
{
    size_t units = bytes / (UNIT + 1);

    if (units > UNITS_MAX)
        units = UNITS_MAX;
    return (uint32_t)(units * UNIT + map_room(units) > bytes ? units - 1 : units);
}

int mem_buddy_init(struct mem_buddy *heap, void *memory, size_t bytes)
{
    size_t skip = (0 - (uintptr_t)memory) & (UNIT - 1);

    *heap = (struct mem_buddy){.map = NULL};
    if (memory == NULL || (bytes > 0 && bytes - 1 > UINTPTR_MAX - (uintptr_t)memory))
        return MEM_INVALID;
    if (bytes < skip + 2 * UNIT)
        return MEM_NO_ROOM;
    heap->units = units_in(bytes - skip);
    heap->map = (unsigned char *)memory + skip;
    heap->base = heap->map + map_room(heap->units);
    cover(heap);
    return MEM_OK;
}

/* The order of the smallest block for a request; ORDERS if none is as large. */
static unsigned order_for(size_t bytes)
{
    size_t units = bytes == 0 ? 1 : (bytes - 1) / UNIT + 1;
    unsigned order = 0;

    while (order < ORDERS && (size_t)1 << order < units)
        order++;
    return order;
}

/* Cut the block's upper halves off until it has the order `small`; they become free. */
static void halve(struct mem_buddy *heap, uint32_t unit, unsigned order, unsigned small)
{
    while (order > small) {
        order--;
        insert_block(heap, unit + (1u << order), order);
    }
    heap->map[unit] = (unsigned char)(IN_USE | small);
}

/* The order of the smallest free block that is large enough; ORDERS if there is none. Counts. */
static unsigned search_orders(struct mem_buddy *heap, unsigned order)
{
    uint32_t steps = 0;
    unsigned found = ORDERS;

    for (; heap->units >> order != 0 && found == ORDERS; order++) {
        steps++;
        if (heap->first[order] != END_LIST)
            found = order;
    }
    heap->steps_last = steps;
    heap->steps_total += steps;
    if (steps > heap->steps_max)
        heap->steps_max = steps;
    return found;
}

void *mem_buddy_alloc(struct mem_buddy *heap, size_t bytes)
{
    unsigned small = order_for(bytes);
    unsigned order = search_orders(heap, small);

    if (order >= ORDERS || !is_listed(heap, heap->first[order], order)) {
        heap->failed++;
        return NULL;
    }
    uint32_t unit = heap->first[order];

    remove_block(heap, unit, order);
    halve(heap, unit, order, small);
    heap->used_units += 1u << small;
    heap->allocs++;
    return heap->base + (size_t)unit * UNIT;
}

/*
 * Find the block around a unit: from the block that covered the place at the
 * start, go to the half that the unit is in until no half is a block of its own.
 * ORDERS where the map is overwritten.
 */
static unsigned find_block(const struct mem_buddy *heap, uint32_t unit, uint32_t *start)
{
    unsigned order = ORDERS;
    uint32_t at = 0;

    MEM_ASSERT(unit < heap->units);
    while (order-- > 0) {
        if ((heap->units >> order & 1) == 0)
            continue;
        if (unit - at < 1u << order)
            break;
        at += 1u << order;
    }
    for (;; order--) {
        unsigned found = heap->map[at] & ~(IN_USE | AVAILABLE);
        unsigned state = heap->map[at] & (IN_USE | AVAILABLE);

        if (found > order || (state != IN_USE && state != AVAILABLE))
            return ORDERS;
        if (found == order)
            break;
        if (unit - at >= 1u << (order - 1))
            at += 1u << (order - 1);
    }
    *start = at;
    return order;
}

/* The error of freeing this address, or MEM_OK; then *unit and *order are its block. */
static int look_up_block(const struct mem_buddy *heap, const void *block, uint32_t *unit,
                         unsigned *order)
{
    /* An address below the heap wraps round to a large distance. */
    uintptr_t distance = (uintptr_t)block - (uintptr_t)heap->base;

    if (distance / UNIT >= heap->units)
        return MEM_FOREIGN;
    *order = find_block(heap, (uint32_t)(distance / UNIT), unit);
    if (*order == ORDERS)
        return MEM_CORRUPT;
    if (is_available(heap, *unit, *order))
        return MEM_DOUBLE_FREE;
    return distance == (uintptr_t)*unit * UNIT ? MEM_OK : MEM_MISALIGNED;
}

/* Whether the block's buddy is a free block of the same order. */
static bool has_free_buddy(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    uint32_t buddy = unit ^ 1u << order;

    /* If all of the buddy's memory is within the heap, some block begins there. */
    return is_within(heap, buddy, order) && is_available(heap, buddy, order);
}

/* Whether all buddies that a free of this block merges with can be removed from their lists. */
static bool can_merge(const struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    for (; has_free_buddy(heap, unit, order); order++) {
        if (!is_listed(heap, unit ^ 1u << order, order))
            return false;
        unit &= ~(1u << order);
    }
    return true;
}

/* Make units that are in no block a free one, merged with free buddies. */
static void merge(struct mem_buddy *heap, uint32_t unit, unsigned order)
{
    for (; has_free_buddy(heap, unit, order); order++) {
        remove_block(heap, unit ^ 1u << order, order);
        unit &= ~(1u << order);
    }
    insert_block(heap, unit, order);
}

int mem_buddy_free(struct mem_buddy *heap, void *block)
{
    uint32_t unit;
    unsigned order;

    if (block == NULL)
        return MEM_OK;
    int error = look_up_block(heap, block, &unit, &order);

    if (error == MEM_OK && !can_merge(heap, unit, order))
        error = MEM_CORRUPT;
    if (error != MEM_OK) {
        heap->rejected++;
        return error;
    }
    heap->used_units -= 1u << order;
    merge(heap, unit, order);
    return MEM_OK;
}

/* Give a block another order where it is, if that is possible. */
static bool resize_block(struct mem_buddy *heap, uint32_t unit, unsigned order, unsigned wanted)
{
    if (wanted < order) {
        halve(heap, unit, order, wanted);
    } else {
        for (unsigned k = order; k < wanted; k++) {
            if ((unit & 1u << k) != 0 || !has_free_buddy(heap, unit, k) ||
                !is_listed(heap, unit ^ 1u << k, k))
                return false;
        }
        for (unsigned k = order; k < wanted; k++)
            remove_block(heap, unit ^ 1u << k, k);
        heap->map[unit] = (unsigned char)(IN_USE | wanted);
    }
    heap->used_units += (1u << wanted) - (1u << order);
    return true;
}

void *mem_buddy_realloc(struct mem_buddy *heap, void *block, size_t bytes)
{
    unsigned wanted = order_for(bytes);
    uint32_t unit;
    unsigned order;

    if (block == NULL)
        return mem_buddy_alloc(heap, bytes);
    if (look_up_block(heap, block, &unit, &order) != MEM_OK) {
        heap->rejected++;
        return NULL;
    }
    if (wanted < ORDERS && resize_block(heap, unit, order, wanted))
        return block;
    if (!can_merge(heap, unit, order)) /* it could not be freed after the move */
        return NULL;
    unsigned char *moved = mem_buddy_alloc(heap, bytes);

    if (moved == NULL)
        return NULL;
    MEM_ASSERT(wanted > order); /* it moves only when it grows */
    for (size_t i = 0; i < (size_t)UNIT << order; i++)
        moved[i] = ((const unsigned char *)block)[i];
    heap->used_units -= 1u << order;
    merge(heap, unit, order);
    return moved;
}

bool mem_buddy_owns(const struct mem_buddy *heap, const void *address)
{
    return ((uintptr_t)address - (uintptr_t)heap->base) / UNIT < heap->units;
}

size_t mem_buddy_used_bytes(const struct mem_buddy *heap)
{
    return (size_t)heap->used_units * UNIT;
}

/* The block at this unit, where the one before ends: its order, ORDERS where the map is wrong. */
static unsigned order_at(const struct mem_buddy *heap, uint32_t unit)
{
    uint32_t start;
    unsigned order = find_block(heap, unit, &start);

    return order < ORDERS && start == unit ? order : ORDERS;
}

void mem_buddy_stats(const struct mem_buddy *heap, struct mem_buddy_stats *stats)
{
    size_t searches = heap->allocs + heap->failed;
    unsigned order;

    *stats = (struct mem_buddy_stats){
        .heap_bytes = (size_t)heap->units * UNIT,
        .map_bytes = heap->units,
        .allocs = heap->allocs,
        .failed = heap->failed,
        .rejected = heap->rejected,
        .steps_last = heap->steps_last,
        .steps_avg = searches == 0 ? 0 : heap->steps_total / searches,
        .steps_max = heap->steps_max,
        .steps_total = heap->steps_total,
    };
    for (uint32_t at = 0; at < heap->units; at += 1u << order) {
        order = order_at(heap, at);
        if (order == ORDERS)
            break;
        size_t bytes = (size_t)UNIT << order;

        if (is_available(heap, at, order)) {
            stats->free_blocks++;
            stats->total_free += bytes;
            if (bytes > stats->largest_free)
                stats->largest_free = bytes;
        } else {
            stats->used_blocks++;
            stats->provided += bytes;
        }
    }
}

bool mem_buddy_inspect(const struct mem_buddy *heap, const void *address,
                       struct mem_buddy_block *block)
{
    uint32_t unit;
    uint32_t before;

    if (!mem_buddy_owns(heap, address))
        return false;
    unsigned order =
        find_block(heap, (uint32_t)(((uintptr_t)address - (uintptr_t)heap->base) / UNIT), &unit);

    if (order == ORDERS)
        return false;
    *block = (struct mem_buddy_block){
        .start = heap->base + (size_t)unit * UNIT,
        .provided = (size_t)UNIT << order,
        .used = !is_available(heap, unit, order),
    };
    if (unit > 0 && (order = find_block(heap, unit - 1, &before)) < ORDERS) {
        block->has_before = true;
        block->before = (size_t)UNIT << order;
        block->before_used = !is_available(heap, before, order);
    }
    uint32_t after = unit + (uint32_t)(block->provided / UNIT);

    if (after < heap->units && (order = order_at(heap, after)) < ORDERS) {
        block->has_after = true;
        block->after = (size_t)UNIT << order;
        block->after_used = !is_available(heap, after, order);
    }
    return true;
}

/* Whether each list has as many blocks as the map, all of its order; *where: what is wrong. */
static bool check_list(const struct mem_buddy *heap, unsigned order, uint32_t count,
                       const void **where)
{
    uint32_t at = heap->first[order];

    *where = &heap->first[order];
    for (; count > 0; count--) {
        if (!leads_to(heap, at, order) || order_at(heap, at) != order ||
            !is_listed(heap, at, order))
            return false;
        *where = links_of(heap, at);
        at = links_of(heap, at)->next;
    }
    return at == END_LIST;
}

int mem_buddy_check(const struct mem_buddy *heap, const void **where)
{
    uint32_t counts[ORDERS] = {0};
    uint32_t used = 0;
    const void *wrong = NULL;
    bool sound = true;
    unsigned order;

    for (uint32_t at = 0; sound && at < heap->units; at += 1u << order) {
        order = order_at(heap, at);
        wrong = heap->map + at;
        sound = order < ORDERS;
        if (!sound)
            break;
        if (is_available(heap, at, order)) {
            counts[order]++;
            sound = !has_free_buddy(heap, at, order);
        } else {
            used += 1u << order;
        }
    }
    if (sound && used != heap->used_units) {
        wrong = &heap->used_units;
        sound = false;
    }
    for (order = 0; sound && heap->units > 0 && order < ORDERS; order++)
        sound = check_list(heap, order, counts[order], &wrong);
    if (where != NULL)
        *where = sound ? NULL : wrong;
    return sound ? MEM_OK : MEM_CORRUPT;
}
