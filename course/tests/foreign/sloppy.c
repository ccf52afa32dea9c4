/* SPDX-License-Identifier: MIT */
/*
 * Constructs that foreign files may contain: no prototypes, formats that do not
 * match, unused variables, GNU C, initialisers of every kind, a large frame,
 * structures that are copied whole.
 */
#include <adt/list.h>
#include <debug.h>
#include <ktest.h>
#include <mm/heap.h>

struct big {
    int numbers[100];
    const char *text;
};

static struct big source = {.numbers = {1, 2, [99] = 7}, .text = "initialised"};
static list_t own_list = {.head = {&own_list.head, &own_list.head}};
static int zeroed[300];
int visible = 5;
const char *const texts[] = {"a", "b", "c"};
static int (*table[2])(int);

int twice(int number)
{
    int unused;

    return 2 * number;
}

static int (*chosen)(int) = twice;

void kernel_test(void)
{
    struct big copy = source;
    struct big large[2] = {{{0}}};
    int sum = 0;
    typeof(sum) other = ({
        int inside = 3;
        inside + 1;
    });

    ktest_start("foreign/sloppy");
    for (int i = 0; i < 300; i++)
        sum += zeroed[i];
    ktest_assert(sum == 0, "bss is zeroed: %d", sum);
    large[1] = copy;
    ktest_assert(large[1].numbers[99] == 7 && large[1].numbers[50] == 0, "copied");
    ktest_assert(chosen(visible) == 10 && other == 4, "initialised");
    ktest_assert(table[1] == NULL && list_is_empty(&own_list), "initialised");
    printk(KTEST_EXPECTED "5 c initialised\n");
    printk(KTEST_ACTUAL "%u %s %s\n", visible, texts[2], copy.text);
    /* Formats that compilers warn about. */
    printk("%p %x %d\n", visible, &visible, sizeof(copy));
    switch (visible) {
    case 1 ... 9:
        visible = 0;
    }
    kfree(kmalloc(visible));
    ktest_passed();
}
