/* SPDX-License-Identifier: MIT */
/*
 * The slab allocator. Pages are known by their number. An extent is what a walk
 * over the table meets: a slab, a run of pages in use, or a hole, which is a run
 * of free pages.
 *
 * Invariants, which mem_slab_check() checks: extents follow each other without
 * gaps; no two holes are neighbours; a hole's last entry knows its first page; all
 * entries of a hole are marked free and all but the first of a used run are
 * marked as parts, except behind heap->touched, where all pages are in the last
 * hole and only its first and its last entry are defined; a slab has a used object;
 * the slabs with free objects, and no others, are in their class's list once.
 */
#include <mem_slab.h>

#include <mem_assert.h>

#define PAGE      MEM_SLAB_PAGE_BYTES
#define CLASSES   MEM_SLAB_CLASSES
#define MAX_PAGES (UINT32_MAX / PAGE)
#define NO_PAGE   UINT32_MAX

/* The kind of a page. No two kinds differ in one bit only, and none is 0. */
enum page_kind { PAGE_FREE = 0x0f35, PAGE_SLAB = 0x3c56, PAGE_RUN = 0x5a63, PAGE_PART = 0x659c };

struct mem_slab_page {
    uint32_t word; /* slab: a bit for each object in use; first of a run or hole: its pages */
    uint32_t next; /* slab with free objects: in its list */
    uint32_t prev; /* the same; last of a hole: its first page */
    uint16_t kind;
    uint16_t class; /* slab: of its objects */
};

_Static_assert(sizeof(struct mem_slab_page) == 16, "the figures promise this on every machine");

static const struct {
    uint16_t bytes;
    uint16_t count; /* in a slab */
} classes[CLASSES] = {{16, 32}, {32, 16}, {48, 10},
                      {64, 8},  {80, 6},  {96, 5},
                      {128, 4}, {160, 3}, {MEM_SLAB_LARGEST, 2}};

/* The word of a slab without a free object. */
static uint32_t full_word(unsigned class)
{
    return UINT32_MAX >> (32 - classes[class].count);
}

static unsigned char *page_at(const struct mem_slab *heap, uint32_t page)
{
    return heap->base + (size_t)page * PAGE;
}

static bool is_slab_of(const struct mem_slab *heap, uint32_t page, unsigned class)
{
    return page < heap->touched && heap->table[page].kind == PAGE_SLAB &&
           heap->table[page].class == class;
}

/* The pages of the extent that begins here; 0 if the entry is overwritten. */
static uint32_t extent_at(const struct mem_slab *heap, uint32_t page)
{
    const struct mem_slab_page *entry = &heap->table[page];

    if (entry->kind == PAGE_SLAB)
        return entry->class < CLASSES ? 1 : 0;
    if (entry->kind != PAGE_RUN && entry->kind != PAGE_FREE)
        return 0;
    return entry->word <= heap->pages - page ? entry->word : 0;
}

/* --- Runs of pages ---------------------------------------------------------------------------- */

static void set_hole(struct mem_slab *heap, uint32_t page, uint32_t count)
{
    MEM_ASSERT(count > 0 && count <= heap->pages - page);
    heap->table[page + count - 1].kind = PAGE_FREE;
    heap->table[page + count - 1].prev = page;
    heap->table[page].kind = PAGE_FREE;
    heap->table[page].word = count;
}

/* Use the first `count` pages of the hole of `have` pages at `page`. */
static void use_pages(struct mem_slab *heap, uint32_t page, uint32_t have, uint32_t count)
{
    MEM_ASSERT(count > 0 && count <= have);
    if (count < have)
        set_hole(heap, page + count, have - count);
    for (uint32_t i = 1; i < count; i++)
        heap->table[page + i].kind = PAGE_PART;
    heap->table[page].kind = PAGE_RUN;
    heap->table[page].word = count;
    if (page + count > heap->touched)
        heap->touched = page + count;
}

/* The first hole of at least `count` pages; NO_PAGE if there is none. Adds its steps. */
static uint32_t find_pages(const struct mem_slab *heap, size_t count, uint32_t *steps)
{
    uint32_t extent;

    for (uint32_t page = 0; page < heap->pages; page += extent) {
        ++*steps;
        extent = extent_at(heap, page);
        if (extent == 0)
            break; /* do not follow an overwritten entry */
        if (heap->table[page].kind == PAGE_FREE && extent >= count)
            return page;
    }
    return NO_PAGE;
}

