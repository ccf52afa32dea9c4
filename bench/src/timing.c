/* SPDX-License-Identifier: MIT */
/*
 * Wall-clock time of a replay, only for ratios between allocators in one run:
 * absolute times on a shared machine are meaningless. Contents are not checked;
 * one byte of each block is written, the least that a program would do.
 */
#include "bench/measure.h"

#include <stdlib.h>
#include <string.h>

/* For allocators without resize. */
static void *move(struct allocator *allocator, void *state, struct block old, size_t bytes)
{
    void *at = allocator->alloc(state, bytes);

    if (at != NULL) {
        memcpy(at, old.at, bytes < old.bytes ? bytes : old.bytes);
        if (allocator->frees)
            allocator->free(state, old.at);
    }
    return at;
}

static bool step(struct allocator *allocator, void *state, struct block *blocks,
                 const struct trace_op *op)
{
    struct block *block = &blocks[op->id];
    void *at;

    if (op->kind == TRACE_FREE) {
        if (allocator->frees)
            allocator->free(state, block->at);
        block->at = NULL;
        return true;
    }
    if (op->kind == TRACE_ALLOC)
        at = allocator->alloc(state, op->bytes);
    else if (allocator->resize != NULL)
        at = allocator->resize(state, block->at, op->bytes);
    else
        at = move(allocator, state, *block, op->bytes);
    if (at == NULL)
        return false;
    *block = (struct block){at, op->bytes};
    *block->at = 1;
    return true;
}

double replay_timed_ns(const struct trace *trace, struct allocator *allocator, struct area *area,
                       size_t arena_bytes)
{
    struct workload load = {trace->max_request_bytes};
    struct block *blocks = calloc(trace->id_count, sizeof(blocks[0]));
    void *state = arena_bytes > area->bytes || blocks == NULL
                      ? NULL
                      : allocator->init(allocator, area->base, arena_bytes, &load);
    bool done = state != NULL;
    double start = now_s();
    double taken;

    for (size_t i = 0; i < trace->op_count && done; i++) {
        done = step(allocator, state, blocks, &trace->ops[i]);
        if (i % 4096 == 4095 && replay_patience_s > 0 && now_s() - start > replay_patience_s)
            done = false;
    }
    taken = (now_s() - start) * 1e9;
    for (uint32_t id = 0; blocks != NULL && id < trace->id_count; id++)
        if (!allocator->bounded && blocks[id].at != NULL)
            allocator->free(state, blocks[id].at);
    free(blocks);
    return done ? taken : 0;
}
