/* SPDX-License-Identifier: MIT */
/*
 * The layer between kmalloc and the allocator of `make HEAP=FILE.c`: it keeps
 * the record of living blocks, and judges the pointers that the allocator
 * returns.
 */
#include <mm/own_heap.h>

#include <debug.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mm/self.h>

#define WORD_BITS (8 * sizeof(uintptr_t))

/* Words compared at each end of a watched block. */
#define END_WORDS 4

extern uint8_t _kernel_start[];

/* --- Bits of the record ----------------------------------------------------------------------- */

static bool bit(const uintptr_t *map, size_t at)
{
    return (map[at / WORD_BITS] >> at % WORD_BITS & 1) != 0;
}

static void set_bit(uintptr_t *map, size_t at, bool value)
{
    uintptr_t mask = (uintptr_t)1 << at % WORD_BITS;

    map[at / WORD_BITS] = value ? map[at / WORD_BITS] | mask : map[at / WORD_BITS] & ~mask;
}

static void set_bits(uintptr_t *map, size_t from, size_t to, bool value)
{
    while (from < to)
        if (from % WORD_BITS == 0 && to - from >= WORD_BITS) {
            map[from / WORD_BITS] = value ? ~(uintptr_t)0 : 0;
            from += WORD_BITS;
        } else {
            set_bit(map, from++, value);
        }
}

/* The first bit of [from, to) with this value; `to` if there is none. */
static size_t find(const uintptr_t *map, size_t from, size_t to, bool value)
{
    uintptr_t skipped = value ? 0 : ~(uintptr_t)0;

    while (from < to && bit(map, from) != value)
        from += from % WORD_BITS == 0 && map[from / WORD_BITS] == skipped ? WORD_BITS : 1;
    return from < to ? from : to;
}

/* One more than the last set bit of [0, end); 0 if there is none. */
static size_t find_before(const uintptr_t *map, size_t end)
{
    while (end > 0 && !bit(map, end - 1))
        end -= end % WORD_BITS == 0 && map[end / WORD_BITS - 1] == 0 ? WORD_BITS : 1;
    return end;
}

struct extent {
    size_t from, to; /* grains */
    bool used;
};

/* The living block, or all grains between two, around a grain. */
static struct extent extent(const struct own_heap *heap, size_t at)
{
    if (!bit(heap->living, at))
        return (struct extent){find_before(heap->living, at),
                               find(heap->living, at, heap->grains, true), false};
    size_t end = find(heap->living, at, heap->grains, false);

    return (struct extent){find_before(heap->starts, at + 1) - 1,
                           find(heap->starts, at + 1, end, true), true};
}

static void *address_of(const struct own_heap *heap, size_t grain)
{
    return (void *)(heap->base + grain * OWN_HEAP_GRAIN);
}

static bool in_arena(const struct own_heap *heap, const void *address)
{
    return (uintptr_t)address >= heap->base &&
           (uintptr_t)address - heap->base < heap->grains * OWN_HEAP_GRAIN;
}

static size_t grain_of(const struct own_heap *heap, const void *address)
{
    return ((uintptr_t)address - heap->base) / OWN_HEAP_GRAIN;
}

/* --- Living blocks must not change while the allocator runs ----------------------------------- */

static uintptr_t sum_of_ends(const uintptr_t *block, size_t bytes)
{
    size_t words = bytes / sizeof *block;
    uintptr_t sum = 0;

    for (size_t i = 0; i < words; i++) {
        if (i == END_WORDS && words > 2 * END_WORDS)
            i = words - END_WORDS;
        sum = sum * 31 + block[i];
    }
    for (size_t i = words * sizeof *block; i < bytes; i++)
        sum = sum * 31 + ((const uint8_t *)block)[i];
    return sum;
}

static void watch(struct own_heap *heap, void *block, size_t bytes)
{
    heap->watched[heap->next].block = block;
    heap->watched[heap->next].bytes = bytes;
    heap->next = (heap->next + 1) % OWN_HEAP_WATCHED;
}

static void stop_watching(struct own_heap *heap, const void *block)
{
    for (size_t i = 0; i < OWN_HEAP_WATCHED; i++)
        if (heap->watched[i].block == block)
            heap->watched[i].block = NULL;
}

