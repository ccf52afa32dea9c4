/* SPDX-License-Identifier: MIT */
/*
 * Requests larger than any memory, some of which wrap when a header or an
 * alignment is added; blocks of 0 bytes; and the interrupt state, which each
 * call must preserve.
 */
#include <debug/mm.h>
#include <exc.h>
#include <ktest.h>
#include <mm/heap.h>

#define BLOCKS 20

static const size_t sizes[] = {
    (size_t)-1,       (size_t)-2,       (size_t)-4,       (size_t)-7,       (size_t)-8,
    (size_t)-9,       (size_t)-12,      (size_t)-15,      (size_t)-16,      (size_t)-17,
    (size_t)-64,      (size_t)-4096,    (size_t)-4097,    SIZE_MAX / 2,     SIZE_MAX / 2 + 1,
    SIZE_MAX / 2 + 2, SIZE_MAX / 2 - 7, SIZE_MAX / 4 + 1, SIZE_MAX / 8 * 5,
};

/* Hidden from the compiler, which might otherwise judge the sizes itself. */
static void *volatile block;

static void no_memory(void)
{
    size_t memory = debug_get_base_memory_size();

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        block = kmalloc(sizes[i]);
        ktest_assert(block == NULL, "number %u: %x bytes at %p", i, (unsigned)sizes[i], block);
    }
    block = kmalloc(memory);
    ktest_assert(block == NULL, "all memory, and the heap's own besides");
    block = kmalloc(memory + 1);
    ktest_assert(block == NULL, "more than all memory");
}

static void no_bytes(void)
{
    void *blocks[BLOCKS];

    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = kmalloc(0);
        for (int j = 0; j < i; j++)
            ktest_assert(blocks[i] == NULL || blocks[i] != blocks[j], "two blocks at one address");
    }
    for (int i = BLOCKS - 1; i >= 0; i--)
        kfree(blocks[i]);
    kfree(NULL);
}

static void interrupts_stay(void)
{
    bool enabled = interrupts_disable();

    ktest_assert(enabled, "a test begins with interrupts enabled");
    block = kmalloc(100);
    printk("%p\n", block);
    kfree(block);
    kfree(NULL);
    ktest_assert(!interrupts_disable(), "something enabled interrupts");
    interrupts_restore(false);
    ktest_assert(!interrupts_disable(), "restoring \"disabled\" enabled them");
    interrupts_restore(enabled);
    block = kmalloc(100);
    kfree(block);
    ktest_assert(interrupts_disable(), "something disabled interrupts");
    interrupts_restore(true);
}

void kernel_test(void)
{
    ktest_start("foreign/huge");
    no_memory();
    no_bytes();
    interrupts_stay();
    ktest_passed();
}
