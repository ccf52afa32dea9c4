/* SPDX-License-Identifier: MIT */
/*
 * Shim for Doug Lea's malloc as one mspace in the benchmark's arena. Measured
 * with version 2.8.6 (the copy in github.com/tiehuis/zig-dlmalloc at f57bbc6,
 * dlmalloc.original.c), without locks, without memory of the system, aligned to
 * 8 bytes like the others; its default is 16. The source, not part of this
 * project, must be on the include path as dlmalloc.c.
 */
#define ONLY_MSPACES     1
#define MSPACES          1
#define HAVE_MMAP        0
#define HAVE_MORECORE    0
#define MALLOC_ALIGNMENT 8
#define USE_LOCKS        0
#define NO_MALLINFO      1
#define NO_MALLOC_STATS  1
/* <errno.h> of a 64-bit Linux may lack a part for 32 bits. */
#define LACKS_ERRNO_H 1
#define EINVAL        22
#define ENOMEM        12
#define MALLOC_FAILURE_ACTION
#include <dlmalloc.c>

#include "peer.h"

static mspace space;

int bench_arena(void *arena, size_t bytes)
{
    space = create_mspace_with_base(arena, bytes, 0);
    return space == NULL ? -1 : 0;
}

void *malloc(size_t bytes)
{
    return mspace_malloc(space, bytes);
}

void free(void *block)
{
    mspace_free(space, block);
}

void *realloc(void *block, size_t bytes)
{
    return mspace_realloc(space, block, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return mspace_memalign(space, alignment, bytes);
}