/* The first page of the hole that ends before this one: the page itself if there is none, NO_PAGE
 * if it is overwritten. */
static uint32_t hole_before(const struct mem_slab *heap, uint32_t page)
{
    if (page == 0 || heap->table[page - 1].kind != PAGE_FREE)
        return page;
    uint32_t first = heap->table[page - 1].prev;

    return first < page && heap->table[first].kind == PAGE_FREE &&
                   heap->table[first].word == page - first
               ? first
               : NO_PAGE;
}

/* The pages of the hole that begins here, 0 if there is none. */
static uint32_t hole_at(const struct mem_slab *heap, uint32_t page)
{
    return page < heap->pages && heap->table[page].kind == PAGE_FREE ? extent_at(heap, page) : 0;
}

/* Whether pages can be freed: the entries around them are sound. */
static bool can_release(const struct mem_slab *heap, uint32_t page, uint32_t count)
{
    return hole_before(heap, page) != NO_PAGE &&
           (page + count == heap->pages || extent_at(heap, page + count) != 0);
}

/* Make used pages a hole, merged with those around them. */
static void release_pages(struct mem_slab *heap, uint32_t page, uint32_t count)
{
    uint32_t first = hole_before(heap, page);

    MEM_ASSERT(can_release(heap, page, count));
    for (uint32_t i = 0; i < count; i++)
        heap->table[page + i].kind = PAGE_FREE;
    set_hole(heap, first, page + count - first + hole_at(heap, page + count));
}

/* --- Slabs ------------------------------------------------------------------------------------ */

static void list_slab(struct mem_slab *heap, uint32_t page)
{
    unsigned class = heap->table[page].class;
    uint32_t next = heap->partial[class];

    heap->table[page].next = next;
    heap->table[page].prev = NO_PAGE;
    if (next != NO_PAGE)
        heap->table[next].prev = page;
    heap->partial[class] = page;
}

/* Whether a slab and its neighbours in its list agree. */
static bool is_partial(const struct mem_slab *heap, uint32_t page, unsigned class)
{
    if (!is_slab_of(heap, page, class))
        return false;
    uint32_t next = heap->table[page].next;
    uint32_t prev = heap->table[page].prev;

    if (next != NO_PAGE && (!is_slab_of(heap, next, class) || heap->table[next].prev != page))
        return false;
    if (prev == NO_PAGE)
        return heap->partial[class] == page;
    return is_slab_of(heap, prev, class) && heap->table[prev].next == page;
}

static void unlist_slab(struct mem_slab *heap, uint32_t page)
{
    const struct mem_slab_page *entry = &heap->table[page];

    MEM_ASSERT(is_partial(heap, page, entry->class));
    if (entry->next != NO_PAGE)
        heap->table[entry->next].prev = entry->prev;
    if (entry->prev != NO_PAGE)
        heap->table[entry->prev].next = entry->next;
    else
        heap->partial[entry->class] = entry->next;
}

/* A slab of the class that has a free object; a new one if there is none; NO_PAGE without room. */
static uint32_t find_slab(struct mem_slab *heap, unsigned class, uint32_t *steps)
{
    uint32_t page = heap->partial[class];

    if (page != NO_PAGE) {
        ++*steps;
        return is_partial(heap, page, class) && heap->table[page].word < full_word(class) ? page
                                                                                          : NO_PAGE;
    }
    page = find_pages(heap, 1, steps);
    if (page == NO_PAGE)
        return NO_PAGE;
    use_pages(heap, page, extent_at(heap, page), 1);
    heap->table[page].kind = PAGE_SLAB;
    heap->table[page].class = (uint16_t)(class);
    heap->table[page].word = 0;
    list_slab(heap, page);
    return page;
}

static void *take_object(struct mem_slab *heap, unsigned class, uint32_t *steps)
{
    uint32_t page = find_slab(heap, class, steps);
    unsigned index = 0;

    if (page == NO_PAGE)
        return NULL;
    uint32_t word = heap->table[page].word;

    while ((word >> index & 1) != 0)
        index++;
    heap->table[page].word = word | 1u << index;
    if (heap->table[page].word == full_word(class))
        unlist_slab(heap, page);
    heap->used_bytes += classes[class].bytes;
    return page_at(heap, page) + (size_t)index * classes[class].bytes;
}

