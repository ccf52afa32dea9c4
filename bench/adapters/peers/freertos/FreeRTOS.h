/* SPDX-License-Identifier: MIT */
/* What FreeRTOS' heap_4.c needs of FreeRTOS.h, in a program of one thread. See ../heap_4.c. */
#ifndef BENCH_FREERTOS_H
#define BENCH_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

#define configSUPPORT_DYNAMIC_ALLOCATION 1
#define configAPPLICATION_ALLOCATED_HEAP 0
#define configTOTAL_HEAP_SIZE            8 /* not used: the shim has its own arena */
#define configUSE_MALLOC_FAILED_HOOK     0
#define configHEAP_CLEAR_MEMORY_ON_FREE  0
#define configENABLE_HEAP_PROTECTOR      0
#define configASSERT(condition)
#define portBYTE_ALIGNMENT      8
#define portBYTE_ALIGNMENT_MASK 7
#define portPOINTER_SIZE_TYPE   uintptr_t
#define portMAX_DELAY           0
#define PRIVILEGED_DATA
#define PRIVILEGED_FUNCTION
#define mtCOVERAGE_TEST_MARKER()
#define traceMALLOC(block, bytes)
#define traceFREE(block, bytes)

typedef struct {
    size_t xAvailableHeapSpaceInBytes;
    size_t xSizeOfLargestFreeBlockInBytes;
    size_t xSizeOfSmallestFreeBlockInBytes;
    size_t xNumberOfFreeBlocks;
    size_t xMinimumEverFreeBytesRemaining;
    size_t xNumberOfSuccessfulAllocations;
    size_t xNumberOfSuccessfulFrees;
} HeapStats_t;

#endif
