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
#include "mem_allocator_calls.h"
#include "mem_allocator_first_fit.h"

MEM_ALLOCATOR_CALLS(next_fit)
MEM_ALLOCATOR_CALLS(best_fit)
MEM_ALLOCATOR_CALLS(worst_fit)

/* The members that are first fit's. */
#define MEM_ALLOCATOR_FIT_BLOCKS                                                                  \
    .alignment = MEM_FIRST_FIT_ALIGN, .knows_requests = true,                                     \
    .usable_size = mem_allocator_first_fit_usable_size,                                           \
    .inspect = mem_allocator_first_fit_inspect, .used_bytes = mem_allocator_first_fit_used_bytes, \
    .stats = mem_allocator_first_fit_stats, .explain = mem_allocator_first_fit_explain

static const struct mem_allocator mem_allocator_next_fit = {
    .name = "next_fit",
    .title = "next fit",
    MEM_ALLOCATOR_CALLED(next_fit, next_fit),
    MEM_ALLOCATOR_FIT_BLOCKS,
};

static const struct mem_allocator mem_allocator_best_fit = {
    .name = "best_fit",
    .title = "best fit",
    MEM_ALLOCATOR_CALLED(best_fit, first_fit),
    MEM_ALLOCATOR_FIT_BLOCKS,
};

static const struct mem_allocator mem_allocator_worst_fit = {
    .name = "worst_fit",
    .title = "worst fit",
    MEM_ALLOCATOR_CALLED(worst_fit, first_fit),
    MEM_ALLOCATOR_FIT_BLOCKS,
};

#endif
