/* SPDX-License-Identifier: MIT */
/*
 * Shim for FreeRTOS' heap_4. Measured with github.com/FreeRTOS/FreeRTOS-Kernel
 * at 4269c69a, aligned to 8 bytes. Its heap is an array of fixed size; this shim
 * includes the source, so that it can set up the list of free blocks in the
 * benchmark's arena instead. There is neither realloc nor aligned requests: the
 * benchmark does without. heap_4.c (portable/MemMang) is not part of this
 * project and must be on the include path, with the folder freertos/ beside
 * this file, which has what it needs of FreeRTOS' headers.
 */
#include <heap_4.c>

#include "peer.h"

int bench_arena(void *arena, size_t bytes)
{
    BlockLink_t *first = arena;
    size_t room = bytes & ~(size_t)portBYTE_ALIGNMENT_MASK;

    if (room < 4 * xHeapStructSize)
        return -1;
    pxEnd = (BlockLink_t *)((unsigned char *)arena + room - xHeapStructSize);
    *pxEnd = (BlockLink_t){NULL, 0};
    *first = (BlockLink_t){pxEnd, room - xHeapStructSize};
    xStart = (BlockLink_t){first, 0};
    xFreeBytesRemaining = first->xBlockSize;
    xMinimumEverFreeBytesRemaining = first->xBlockSize;
    return 0;
}

void *malloc(size_t bytes)
{
    return pvPortMalloc(bytes);
}

void free(void *block)
{
    vPortFree(block);
}
