/* SPDX-License-Identifier: MIT */
/*
 * What each thread of the soak, and its interrupt, has while it works: a block
 * of a pool and one of the heap, filled with a number.
 */
#ifndef SOAK_MEMORY_H
#define SOAK_MEMORY_H

#include <types.h>

struct soak_memory {
    uint8_t *pool_block; /* NULL: the pool was empty, or nothing is held */
    uint8_t *heap_block; /* NULL: the same of the heap, or it never frees */
    size_t heap_bytes;
};

/* Make the pool. Returns whether that worked. */
bool soak_memory_init(void);

/* Take a block of each; `memory` must hold none. All from anywhere. */
void soak_memory_take(struct soak_memory *memory, size_t heap_bytes);

/* Check what is in the blocks, and give them back; with none, does nothing. Returns whether all was
 * as it must be. */
bool soak_memory_give_back(struct soak_memory *memory);

/* How many blocks the pool still has, and whether it is in order. */
size_t soak_memory_available(void);
bool soak_memory_ok(void);

#endif
