/* SPDX-License-Identifier: MIT */
/* The living blocks of a process, by address: open addressing, linear probing. */
#ifndef TOOLS_RECORD_PROGRAM_BLOCKS_H
#define TOOLS_RECORD_PROGRAM_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block {
    uint64_t address; /* 0: none */
    uint64_t bytes;
    uint64_t id;
};

struct blocks {
    struct block *slots;
    size_t room; /* a power of two, or 0 */
    size_t count;
};

/* Remove the block at an address and copy it to *block. Returns false if there is none. */
bool blocks_take(struct blocks *blocks, uint64_t address, struct block *block);

/* Insert a block; there must be none at its address. Ends the program if memory is exhausted. */
void blocks_put(struct blocks *blocks, struct block block);

void blocks_free(struct blocks *blocks);

#endif