static void free_object(struct mem_slab *heap, uint32_t page, unsigned index)
{
    unsigned class = heap->table[page].class;
    bool was_full = heap->table[page].word == full_word(class);

    heap->table[page].word &= ~(1u << index);
    heap->used_bytes -= classes[class].bytes;
    if (heap->table[page].word == 0) {
        unlist_slab(heap, page);
        release_pages(heap, page, 1);
    } else if (was_full) {
        list_slab(heap, page);
    }
}

/* --- The interface ---------------------------------------------------------------------------- */

int mem_slab_init(struct mem_slab *heap, void *memory, size_t bytes)
{
    size_t skip = (0 - (uintptr_t)memory) & (MEM_SLAB_ALIGN - 1);
    size_t pages = bytes < skip ? 0 : (bytes - skip) / (PAGE + sizeof(struct mem_slab_page));

    *heap = (struct mem_slab){.table = NULL};
    if (memory == NULL || (bytes > 0 && bytes - 1 > UINTPTR_MAX - (uintptr_t)memory))
        return MEM_INVALID;
    if (pages == 0)
        return MEM_NO_ROOM;
    heap->pages = pages > MAX_PAGES ? MAX_PAGES : (uint32_t)pages;
    heap->table = (struct mem_slab_page *)(void *)((unsigned char *)memory + skip);
    heap->base = (unsigned char *)(heap->table + heap->pages);
    for (unsigned i = 0; i < CLASSES; i++)
        heap->partial[i] = NO_PAGE;
    set_hole(heap, 0, heap->pages);
    return MEM_OK;
}

/* The class of a request; CLASSES if it takes pages. */
static unsigned class_for(size_t bytes)
{
    unsigned i = 0;

    while (i < CLASSES && classes[i].bytes < bytes)
        i++;
    return i;
}

static size_t pages_for(size_t bytes)
{
    return (bytes - 1) / PAGE + 1;
}

static void *take_run(struct mem_slab *heap, size_t count, uint32_t *steps)
{
    uint32_t page = find_pages(heap, count, steps);

    if (page == NO_PAGE)
        return NULL;
    use_pages(heap, page, extent_at(heap, page), (uint32_t)count);
    heap->used_bytes += count * PAGE;
    return page_at(heap, page);
}

void *mem_slab_alloc(struct mem_slab *heap, size_t bytes)
{
    unsigned class = class_for(bytes);
    uint32_t steps = 0;
    void *block = NULL;

    if (heap->pages > 0)
        block = class < CLASSES ? take_object(heap, class, &steps)
                                : take_run(heap, pages_for(bytes), &steps);
    heap->steps_last = steps;
    heap->steps_total += steps;
    if (steps > heap->steps_max)
        heap->steps_max = steps;
    if (block == NULL)
        heap->failed++;
    else
        heap->allocs++;
    return block;
}

/* The error of freeing this object, or MEM_OK; then *index is its number in the slab. */
static int look_up_object(const struct mem_slab *heap, uint32_t page, unsigned offset,
                          unsigned *index)
{
    const struct mem_slab_page *entry = &heap->table[page];

    if (entry->class >= CLASSES)
        return MEM_CORRUPT;
    *index = offset / classes[entry->class].bytes;
    if (*index >= classes[entry->class].count)
        return MEM_FOREIGN;
    if ((entry->word >> *index & 1) == 0)
        return MEM_DOUBLE_FREE;
    if (offset != *index * classes[entry->class].bytes)
        return MEM_MISALIGNED;
    uint32_t word = entry->word & ~(1u << *index);

    if (word == 0 && !can_release(heap, page, 1))
        return MEM_CORRUPT;
    if (entry->word != full_word(entry->class))
        return is_partial(heap, page, entry->class) ? MEM_OK : MEM_CORRUPT;
    return MEM_OK;
}

/* The error of freeing this address, or MEM_OK; then *page and *index locate its object. */
static int look_up_page(const struct mem_slab *heap, const void *block, uint32_t *page,
                        unsigned *index)
{
    /* An address below the heap wraps round to a large distance. */
    uintptr_t distance = (uintptr_t)block - (uintptr_t)heap->base;

    if (distance / PAGE >= heap->touched)
        return MEM_FOREIGN;
    *page = (uint32_t)(distance / PAGE);
    switch (heap->table[*page].kind) {
    case PAGE_FREE:
        return MEM_DOUBLE_FREE;
    case PAGE_PART:
        return MEM_MISALIGNED;
    case PAGE_SLAB:
        return look_up_object(heap, *page, distance % PAGE, index);
    case PAGE_RUN:
        if (distance % PAGE != 0)
            return MEM_MISALIGNED;
        break;
    default:
        return MEM_CORRUPT;
    }
    uint32_t count = extent_at(heap, *page);

    return count != 0 && can_release(heap, *page, count) ? MEM_OK : MEM_CORRUPT;
}

