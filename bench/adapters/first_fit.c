/* SPDX-License-Identifier: MIT */
/*
 * Adapter for mem_first_fit.
 */
#include "bench/allocator.h"

#include "mem_first_fit.h"

/* src/null.S */
void *null_first_fit_alloc(struct mem_first_fit *heap, size_t bytes);
int null_first_fit_free(struct mem_first_fit *heap, void *block);
void *null_first_fit_realloc(struct mem_first_fit *heap, void *block, size_t bytes);

static struct mem_first_fit heap;

static void *start(struct allocator *self, void *arena, size_t bytes, const struct workload *load)
{
    (void)self;
    (void)load;
    /* Without an arena the twin is started, which needs only the address. */
    if (arena != NULL && mem_first_fit_init(&heap, arena, bytes) != MEM_OK)
        return NULL;
    return &heap;
}

static void *first_fit_alloc(void *state, size_t bytes)
{
    return mem_first_fit_alloc(state, bytes);
}

static int first_fit_free(void *state, void *block)
{
    return mem_first_fit_free(state, block);
}

static void *first_fit_resize(void *state, void *block, size_t bytes)
{
    return mem_first_fit_realloc(state, block, bytes);
}

static void *twin_alloc(void *state, size_t bytes)
{
    return null_first_fit_alloc(state, bytes);
}

static int twin_free(void *state, void *block)
{
    return null_first_fit_free(state, block);
}

static void *twin_resize(void *state, void *block, size_t bytes)
{
    return null_first_fit_realloc(state, block, bytes);
}

static struct allocator twin = {.name = "first_fit",
                                .preset = "-",
                                .frees = true,
                                .init = start,
                                .alloc = twin_alloc,
                                .free = twin_free,
                                .resize = twin_resize};

struct allocator allocator_first_fit = {.name = "first_fit",
                                        .preset = "-",
                                        .alignment = MEM_FIRST_FIT_ALIGN,
                                        .bounded = true,
                                        .frees = true,
                                        .any_size = true,
                                        .twin = &twin,
                                        .init = start,
                                        .alloc = first_fit_alloc,
                                        .free = first_fit_free,
                                        .resize = first_fit_resize};
