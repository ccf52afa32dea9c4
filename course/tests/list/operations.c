/* SPDX-License-Identifier: MIT */
/*
 * Every list operation, compared with an array that holds the expected
 * contents.
 */
#include <adt/list.h>
#include <ktest.h>

struct item {
    int before;
    link_t link;
    int number;
};

static list_t list;
static struct item items[5];

/* The list must hold these items in this order, walked forwards and backwards. */
static void check(int count, const int *numbers)
{
    int at = 0;

    ktest_assert(list_get_size(&list) == (size_t)count, "size %u", (unsigned)list_get_size(&list));
    ktest_assert(list_is_empty(&list) == (count == 0), "emptiness");
    list_foreach (list, struct item, link, item) {
        ktest_assert(at < count && item->number == numbers[at], "item %d is %d", at, item->number);
        at++;
    }
    ktest_assert(at == count, "%d items instead of %d", at, count);
    for (link_t *link = list.head.prev; link != &list.head; link = link->prev) {
        at--;
        ktest_assert(list_item(link, struct item, link)->number == numbers[at], "backwards");
    }
    ktest_assert(at == 0, "as many backwards");
}

void kernel_test(void)
{
    ktest_start("list/operations");
    list_init(&list);
    check(0, NULL);
    ktest_assert(list_pop(&list) == NULL, "pop of an empty list");
    for (int i = 0; i < 5; i++) {
        items[i].number = i;
        link_init(&items[i].link);
        ktest_assert(!link_is_connected(&items[i].link), "a fresh link is not connected");
    }
    list_append(&list, &items[1].link);
    check(1, (const int[]){1});
    list_append(&list, &items[2].link);
    list_prepend(&list, &items[0].link);
    list_append(&list, &items[3].link);
    check(4, (const int[]){0, 1, 2, 3});
    ktest_assert(link_is_connected(&items[2].link), "a link in a list is connected");
    list_remove(&items[2].link);
    ktest_assert(!link_is_connected(&items[2].link), "a removed link is not");
    check(3, (const int[]){0, 1, 3});
    ktest_assert(list_rotate(&list) == &items[0].link, "rotate returns what it moved");
    check(3, (const int[]){1, 3, 0});
    ktest_assert(list_pop(&list) == &items[1].link, "pop returns the first");
    ktest_assert(!link_is_connected(&items[1].link), "a popped link is not connected");
    list_append(&list, &items[1].link);
    check(3, (const int[]){3, 0, 1});
    ktest_assert(list_pop(&list) == &items[3].link, "pop");
    ktest_assert(list_pop(&list) == &items[0].link, "pop");
    ktest_assert(list_rotate(&list) == &items[1].link, "rotating one item");
    check(1, (const int[]){1});
    ktest_assert(list_pop(&list) == &items[1].link, "pop");
    check(0, NULL);
    ktest_passed();
}
