/* SPDX-License-Identifier: MIT */
/*
 * Wall-clock time of a replay, only for ratios between allocators in one run:
 * absolute times on a shared machine are meaningless. Contents are not checked;
 * one byte of each block is written, the least that a program would do.
 */
#include "bench/measure.h"

#include <stdlib.h>
#include <string.h>

/* Seldom: looking takes time, too. */
enum { LOOK_EVERY = 1024 };

/* For allocators without resize. */
static void *move(const struct mem_allocator *allocator, struct mem_instance *heap,
                  struct block old, size_t bytes)
{
    void *at = allocator->alloc(heap, bytes);

    if (at != NULL) {
        memcpy(at, old.at, bytes < old.bytes ? bytes : old.bytes);
        if (allocator->frees)
            allocator->free(heap, old.at);
    }
    return at;
}

/* As replay() does it. */
static void *aligned(const struct mem_allocator *allocator, struct mem_instance *heap,
                     const struct trace_op *op)
{
    if (allocator->aligned == NULL)
        return allocator->alloc(heap, op->bytes + trace_alignment(op));
    return allocator->aligned(heap, trace_alignment(op), op->bytes);
}

static bool step(const struct mem_allocator *allocator, struct mem_instance *heap,
                 struct block *blocks, const struct trace_op *op)
{
    struct block *block = &blocks[op->id];
    void *at;

    progress_call("a timed replay", op->id, op->bytes);
    if (op->kind == TRACE_FREE) {
        if (allocator->frees)
            allocator->free(heap, block->at);
        block->at = NULL;
        return true;
    }
    if (op->kind == TRACE_ALLOC)
        at = allocator->alloc(heap, op->bytes);
    else if (op->kind == TRACE_ALIGNED)
        at = aligned(allocator, heap, op);
    else if (allocator->resize != NULL)
        at = allocator->resize(heap, block->at, op->bytes);
    else
        at = move(allocator, heap, *block, op->bytes);
    if (at == NULL)
        return false;
    *block = (struct block){at, op->bytes, false};
    *block->at = 1;
    return true;
}

double replay_timed_ns(const struct trace *trace, const struct candidate *candidate,
                       struct area *area, size_t arena_bytes)
{
    const struct mem_allocator_options options = {.largest_request = trace->max_request_bytes};
    const struct mem_allocator *allocator = candidate->allocator;
    struct block *blocks = calloc(trace->id_count, sizeof(blocks[0]));
    struct mem_instance *heap = arena_bytes > area->bytes || blocks == NULL
                                    ? NULL
                                    : candidate_init(candidate, area->base, arena_bytes, &options);
    struct patience patience = {0};
    bool done = heap != NULL;
    double start = now_s();
    double taken;

    for (size_t i = 0; i < trace->op_count && done; i++) {
        done = step(allocator, heap, blocks, &trace->ops[i]);
        patience_count(&patience, allocator, heap, LOOK_EVERY);
        done = done && !patience.over;
    }
    taken = (now_s() - start) * 1e9;
    for (uint32_t id = 0; blocks != NULL && id < trace->id_count; id++)
        if (!candidate->bounded && blocks[id].at != NULL)
            allocator->free(heap, blocks[id].at);
    free(blocks);
    return done ? taken : 0;
}
