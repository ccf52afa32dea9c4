/* SPDX-License-Identifier: MIT */
/*
 * All detected memory exists: every word of it that the heap allocates keeps
 * its value.
 */
#include <debug/mm.h>
#include <ktest.h>
#include <mm/heap.h>

#define BLOCK_WORDS 256

struct block {
    struct block *next;
    uintptr_t words[BLOCK_WORDS];
};

void kernel_test(void)
{
    struct block *blocks = NULL;
    struct block *block;
    size_t bytes = 0;

    ktest_start("probe/use_all");
    while ((block = kmalloc(sizeof *block)) != NULL) {
        block->next = blocks;
        blocks = block;
        bytes += sizeof *block;
        for (int i = 0; i < BLOCK_WORDS; i++)
            block->words[i] = (uintptr_t)&block->words[i] ^ (uintptr_t)0x5aa55aa5u;
    }
    printk("%u of %u bytes used\n", (unsigned)bytes, (unsigned)debug_get_base_memory_size());
    ktest_assert(bytes <= debug_get_base_memory_size(), "more than there is");
    ktest_assert(bytes > debug_get_base_memory_size() / 10 * 9, "less than nine tenths");
    for (block = blocks; block != NULL; block = block->next) {
        for (int i = 0; i < BLOCK_WORDS; i++)
            ktest_assert(block->words[i] == ((uintptr_t)&block->words[i] ^ (uintptr_t)0x5aa55aa5u),
                         "at %p", (void *)&block->words[i]);
    }
    ktest_passed();
}
