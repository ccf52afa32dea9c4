/* SPDX-License-Identifier: MIT */
/*
 * Memory that each thread of the soak, and its interrupt, holds while it works:
 * a pool block and a heap block, filled with a number.
 */
#ifndef SOAK_MEMORY_H
#define SOAK_MEMORY_H

#include <types.h>

struct soak_memory {
    uint8_t *pool_block; /* NULL: the pool was empty, or no block is held */
    uint8_t *heap_block; /* NULL: likewise for the heap, or it never frees */
    size_t heap_bytes;
};

/* Create the pool. Returns whether that succeeded. */
bool soak_memory_init(void);

/* Allocate a block from each; `memory` must hold none. All functions: from anywhere. */
void soak_memory_take(struct soak_memory *memory, size_t heap_bytes);

/*
 * Check the contents of the blocks and free them; does nothing without blocks.
 * Returns whether the contents were intact.
 */
bool soak_memory_give_back(struct soak_memory *memory);

/* The number of free blocks in the pool, and whether the pool is consistent. */
size_t soak_memory_available(void);
bool soak_memory_ok(void);

#endif