static void before_call(struct own_heap *heap)
{
    for (size_t i = 0; i < OWN_HEAP_WATCHED; i++)
        if (heap->watched[i].block != NULL)
            heap->watched[i].sum = sum_of_ends(heap->watched[i].block, heap->watched[i].bytes);
}

/* The first watched block that has changed since before_call(); NULL if none has. */
static const void *changed(const struct own_heap *heap, size_t *bytes)
{
    for (size_t i = 0; i < OWN_HEAP_WATCHED; i++) {
        *bytes = heap->watched[i].bytes;
        if (heap->watched[i].block != NULL &&
            heap->watched[i].sum != sum_of_ends(heap->watched[i].block, heap->watched[i].bytes))
            return heap->watched[i].block;
    }
    return NULL;
}

/* --- Rules of a returned pointer -------------------------------------------------------------- */

#define RETURNED "[heap] %s_alloc(%zu) returned %p: "

static void judge(const struct own_heap *heap, size_t bytes, const void *block)
{
    const void *end = address_of(heap, heap->grains);

    panic_if((uintptr_t)block % OWN_HEAP_GRAIN != 0, RETURNED "not aligned to %zu bytes",
             heap->functions->name, bytes, block, OWN_HEAP_GRAIN);
    panic_if(!in_arena(heap, block) && (uintptr_t)block >= (uintptr_t)_kernel_start &&
                 (uintptr_t)block < kernel_get_image_end(),
             RETURNED "in the kernel's image, outside the arena %p to %p", heap->functions->name,
             bytes, block, (void *)heap->base, end);
    panic_if(!in_arena(heap, block), RETURNED "outside the arena %p to %p", heap->functions->name,
             bytes, block, (void *)heap->base, end);
    panic_if(bytes > (uintptr_t)end - (uintptr_t)block,
             RETURNED "the block ends outside the arena %p to %p", heap->functions->name, bytes,
             block, (void *)heap->base, end);
    size_t from = grain_of(heap, block);
    size_t to = from + (bytes + OWN_HEAP_GRAIN - 1) / OWN_HEAP_GRAIN;
    size_t used = find(heap->living, from, to, true);

    if (used == to)
        return;
    struct extent other = extent(heap, used);

    panic(RETURNED "overlaps the living block %p of %zu bytes", heap->functions->name, bytes, block,
          address_of(heap, other.from), (other.to - other.from) * OWN_HEAP_GRAIN);
}

/* --- The allocator ---------------------------------------------------------------------------- */

struct mem_instance *own_heap_start(struct own_heap *self,
                                    const struct own_heap_functions *functions, void *record,
                                    void *arena, size_t bytes)
{
    uintptr_t base = ((uintptr_t)arena + OWN_HEAP_GRAIN - 1) & ~(OWN_HEAP_GRAIN - 1);
    size_t grains = (bytes - (base - (uintptr_t)arena)) / OWN_HEAP_GRAIN;
    size_t record_bytes = OWN_HEAP_RECORD_BYTES(grains * OWN_HEAP_GRAIN);

    memset(record, 0, record_bytes);
    *self = (struct own_heap){.functions = functions,
                              .base = base,
                              .grains = grains,
                              .living = record,
                              .starts = (uintptr_t *)((uintptr_t)record + record_bytes / 2)};
    if (functions->init((void *)base, grains * OWN_HEAP_GRAIN))
        return (struct mem_instance *)self;
    printk("[heap] %s_init(%p, %zu) returned false\n", functions->name, (void *)base,
           grains * OWN_HEAP_GRAIN);
    return NULL;
}

struct mem_instance *own_heap_init(void *state, void *arena, size_t bytes,
                                   const struct mem_allocator_options *options)
{
    size_t record_bytes = OWN_HEAP_RECORD_BYTES(bytes);
    uintptr_t end = ((uintptr_t)arena + bytes) & ~(OWN_HEAP_GRAIN - 1);

    (void)options;
    if (bytes < record_bytes + 2 * OWN_HEAP_GRAIN)
        return NULL;
    return own_heap_start(state, &own_heap_user, (void *)(end - record_bytes), arena,
                          end - record_bytes - (uintptr_t)arena);
}

