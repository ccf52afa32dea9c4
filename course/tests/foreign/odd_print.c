/* SPDX-License-Identifier: MIT */
/*
 * Printing: every conversion at the ends of its range, adjacent conversions,
 * many in one call, text that looks like a format, lists, and blocks of lines
 * with unusual surroundings.
 */
#include <adt/list.h>
#include <ktest.h>
#include <limits.h>

static list_t list;
static link_t one, two;
static const char format[] = "%d-%s";

static void numbers(void)
{
    puts(KTEST_EXPECTED "-2147483648 2147483647 0 -1");
    printk(KTEST_ACTUAL "%d %d %d %d\n", INT_MIN, INT_MAX, 0, -1);
    puts(KTEST_EXPECTED "4294967295 0 2147483648");
    printk(KTEST_ACTUAL "%u %u %u\n", -1, 0, INT_MIN);
    puts(KTEST_EXPECTED "ffffffff FFFFFFFF 0 0 deadbeef DEADBEEF 80000000");
    printk(KTEST_ACTUAL "%x %X %x %X %x %X %x\n", -1, -1, 0, 0, 0xdeadbeef, 0xdeadbeef, INT_MIN);
    puts(KTEST_EXPECTED "1 2 3 4 5 6 7 8 9 10 11 12");
    printk(KTEST_ACTUAL "%d %u %x %X %d %u %x %X %d %s %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, "10",
           11, 12);
    puts(KTEST_EXPECTED "-100ff4294967295");
    printk(KTEST_ACTUAL "%d%u%x%u\n", -10, 0, 0xff, 4294967295u);
}

static void text(void)
{
    puts(KTEST_EXPECTED "%%%d% 100%");
    printk(KTEST_ACTUAL "%%%%%%d%% 100%%\n");
    puts(KTEST_EXPECTED "%d %s %p");
    printk(KTEST_ACTUAL "%s\n", "%d %s %p");
    puts(KTEST_EXPECTED "||x||");
    printk(KTEST_ACTUAL "|%s|%c|%s|\n", "", 'x', "");
    puts(KTEST_EXPECTED "5-five");
    printk(KTEST_ACTUAL);
    printk(format, 5, "five");
    printk("\n");
    puts(KTEST_EXPECTED "z");
    printk(KTEST_ACTUAL "%c\n", 'z' + 256);
}

static void pointers(void)
{
    printk(KTEST_EXPECTED "%s 0x7fffffff 0x12340x5678\n", COURSE_YEAR == 2019 ? "0x0" : "(nil)");
    printk(KTEST_ACTUAL "%p %p %p%p\n", NULL, (void *)0x7fffffff, (void *)0x1234, (void *)0x5678);
    puts(KTEST_EXPECTED "0x1234xB");
    printk(KTEST_ACTUAL "%pxB\n", (void *)0x1234);
}

static void lists(void)
{
    list_init(&list);
    link_init(&one);
    link_init(&two);
    printk(KTEST_EXPECTED "%p[empty]L\n", &list);
    printk(KTEST_ACTUAL "%pLL\n", &list);
    list_append(&list, &one);
    printk(KTEST_EXPECTED "<%p[1: %p]>\n", &list, &one);
    printk(KTEST_ACTUAL "<%pL>\n", &list);
    list_prepend(&list, &two);
    printk(KTEST_EXPECTED "%p[2: %p-%p] %p[2: %p-%p] 7\n", &list, &two, &one, &list, &two, &one);
    printk(KTEST_ACTUAL "%pL %pL %d\n", &list, &list, 7);
}

void kernel_test(void)
{
    ktest_start("foreign/odd_print");
    numbers();
    text();
    pointers();
    lists();
    /* A block in one call, with an empty line, blanks at the end, a tab; then a second one. */
    printk(KTEST_BLOCK_EXPECTED "1\n" KTEST_BLOCK_EXPECTED "\n" KTEST_BLOCK_EXPECTED "  2 \n");
    printk("1\n\n  2 \n");
    printk("");
    printk(KTEST_BLOCK_EXPECTED "\t%s\n", "tab");
    printk("\ttab\n");
    ktest_passed();
}
