/* SPDX-License-Identifier: MIT */
/*
 * Shim for o1heap. Measured with version 2.2 at
 * github.com/pavel-kirienko/o1heap, b3a1aa43, assertions off (NDEBUG). It has
 * neither realloc nor aligned requests: the benchmark does without. o1heap.h and
 * o1heap.c are not part of this project.
 */
#include <o1heap.h>

#include "peer.h"

static O1HeapInstance *heap;

int bench_arena(void *arena, size_t bytes)
{
    heap = o1heapInit(arena, bytes);
    return heap == NULL ? -1 : 0;
}

void *malloc(size_t bytes)
{
    return o1heapAllocate(heap, bytes);
}

void free(void *block)
{
    o1heapFree(heap, block);
}
