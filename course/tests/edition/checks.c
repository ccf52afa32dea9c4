/* SPDX-License-Identifier: MIT */
/*
 * Headers and checks of the course from 2020 on: what they accept.
 */
#include <adt/align.h>
#include <ktest.h>
#include <ktest/heap.h>

static int calls;

static int count(void)
{
    return ++calls;
}

void kernel_test(void)
{
    list_t blocks;
    size_t total = 0;

    ktest_start("edition/checks");
    ktest_assert(align_down(15, 8) == 8 && align_up(15, 8) == 16 && align_up(16, 8) == 16, "align");
    ktest_assert(uintptr_align_up(0x80001001, 4096) == 0x80002000, "addresses");
    ktest_assert(uintptr_align_down(0x80001fff, 4096) == 0x80001000, "addresses");
    ktest_assert(size_align_up(0, 4) == 0 && size_align_up(1, 4) == 4, "sizes");

    ktest_assert_interrupts_enabled();
    bool enabled = interrupts_disable();
    ktest_assert_interrupts_disabled();
    interrupts_restore(enabled);
    ktest_assert_interrupts_enabled("with a context");

    /* An expression that does not look at its arguments, unless debugging is on. */
#ifndef KERNEL_DEBUG
    (dprintk("%d %pT\n", nothing_of_this_name, count()), count());
    ktest_assert(calls == 1, "dprintk called its arguments");
#endif

    list_init(&blocks);
    for (size_t i = 0; i < 20; i++) {
        ktest_allocated_heap_block_t *block = ktest_allocated_heap_block_create(100 + i);

        ktest_assert(block != NULL && !link_is_connected(&block->link), "no block");
        ktest_check_kmalloc_block(block, 100 + i);
        link_init(&block->link);
        total += 100 + i;
        ktest_check_kmalloc_total(total);
        list_append(&blocks, &block->link);
    }
    ktest_assert(list_get_size(&blocks) == 20, "%zu blocks", list_get_size(&blocks));
    ktest_allocated_heap_block_free_list(&blocks);
    ktest_assert(list_is_empty(&blocks), "blocks are left");
    ktest_assert(ktest_allocated_heap_block_create(KTEST_MAX_HEAP_SIZE) == NULL, "too much");
    ktest_passed();
}
