/* SPDX-License-Identifier: MIT */
/*
 * Memory of the soak. The pool is shared with an interrupt, so a spinlock
 * protects it; the heap locks by itself. A thread may be killed anywhere, so it
 * records its blocks before it unmasks interrupts.
 */
#include "../include/soak_memory.h"

#include <exc.h>
#include <lib/string.h>
#include <mem_pool.h>
#include <mm/heap.h>
#include <proc/spinlock.h>

#define POOL_BLOCKS 16
#define BLOCK_BYTES 48

static spinlock_t lock;
static struct mem_pool pool;
static uint8_t pool_memory[POOL_BLOCKS * BLOCK_BYTES + 64];

bool soak_memory_init(void)
{
    spinlock_init(&lock, "pool");
    return mem_pool_init(&pool, pool_memory, sizeof pool_memory, BLOCK_BYTES, 8) == MEM_OK;
}

void soak_memory_take(struct soak_memory *memory, size_t heap_bytes)
{
    bool enabled = spinlock_lock(&lock);

    memory->heap_bytes = heap_bytes;
    memory->pool_block = mem_pool_alloc(&pool);
    if (kheap_frees())
        memory->heap_block = kmalloc(heap_bytes);
    spinlock_unlock(&lock, enabled);
    if (memory->heap_block != NULL)
        memset(memory->heap_block, (int)(heap_bytes & 0xff), heap_bytes);
    if (memory->pool_block != NULL)
        memset(memory->pool_block, (int)(heap_bytes & 0xff), BLOCK_BYTES);
}

static bool holds(const uint8_t *block, size_t bytes, size_t value)
{
    for (size_t i = 0; block != NULL && i < bytes; i++) {
        if (block[i] != (value & 0xff))
            return false;
    }
    return true;
}

bool soak_memory_give_back(struct soak_memory *memory)
{
    bool good = holds(memory->heap_block, memory->heap_bytes, memory->heap_bytes) &&
                holds(memory->pool_block, BLOCK_BYTES, memory->heap_bytes);
    bool enabled = spinlock_lock(&lock);

    if (memory->pool_block != NULL && mem_pool_free(&pool, memory->pool_block) != MEM_OK)
        good = false;
    kfree(memory->heap_block);
    memory->pool_block = memory->heap_block = NULL;
    spinlock_unlock(&lock, enabled);
    return good;
}

size_t soak_memory_available(void)
{
    return mem_pool_available(&pool);
}

bool soak_memory_ok(void)
{
    return mem_pool_check(&pool, NULL) == MEM_OK;
}
