/* SPDX-License-Identifier: MIT */
/*
 * The list of this project's allocators that are linked into the benchmark. The
 * build defines BENCH_HAVE_x for each. The heap is linked once per preset, each
 * copy with its other symbols hidden (bench.mk).
 */
#include "bench/allocator.h"

extern struct allocator allocator_heap_tiny;
extern struct allocator allocator_heap_default;
extern struct allocator allocator_heap_debug;
extern struct allocator allocator_heap_paranoid;
extern struct allocator allocator_pool;
extern struct allocator allocator_bump;
extern struct allocator allocator_first_fit;

struct allocator *const builtin_allocators[] = {
#ifdef BENCH_HAVE_heap
    &allocator_heap_default,
    &allocator_heap_tiny,
    &allocator_heap_debug,
    &allocator_heap_paranoid,
#endif
#ifdef BENCH_HAVE_first_fit
    &allocator_first_fit,
#endif
#ifdef BENCH_HAVE_pool
    &allocator_pool,
#endif
#ifdef BENCH_HAVE_bump
    &allocator_bump,
#endif
    NULL,
};
