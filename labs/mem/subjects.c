/* SPDX-License-Identifier: MIT */
/*
 * The allocators that the memory lab compares. Each has one instance here.
 */
#include "subject.h"

#include <mem_bump.h>
#include <mem_first_fit.h>
#include <mem_heap.h>
#include <mem_pool.h>

#define ALIGN 16

static size_t one_step(void)
{
    return 1;
}

static struct mem_bump bump;

static bool bump_init(void *arena, size_t bytes, size_t largest_request)
{
    (void)largest_request;
    mem_bump_init(&bump, arena, bytes);
    return true;
}

static void *bump_alloc(size_t bytes)
{
    return mem_bump_alloc(&bump, bytes, ALIGN);
}

static void bump_free(void *block, size_t bytes)
{
    (void)block; /* a bump allocator never frees */
    (void)bytes;
}

static void bump_holes(size_t *total, size_t *largest)
{
    *total = mem_bump_remaining(&bump);
    *largest = *total;
}

static struct mem_pool pool;

static bool pool_init(void *arena, size_t bytes, size_t largest_request)
{
    return mem_pool_init(&pool, arena, bytes, largest_request, ALIGN) == MEM_OK;
}

static void *pool_alloc(size_t bytes)
{
    return bytes <= mem_pool_block_size(&pool) ? mem_pool_alloc(&pool) : NULL;
}

static void pool_free(void *block, size_t bytes)
{
    (void)bytes;
    (void)mem_pool_free(&pool, block); /* the lab frees only what it got */
}

static void pool_holes(size_t *total, size_t *largest)
{
    size_t available = mem_pool_available(&pool);

    *total = available * mem_pool_block_size(&pool);
    *largest = available > 0 ? mem_pool_block_size(&pool) : 0;
}

static struct mem_first_fit first_fit;

static bool first_fit_init(void *arena, size_t bytes, size_t largest_request)
{
    (void)largest_request;
    return mem_first_fit_init(&first_fit, arena, bytes) == MEM_OK;
}

static void *first_fit_alloc(size_t bytes)
{
    return mem_first_fit_alloc(&first_fit, bytes);
}

static void first_fit_free(void *block, size_t bytes)
{
    (void)bytes;
    (void)mem_first_fit_free(&first_fit, block); /* the lab frees only what it got */
}

static size_t first_fit_steps(void)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(&first_fit, &stats);
    return stats.steps_last;
}

static void first_fit_holes(size_t *total, size_t *largest)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(&first_fit, &stats);
    *total = stats.total_free;
    *largest = stats.largest_free;
}

static struct mem_heap *heap;

static bool heap_init_on(void *arena, size_t bytes, size_t largest_request)
{
    (void)largest_request;
    heap = mem_heap_init(arena, bytes, NULL);
    return heap != NULL;
}

static void *heap_alloc(size_t bytes)
{
    return mem_heap_alloc(heap, bytes);
}

static void heap_free(void *block, size_t bytes)
{
    (void)bytes;
    (void)mem_heap_free(heap, block); /* the lab frees only what it got */
}

static void heap_holes(size_t *total, size_t *largest)
{
    struct mem_heap_stats stats;

    mem_heap_stats(heap, &stats);
    *total = stats.free_bytes;
    *largest = stats.largest_free;
}

const struct subject subjects[] = {
    {"bump", bump_init, bump_alloc, bump_free, one_step, bump_holes},
    {"pool", pool_init, pool_alloc, pool_free, one_step, pool_holes},
    {"first fit", first_fit_init, first_fit_alloc, first_fit_free, first_fit_steps,
     first_fit_holes},
    {"heap", heap_init_on, heap_alloc, heap_free, one_step, heap_holes},
};
const size_t subject_count = sizeof subjects / sizeof subjects[0];
