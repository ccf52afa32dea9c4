/* SPDX-License-Identifier: MIT */
/*
 * Misuses kmalloc's blocks, for `make judge`: course/heap_judge.sh counts the
 * kinds of misuse that are followed by a report. The last ones may destroy the
 * heap.
 */
#include <ktest.h>
#include <mm/heap.h>

static void misuse_frees(void)
{
    char *blocks[3];
    int outside;

    for (int i = 0; i < 3; i++)
        blocks[i] = kmalloc(64);
    printk("misuse: free of an address that is not from the heap\n");
    kfree(&outside);
    printk("misuse: free of an unaligned address inside a block\n");
    kfree(blocks[0] + 2);
    printk("misuse: double free\n");
    kfree(blocks[1]);
    kfree(blocks[1]);
}

static void misuse_contents(void)
{
    uintptr_t *first = kmalloc(64);
    uintptr_t *second = kmalloc(64);

    printk("misuse: write past the end\n");
    first[ksize(first) / sizeof *first] = (uintptr_t)-1;
    kfree(first);
    kfree(second);
}

void kernel_test(void)
{
    ktest_start("heap/misuse");
    misuse_frees();
    misuse_contents();
    ktest_passed();
}
