/* SPDX-License-Identifier: MIT */
/*
 * Fill memory with list items at odd offsets in blocks, in two lists at once;
 * free them along the lists, with rotation and removal; then allocate the same
 * number again. The list is initialised statically.
 */
#include <adt/list.h>
#include <ktest.h>
#include <mm/heap.h>

#define ROUNDS 3

struct item {
    uint8_t pad[5];
    link_t link;
    uintptr_t check;
    link_t third;
};

static list_t all = {.head = {.prev = &all.head, .next = &all.head}};
static list_t thirds;

static uintptr_t check_of(const struct item *item)
{
    return (uintptr_t)item ^ 0xdeadbeef;
}

static size_t fill_memory(void)
{
    size_t count = 0;
    struct item *item;

    for (; (item = kmalloc(sizeof *item)) != NULL; count++) {
        item->check = check_of(item);
        link_init(&item->link);
        link_init(&item->third);
        ktest_assert(!link_is_connected(&item->link), "a fresh link is connected");
        if (count % 2 == 0)
            list_prepend(&all, &item->link);
        else
            list_append(&all, &item->link);
        if (count % 3 == 0)
            list_append(&thirds, &item->third);
    }
    ktest_assert(kmalloc(sizeof *item) == NULL, "NULL, and then not");
    return count;
}

static void empty_memory(size_t count)
{
    size_t seen = 0;
    link_t *link;

    ktest_assert(list_get_size(&all) == count, "%u of %u", (unsigned)list_get_size(&all),
                 (unsigned)count);
    list_foreach (thirds, struct item, third, item) {
        ktest_assert(item->check == check_of(item), "the item at %p has changed", item);
        seen++;
    }
    ktest_assert(seen == (count + 2) / 3, "%u of %u", (unsigned)seen, (unsigned)count);
    while (!list_is_empty(&thirds)) {
        struct item *item = list_item(list_rotate(&thirds), struct item, third);

        list_remove(&item->third);
        list_remove(&item->link);
        kfree(item);
    }
    for (; (link = list_pop(&all)) != NULL; seen++) {
        struct item *item = list_item(link, struct item, link);

        ktest_assert(!link_is_connected(link), "popped, and connected");
        ktest_assert(item->check == check_of(item), "the item at %p has changed", item);
        kfree(item);
    }
    ktest_assert(seen == count, "%u of %u", (unsigned)seen, (unsigned)count);
    ktest_assert(list_pop(&all) == NULL && list_rotate(&all) == NULL, "nothing is left");
}

void kernel_test(void)
{
    size_t first = 0;

    ktest_start("foreign/fill_lists");
    list_init(&thirds);
    for (int i = 0; i < ROUNDS; i++) {
        size_t count = fill_memory();

        if (i == 0)
            first = count;
        ktest_assert(count == first && count > 10, "round %d: %u items, then %u", i,
                     (unsigned)first, (unsigned)count);
        empty_memory(count);
    }
    printk("figure: %u items of %u bytes\n", (unsigned)first, (unsigned)sizeof(struct item));
    ktest_passed();
}
