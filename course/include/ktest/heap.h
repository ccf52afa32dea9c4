/* SPDX-License-Identifier: MIT */
/*
 * Checks of what kmalloc() returns, and blocks that tests keep in lists.
 */
#ifndef KTEST_HEAP_H
#define KTEST_HEAP_H

#include <ktest.h>

#include <adt/list.h>
#include <mm/heap.h>
#include <mm/self.h>

/* No heap is larger: the machine's memory, if the build knows it, or else 512 MiB. */
#ifdef KERNEL_TEST_PROBE_MEMORY_MAINMEM_SIZE_KB
#define KTEST_MAX_HEAP_SIZE ((size_t)(KERNEL_TEST_PROBE_MEMORY_MAINMEM_SIZE_KB)*1024)
#else
#define KTEST_MAX_HEAP_SIZE ((size_t)512 * 1024 * 1024)
#endif

/* The range of blocks: kseg0 on MIPS. */
#ifdef __mips__
#define KTEST_HEAP_LOW  ((uintptr_t)0x80000000u)
#define KTEST_HEAP_HIGH ((uintptr_t)0xA0000000u)
#else
#define KTEST_HEAP_LOW  ((uintptr_t)1)
#define KTEST_HEAP_HIGH UINTPTR_MAX
#endif

/* Called by the macros. */
void ktest_check_total(const char *file, int line, size_t bytes, size_t limit);
void ktest_check_block(const char *file, int line, const char *what, const void *block,
                       size_t bytes, uintptr_t low, uintptr_t high);
void ktest_check_writable(const char *file, int line, const char *what, volatile uint8_t *block);

/* Fail if all blocks together have more bytes than the machine. */
#define ktest_check_kmalloc_total(bytes) \
    ktest_check_total(__FILE__, __LINE__, (bytes), KTEST_MAX_HEAP_SIZE)

/*
 * Fail unless the block lies in the kernel's memory and behind the kernel
 * image, and is aligned to 4 bytes.
 */
#define ktest_check_kmalloc_result(block, bytes)                                                  \
    ktest_check_block(__FILE__, __LINE__, #block, (const void *)(block), (bytes), KTEST_HEAP_LOW, \
                      KTEST_HEAP_HIGH)

/* Fail unless the first two bytes keep what is written to them. Overwrites them. */
#define ktest_check_kmalloc_writable(block) \
    ktest_check_writable(__FILE__, __LINE__, #block, (volatile uint8_t *)(block))

/* Both of them. */
#define ktest_check_kmalloc_block(block, bytes)   \
    do {                                          \
        ktest_check_kmalloc_result(block, bytes); \
        ktest_check_kmalloc_writable(block);      \
    } while (0)

/* The head of a block that is in a list. */
typedef struct {
    link_t link;
} ktest_allocated_heap_block_t;

/* A block of at least sizeof(ktest_allocated_heap_block_t) bytes, in no list. NULL iff kmalloc()
 * refuses. */
static inline ktest_allocated_heap_block_t *ktest_allocated_heap_block_create(size_t bytes)
{
    ktest_allocated_heap_block_t *block = kmalloc(bytes);

    if (block != NULL)
        link_init(&block->link);
    return block;
}

/* Free all blocks of the list, which is empty afterwards. */
static inline void ktest_allocated_heap_block_free_list(list_t *blocks)
{
    while (!list_is_empty(blocks))
        kfree(list_item(list_pop(blocks), ktest_allocated_heap_block_t, link));
}

#endif
