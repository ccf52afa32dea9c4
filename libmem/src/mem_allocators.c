/* SPDX-License-Identifier: MIT */
/*
 * The table of allocators. A program that uses it links all of them.
 */
#include <mem_allocator.h>
#include "mem_allocator_buddy.h"
#include "mem_allocator_bump.h"
#include "mem_allocator_first_fit.h"
#include "mem_allocator_fits.h"
#include "mem_allocator_heap.h"
#include "mem_allocator_pool.h"
#include "mem_allocator_slab.h"

const struct mem_allocator *const mem_allocators[] = {
    &mem_allocator_bump,      &mem_allocator_pool,
    &mem_allocator_first_fit, &mem_allocator_next_fit,
    &mem_allocator_best_fit,  &mem_allocator_worst_fit,
    &mem_allocator_buddy,     &mem_allocator_slab,
    &mem_allocator_heap,      NULL,
};
