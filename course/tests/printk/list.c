/* SPDX-License-Identifier: MIT */
/*
 * %pL: the address of the list, the number of items and their addresses.
 */
#include <adt/list.h>
#include <ktest.h>

static list_t list;
static link_t links[3];

void kernel_test(void)
{
    ktest_start("printk/list");
    list_init(&list);
    printk(KTEST_EXPECTED "%p[empty]\n", (void *)&list);
    printk(KTEST_ACTUAL "%pL\n", (void *)&list);
    for (int i = 0; i < 3; i++) {
        link_init(&links[i]);
        list_append(&list, &links[i]);
        if (i != 0)
            continue;
        printk(KTEST_EXPECTED "%p[1: %p]\n", (void *)&list, (void *)&links[0]);
        printk(KTEST_ACTUAL "%pL\n", (void *)&list);
    }
    printk(KTEST_EXPECTED "%p[3: %p-%p-%p] and on\n", (void *)&list, (void *)&links[0],
           (void *)&links[1], (void *)&links[2]);
    printk(KTEST_ACTUAL "%pL and on\n", (void *)&list);
    ktest_passed();
}