/* Free what look_up_page() has found. */
static void free_found(struct mem_slab *heap, uint32_t page, unsigned index)
{
    uint32_t count = heap->table[page].word;

    if (heap->table[page].kind == PAGE_SLAB) {
        free_object(heap, page, index);
        return;
    }
    heap->used_bytes -= (size_t)count * PAGE;
    release_pages(heap, page, count);
}

int mem_slab_free(struct mem_slab *heap, void *block)
{
    uint32_t page = 0;
    unsigned index = 0;

    if (block == NULL)
        return MEM_OK;
    int error = look_up_page(heap, block, &page, &index);

    if (error != MEM_OK)
        heap->rejected++;
    else
        free_found(heap, page, index);
    return error;
}

/* Give a run another number of pages where it is, if that is possible. */
static bool resize_run(struct mem_slab *heap, uint32_t page, size_t wanted)
{
    uint32_t count = heap->table[page].word;
    uint32_t have = count + hole_at(heap, page + count);

    if (wanted > have)
        return false;
    if (wanted < count) {
        heap->table[page].word = (uint32_t)wanted;
        release_pages(heap, page + (uint32_t)wanted, count - (uint32_t)wanted);
    } else if (wanted > count) {
        use_pages(heap, page, have, (uint32_t)wanted);
    }
    heap->used_bytes += wanted * PAGE;
    heap->used_bytes -= (size_t)count * PAGE;
    return true;
}

void *mem_slab_realloc(struct mem_slab *heap, void *block, size_t bytes)
{
    uint32_t page = 0;
    unsigned index = 0;

    if (block == NULL)
        return mem_slab_alloc(heap, bytes);
    if (look_up_page(heap, block, &page, &index) != MEM_OK) {
        heap->rejected++;
        return NULL;
    }
    const struct mem_slab_page *entry = &heap->table[page];
    bool in_slab = entry->kind == PAGE_SLAB;
    size_t granted = in_slab ? classes[entry->class].bytes : (size_t)entry->word * PAGE;

    if (in_slab ? bytes <= granted : resize_run(heap, page, bytes == 0 ? 1 : pages_for(bytes)))
        return block;
    unsigned char *moved = mem_slab_alloc(heap, bytes);

    if (moved == NULL)
        return NULL;
    MEM_ASSERT(granted < bytes); /* it moves only when it grows */
    for (size_t i = 0; i < granted; i++)
        moved[i] = ((const unsigned char *)block)[i];
    free_found(heap, page, index);
    return moved;
}

bool mem_slab_owns(const struct mem_slab *heap, const void *address)
{
    return ((uintptr_t)address - (uintptr_t)heap->base) / PAGE < heap->pages;
}

size_t mem_slab_used_bytes(const struct mem_slab *heap)
{
    return heap->used_bytes;
}

/* --- Walks ------------------------------------------------------------------------------------ */

static unsigned used_objects(uint32_t word)
{
    unsigned count = 0;

    for (; word != 0; word &= word - 1)
        count++;
    return count;
}

static void count_free(struct mem_slab_stats *stats, size_t blocks, size_t bytes)
{
    if (blocks == 0)
        return;
    stats->free_blocks += blocks;
    stats->total_free += blocks * bytes;
    if (bytes > stats->largest_free)
        stats->largest_free = bytes;
}

static void count_slab(const struct mem_slab_page *entry, struct mem_slab_stats *stats)
{
    size_t bytes = classes[entry->class].bytes;
    unsigned used = used_objects(entry->word & full_word(entry->class));

    stats->slabs++;
    stats->used_blocks += used;
    stats->provided += used * bytes;
    count_free(stats, classes[entry->class].count - used, bytes);
    stats->lost += PAGE - classes[entry->class].count * bytes;
}

