/* SPDX-License-Identifier: MIT */
/*
 * Best fit: the search. Everything else is first fit's.
 */
#include <mem_best_fit.h>

#include "mem_first_fit_layout.h"

/* The smallest free block that is large enough; of several the first. */
static uint32_t find_best(struct mem_first_fit *heap, uint32_t need, uint32_t *steps)
{
    uint32_t best = heap->bytes;
    uint32_t best_size = UINT32_MAX;
    uint32_t size;

    for (uint32_t at = 0; (size = visit(heap, at, steps)) != 0; at += size) {
        if (size < need || size >= best_size || !is_free(heap, at))
            continue;
        best = at;
        best_size = size;
        if (size == need)
            break;
    }
    return best;
}

void *mem_best_fit_alloc(struct mem_best_fit *heap, size_t bytes)
{
    return mem_first_fit_alloc_by(&heap->blocks, bytes, find_best);
}

void *mem_best_fit_realloc(struct mem_best_fit *heap, void *block, size_t bytes)
{
    return mem_first_fit_realloc_by(&heap->blocks, block, bytes, find_best);
}
