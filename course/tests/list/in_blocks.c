/* SPDX-License-Identifier: MIT */
/*
 * Lists whose links lie in heap blocks, across two lists.
 */
#include <adt/list.h>
#include <ktest.h>
#include <mm/heap.h>

struct item {
    unsigned number;
    link_t link;
};

void kernel_test(void)
{
    list_t even, odd;
    unsigned sum = 0;

    ktest_start("list/in_blocks");
    list_init(&even);
    list_init(&odd);
    for (unsigned i = 0; i < 100; i++) {
        struct item *item = kmalloc(sizeof *item);

        ktest_assert(item != NULL, "no memory for item %u", i);
        item->number = i;
        link_init(&item->link);
        list_append(i % 2 == 0 ? &even : &odd, &item->link);
    }
    ktest_assert(list_get_size(&even) == 50 && list_get_size(&odd) == 50, "half in each");
    while (!list_is_empty(&even))
        list_append(&odd, list_pop(&even));
    list_foreach (odd, struct item, link, item)
        sum += item->number;
    ktest_assert(sum == 4950, "sum %u", sum);
    while (!list_is_empty(&odd))
        kfree(list_item(list_pop(&odd), struct item, link));
    ktest_passed();
}
