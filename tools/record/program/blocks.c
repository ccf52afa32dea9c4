/* SPDX-License-Identifier: MIT */
/* The table of living blocks: multiplicative hashing; a removal moves later entries back. */
#include "blocks.h"

#include "say.h"

#include <stdlib.h>

static size_t home(const struct blocks *blocks, uint64_t address)
{
    return (size_t)((address >> 3) * 0x9e3779b97f4a7c15u >> 20) & (blocks->room - 1);
}

/* The slot that holds an address, or the free one where it belongs. */
static size_t find(const struct blocks *blocks, uint64_t address)
{
    size_t i = home(blocks, address);

    while (blocks->slots[i].address != 0 && blocks->slots[i].address != address)
        i = (i + 1) & (blocks->room - 1);
    return i;
}

bool blocks_take(struct blocks *blocks, uint64_t address, struct block *block)
{
    size_t mask = blocks->room - 1;
    size_t hole;

    if (blocks->count == 0)
        return false;
    hole = find(blocks, address);
    if (blocks->slots[hole].address == 0)
        return false;
    *block = blocks->slots[hole];
    blocks->count--;
    /* Move later ones of the run up, so that probing needs no tombstones. */
    for (size_t i = (hole + 1) & mask; blocks->slots[i].address != 0; i = (i + 1) & mask) {
        size_t from = home(blocks, blocks->slots[i].address);

        /* Movable unless its home lies cyclically in (hole, i]. */
        if (((i - from) & mask) >= ((i - hole) & mask)) {
            blocks->slots[hole] = blocks->slots[i];
            hole = i;
        }
    }
    blocks->slots[hole].address = 0;
    return true;
}

static void grow(struct blocks *blocks)
{
    struct blocks larger = {.room = blocks->room == 0 ? 1024 : 2 * blocks->room};

    larger.slots = must(calloc(larger.room, sizeof(larger.slots[0])));
    for (size_t i = 0; i < blocks->room; i++)
        if (blocks->slots[i].address != 0)
            larger.slots[find(&larger, blocks->slots[i].address)] = blocks->slots[i];
    larger.count = blocks->count;
    free(blocks->slots);
    *blocks = larger;
}

void blocks_put(struct blocks *blocks, struct block block)
{
    if (2 * blocks->count >= blocks->room)
        grow(blocks);
    blocks->slots[find(blocks, block.address)] = block;
    blocks->count++;
}

void blocks_free(struct blocks *blocks)
{
    free(blocks->slots);
    *blocks = (struct blocks){0};
}
