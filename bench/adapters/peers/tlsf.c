/* SPDX-License-Identifier: MIT */
/*
 * Shim for Matthew Conte's TLSF. Measured with version 3.1 at
 * github.com/mattconte/tlsf, deff9ab5, assertions off (NDEBUG). tlsf.h and
 * tlsf.c are not part of this project.
 */
#include <tlsf.h>

#include "peer.h"

enum { LEAST_BYTES = 64 /* besides its own tables; less is not checked for by tlsf.c */ };

static tlsf_t heap;

int bench_arena(void *arena, size_t bytes)
{
    if (bytes < tlsf_size() + tlsf_pool_overhead() + LEAST_BYTES)
        return -1;
    heap = tlsf_create_with_pool(arena, bytes);
    return heap == NULL ? -1 : 0;
}

void *malloc(size_t bytes)
{
    return tlsf_malloc(heap, bytes);
}

void free(void *block)
{
    tlsf_free(heap, block);
}

void *realloc(void *block, size_t bytes)
{
    return tlsf_realloc(heap, block, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return tlsf_memalign(heap, alignment, bytes);
}
