/* SPDX-License-Identifier: MIT */
/*
 * mem_next_fit, mem_best_fit and mem_worst_fit, each as a struct mem_allocator.
 * Their blocks are first fit's and their structs begin with first fit's, so the
 * functions that concern only these are shared.
 */
#ifndef MEM_ALLOCATOR_FITS_H
#define MEM_ALLOCATOR_FITS_H

#include <mem_best_fit.h>
#include <mem_next_fit.h>
#include <mem_worst_fit.h>
#include "mem_allocator_first_fit.h"

static inline struct mem_instance *mem_allocator_next_fit_init(
    void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)
{
    (void)options;
    return mem_next_fit_init(state, arena, bytes) == MEM_OK ? (struct mem_instance *)state : NULL;
}

static inline void *mem_allocator_next_fit_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_next_fit_alloc((struct mem_next_fit *)self, bytes);
}

static inline int mem_allocator_next_fit_free(struct mem_instance *self, void *block)
{
    return mem_next_fit_free((struct mem_next_fit *)self, block);
}

static inline void *mem_allocator_next_fit_resize(struct mem_instance *self, void *block,
                                                  size_t bytes)
{
    return mem_next_fit_realloc((struct mem_next_fit *)self, block, bytes);
}

static inline int mem_allocator_next_fit_check(const struct mem_instance *self, const void **where)
{
    return mem_next_fit_check((const struct mem_next_fit *)self, where);
}

static inline void *mem_allocator_best_fit_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_best_fit_alloc((struct mem_best_fit *)self, bytes);
}

static inline void *mem_allocator_best_fit_resize(struct mem_instance *self, void *block,
                                                  size_t bytes)
{
    return mem_best_fit_realloc((struct mem_best_fit *)self, block, bytes);
}

static inline void *mem_allocator_worst_fit_alloc(struct mem_instance *self, size_t bytes)
{
    return mem_worst_fit_alloc((struct mem_worst_fit *)self, bytes);
}

static inline void *mem_allocator_worst_fit_resize(struct mem_instance *self, void *block,
                                                   size_t bytes)
{
    return mem_worst_fit_realloc((struct mem_worst_fit *)self, block, bytes);
}

/* The members that are first fit's. */
#define MEM_ALLOCATOR_FIT_BLOCKS                                                                  \
    .preset = "-", .alignment = MEM_FIRST_FIT_ALIGN, .frees = true, .any_size = true,             \
    .knows_requests = true, .usable_size = mem_allocator_first_fit_usable_size,                   \
    .inspect = mem_allocator_first_fit_inspect, .used_bytes = mem_allocator_first_fit_used_bytes, \
    .stats = mem_allocator_first_fit_stats, .explain = mem_allocator_first_fit_explain

static const struct mem_allocator mem_allocator_next_fit = {
    MEM_ALLOCATOR_FIT_BLOCKS,
    .name = "next_fit",
    .title = "next fit",
    .state_bytes = sizeof(struct mem_next_fit),
    .init = mem_allocator_next_fit_init,
    .alloc = mem_allocator_next_fit_alloc,
    .free = mem_allocator_next_fit_free,
    .resize = mem_allocator_next_fit_resize,
    .check = mem_allocator_next_fit_check,
};

static const struct mem_allocator mem_allocator_best_fit = {
    MEM_ALLOCATOR_FIT_BLOCKS,
    .name = "best_fit",
    .title = "best fit",
    .state_bytes = sizeof(struct mem_best_fit),
    .init = mem_allocator_first_fit_init,
    .alloc = mem_allocator_best_fit_alloc,
    .free = mem_allocator_first_fit_free,
    .resize = mem_allocator_best_fit_resize,
    .check = mem_allocator_first_fit_check,
};

static const struct mem_allocator mem_allocator_worst_fit = {
    MEM_ALLOCATOR_FIT_BLOCKS,
    .name = "worst_fit",
    .title = "worst fit",
    .state_bytes = sizeof(struct mem_worst_fit),
    .init = mem_allocator_first_fit_init,
    .alloc = mem_allocator_worst_fit_alloc,
    .free = mem_allocator_first_fit_free,
    .resize = mem_allocator_worst_fit_resize,
    .check = mem_allocator_first_fit_check,
};

#endif