void *own_heap_alloc(struct mem_instance *self, size_t bytes)
{
    struct own_heap *heap = (struct own_heap *)self;
    size_t changed_bytes;

    if (bytes == 0)
        bytes = 1;
    before_call(heap);
    void *block = heap->functions->alloc(bytes);
    const void *victim = changed(heap, &changed_bytes);

    panic_if(victim != NULL, "[heap] %s_alloc(%zu) changed the living block %p of %zu bytes",
             heap->functions->name, bytes, victim, changed_bytes);
    if (block == NULL)
        return NULL;
    judge(heap, bytes, block);
    size_t from = grain_of(heap, block);
    size_t grains = (bytes + OWN_HEAP_GRAIN - 1) / OWN_HEAP_GRAIN;

    set_bit(heap->starts, from, true);
    set_bits(heap->living, from, from + grains, true);
    heap->used += grains;
    watch(heap, block, bytes);
    return block;
}

int own_heap_free(struct mem_instance *self, void *block)
{
    struct own_heap *heap = (struct own_heap *)self;
    size_t changed_bytes;

    if (block == NULL)
        return MEM_OK;
    if (!in_arena(heap, block))
        return MEM_FOREIGN;
    size_t from = grain_of(heap, block);

    if (!bit(heap->living, from))
        return MEM_DOUBLE_FREE;
    if (!bit(heap->starts, from) || (uintptr_t)block % OWN_HEAP_GRAIN != 0)
        return MEM_MISALIGNED;
    size_t to = extent(heap, from).to;

    set_bit(heap->starts, from, false);
    set_bits(heap->living, from, to, false);
    heap->used -= to - from;
    stop_watching(heap, block);
    before_call(heap);
    heap->functions->free(block);
    const void *victim = changed(heap, &changed_bytes);

    panic_if(victim != NULL, "[heap] %s_free(%p) changed the living block %p of %zu bytes",
             heap->functions->name, block, victim, changed_bytes);
    return MEM_OK;
}

/* --- What the record knows -------------------------------------------------------------------- */

bool own_heap_inspect(const struct mem_instance *self, const void *address,
                      struct mem_allocator_block *block)
{
    const struct own_heap *heap = (const struct own_heap *)self;

    if (!in_arena(heap, address))
        return false;
    struct extent found = extent(heap, grain_of(heap, address));

    *block = (struct mem_allocator_block){
        .start = address_of(heap, found.from),
        .granted = (found.to - found.from) * OWN_HEAP_GRAIN,
        .used = found.used,
        .has_before = found.from > 0,
        .has_after = found.to < heap->grains,
    };
    if (block->has_before) {
        struct extent before = extent(heap, found.from - 1);

        block->before_used = before.used;
        block->before = (before.to - before.from) * OWN_HEAP_GRAIN;
    }
    if (block->has_after) {
        struct extent after = extent(heap, found.to);

        block->after_used = after.used;
        block->after = (after.to - after.from) * OWN_HEAP_GRAIN;
    }
    return true;
}

size_t own_heap_usable_size(const struct mem_instance *self, const void *block)
{
    struct mem_allocator_block found;

    return own_heap_inspect(self, block, &found) ? found.granted : 0;
}

size_t own_heap_used_bytes(const struct mem_instance *self)
{
    return ((const struct own_heap *)self)->used * OWN_HEAP_GRAIN;
}

void own_heap_stats(const struct mem_instance *self, struct mem_allocator_stats *stats)
{
    const struct own_heap *heap = (const struct own_heap *)self;
    size_t at = 0;

    *stats = (struct mem_allocator_stats){
        .total_bytes = heap->grains * OWN_HEAP_GRAIN,
        .used_bytes = heap->used * OWN_HEAP_GRAIN,
        .free_bytes = (heap->grains - heap->used) * OWN_HEAP_GRAIN,
    };
    while ((at = find(heap->living, at, heap->grains, false)) < heap->grains) {
        size_t end = find(heap->living, at, heap->grains, true);

        stats->free_blocks++;
        if ((end - at) * OWN_HEAP_GRAIN > stats->largest_free)
            stats->largest_free = (end - at) * OWN_HEAP_GRAIN;
        at = end;
    }
}

void own_heap_explain(const struct mem_instance *self, size_t bytes, size_t alignment,
                      struct mem_allocator_why *why)
{
    struct mem_allocator_stats stats;

    (void)alignment;
    own_heap_stats(self, &stats);
    *why = (struct mem_allocator_why){
        .reason = "the allocator returned NULL",
        .needed = bytes,
        .free_bytes = stats.free_bytes,
        .largest_free = stats.largest_free,
        .free_blocks = stats.free_blocks,
    };
}