void mem_slab_stats(const struct mem_slab *heap, struct mem_slab_stats *stats)
{
    size_t searches = heap->allocs + heap->failed;
    uint32_t extent;

    *stats = (struct mem_slab_stats){
        .heap_bytes = (size_t)heap->pages * PAGE,
        .table_bytes = heap->pages * sizeof(struct mem_slab_page),
        .allocs = heap->allocs,
        .failed = heap->failed,
        .rejected = heap->rejected,
        .steps_last = heap->steps_last,
        .steps_avg = searches == 0 ? 0 : heap->steps_total / searches,
        .steps_max = heap->steps_max,
        .steps_total = heap->steps_total,
    };
    for (uint32_t page = 0; page < heap->pages; page += extent) {
        extent = extent_at(heap, page);
        if (extent == 0)
            break;
        if (heap->table[page].kind == PAGE_SLAB) {
            count_slab(&heap->table[page], stats);
        } else if (heap->table[page].kind == PAGE_FREE) {
            count_free(stats, 1, (size_t)extent * PAGE);
        } else {
            stats->used_blocks++;
            stats->provided += (size_t)extent * PAGE;
        }
    }
}

bool mem_slab_inspect(const struct mem_slab *heap, const void *address,
                      struct mem_slab_block *block)
{
    uintptr_t distance = (uintptr_t)address - (uintptr_t)heap->base;
    uint32_t page = 0;
    uint32_t extent;

    if (!mem_slab_owns(heap, address))
        return false;
    while ((extent = extent_at(heap, page)) != 0 && distance / PAGE - page >= extent)
        page += extent;
    if (extent == 0)
        return false;
    const struct mem_slab_page *entry = &heap->table[page];

    *block = (struct mem_slab_block){
        .start = page_at(heap, page),
        .provided = (size_t)extent * PAGE,
        .used = entry->kind == PAGE_RUN,
    };
    if (entry->kind != PAGE_SLAB)
        return true;
    unsigned index = (unsigned)(distance % PAGE) / classes[entry->class].bytes;

    block->provided = classes[entry->class].bytes;
    block->start = page_at(heap, page) + index * block->provided;
    block->used = (entry->word >> index & 1) != 0;
    block->in_slab = true;
    return index < classes[entry->class].count;
}

/* Whether the entries of the extent at this page agree. */
static bool is_extent_sound(const struct mem_slab *heap, uint32_t page, uint32_t extent)
{
    const struct mem_slab_page *entry = &heap->table[page];
    uint16_t inside = entry->kind == PAGE_FREE ? PAGE_FREE : PAGE_PART;

    if (entry->kind == PAGE_SLAB)
        return page < heap->touched && entry->word != 0 && entry->word <= full_word(entry->class);
    for (uint32_t i = page + 1; i < page + extent && i < heap->touched; i++) {
        if (heap->table[i].kind != inside)
            return false;
    }
    if (entry->kind == PAGE_RUN)
        return page + extent <= heap->touched;
    const struct mem_slab_page *last = &heap->table[page + extent - 1];

    return last->kind == PAGE_FREE && last->prev == page && hole_at(heap, page + extent) == 0;
}

/* Whether a class's list has this many slabs, all with a free object; *where: what is wrong. */
static bool is_list_sound(const struct mem_slab *heap, unsigned class, uint32_t count,
                          const void **where)
{
    uint32_t page = heap->partial[class];

    *where = &heap->partial[class];
    for (; count > 0; count--) {
        if (!is_partial(heap, page, class) || heap->table[page].word >= full_word(class))
            return false;
        *where = &heap->table[page];
        page = heap->table[page].next;
    }
    return page == NO_PAGE;
}

int mem_slab_check(const struct mem_slab *heap, const void **where)
{
    uint32_t counts[CLASSES] = {0}; /* slabs with free objects */
    struct mem_slab_stats stats;
    const void *wrong = &heap->touched;
    bool sound = heap->touched <= heap->pages;
    uint32_t extent;

    for (uint32_t page = 0; sound && page < heap->pages; page += extent) {
        const struct mem_slab_page *entry = &heap->table[page];

        wrong = entry;
        extent = extent_at(heap, page);
        sound = extent != 0 && is_extent_sound(heap, page, extent);
        if (sound && entry->kind == PAGE_SLAB && entry->word != full_word(entry->class))
            counts[entry->class]++;
    }
    for (unsigned i = 0; sound && heap->pages > 0 && i < CLASSES; i++)
        sound = is_list_sound(heap, i, counts[i], &wrong);
    if (sound) {
        mem_slab_stats(heap, &stats);
        sound = stats.provided == heap->used_bytes;
        wrong = &heap->used_bytes;
    }
    if (where != NULL)
        *where = sound ? NULL : wrong;
    return sound ? MEM_OK : MEM_CORRUPT;
}
