/* SPDX-License-Identifier: MIT */
/*
 * Worst fit: the search. Everything else is first fit's.
 */
#include <mem_worst_fit.h>

#include "mem_first_fit_layout.h"

/* The largest free block, if it is large enough; of several the first. */
static uint32_t find_worst(struct mem_first_fit *heap, uint32_t need, uint32_t *steps)
{
    uint32_t worst = heap->bytes;
    uint32_t worst_size = need - 1;
    uint32_t size;

    for (uint32_t at = 0; (size = visit(heap, at, steps)) != 0; at += size) {
        if (size <= worst_size || !is_free(heap, at))
            continue;
        worst = at;
        worst_size = size;
    }
    return worst;
}

void *mem_worst_fit_alloc(struct mem_worst_fit *heap, size_t bytes)
{
    return mem_first_fit_alloc_by(&heap->blocks, bytes, find_worst);
}

void *mem_worst_fit_realloc(struct mem_worst_fit *heap, void *block, size_t bytes)
{
    return mem_first_fit_realloc_by(&heap->blocks, block, bytes, find_worst);
}
