/* SPDX-License-Identifier: MIT */
/*
 * Adapter for mem_bump, with the heap's default alignment. Never frees.
 */
#include "bench/allocator.h"

#include "mem_bump.h"

enum { ALIGNMENT = 8 };

/* src/null.S */
void *null_bump_alloc(struct mem_bump *bump, size_t bytes, size_t align);

static struct mem_bump bump;

static void *start(struct allocator *self, void *arena, size_t bytes, const struct workload *load)
{
    (void)self;
    (void)load;
    mem_bump_init(&bump, arena, bytes);
    return &bump;
}

static void *bump_alloc(void *state, size_t bytes)
{
    return mem_bump_alloc(state, bytes, ALIGNMENT);
}

static void *twin_alloc(void *state, size_t bytes)
{
    return null_bump_alloc(state, bytes, ALIGNMENT);
}

static void *bump_aligned(void *state, size_t alignment, size_t bytes)
{
    return mem_bump_alloc(state, bytes, alignment);
}

static void *twin_aligned(void *state, size_t alignment, size_t bytes)
{
    return null_bump_alloc(state, bytes, alignment);
}

static struct allocator twin = {
    .name = "bump", .preset = "-", .init = start, .alloc = twin_alloc, .aligned = twin_aligned};

struct allocator allocator_bump = {.name = "bump",
                                   .preset = "-",
                                   .alignment = ALIGNMENT,
                                   .bounded = true,
                                   .any_size = true,
                                   .twin = &twin,
                                   .init = start,
                                   .alloc = bump_alloc,
                                   .aligned = bump_aligned};
