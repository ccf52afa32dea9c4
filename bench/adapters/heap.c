/* SPDX-License-Identifier: MIT */
/*
 * Adapter for mem_heap. It is compiled once for each preset together with the
 * heap's sources; bench.mk then hides every symbol except
 * allocator_heap_PRESET, so that the copies do not clash. The heap's own state
 * must lie in the arena; otherwise its fixed cost would not be counted.
 */
#include "bench/allocator.h"

#include "mem_heap.h"

#define PASTE(a, b)     a##b
#define NAME_OF(preset) PASTE(allocator_heap_, preset)
#define TEXT(x)         #x
#define TEXT_OF(x)      TEXT(x)

/* The alignment that the build guarantees; larger for hosted use. */
#ifdef MEM_HEAP_ALIGN
enum { ALIGNMENT = MEM_HEAP_ALIGN };
#else
enum { ALIGNMENT = 8 };
#endif

/* src/null.S */
void *null_heap_alloc(struct mem_heap *heap, size_t bytes);
void *null_heap_aligned(struct mem_heap *heap, size_t alignment, size_t bytes);
void *null_heap_realloc(struct mem_heap *heap, void *block, size_t bytes);
int null_heap_free(struct mem_heap *heap, void *block);

extern struct allocator NAME_OF(BENCH_PRESET);

static void *start(struct allocator *self, void *arena, size_t bytes, const struct workload *load)
{
    (void)self;
    (void)load;
    return mem_heap_init(arena, bytes, NULL);
}

static void *twin_start(struct allocator *self, void *arena, size_t bytes,
                        const struct workload *load)
{
    (void)arena;
    (void)bytes;
    (void)load;
    return self;
}

static void *heap_alloc(void *state, size_t bytes)
{
    return mem_heap_alloc(state, bytes);
}

static void *heap_aligned(void *state, size_t alignment, size_t bytes)
{
    return mem_heap_aligned_alloc(state, alignment, bytes);
}

static void *heap_resize(void *state, void *block, size_t bytes)
{
    return mem_heap_realloc(state, block, bytes);
}

static int heap_free(void *state, void *block)
{
    return mem_heap_free(state, block);
}

static void *twin_alloc(void *state, size_t bytes)
{
    return null_heap_alloc(state, bytes);
}

static void *twin_aligned(void *state, size_t alignment, size_t bytes)
{
    return null_heap_aligned(state, alignment, bytes);
}

static void *twin_resize(void *state, void *block, size_t bytes)
{
    return null_heap_realloc(state, block, bytes);
}

static int twin_free(void *state, void *block)
{
    return null_heap_free(state, block);
}

static struct allocator twin = {.name = "heap",
                                .preset = TEXT_OF(BENCH_PRESET),
                                .frees = true,
                                .init = twin_start,
                                .alloc = twin_alloc,
                                .free = twin_free,
                                .resize = twin_resize,
                                .aligned = twin_aligned};

struct allocator NAME_OF(BENCH_PRESET) = {.name = "heap",
                                          .preset = TEXT_OF(BENCH_PRESET),
                                          .alignment = ALIGNMENT,
                                          .bounded = true,
                                          .frees = true,
                                          .any_size = true,
                                          .twin = &twin,
                                          .init = start,
                                          .alloc = heap_alloc,
                                          .free = heap_free,
                                          .resize = heap_resize,
                                          .aligned = heap_aligned};
