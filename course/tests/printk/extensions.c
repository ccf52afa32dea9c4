/* SPDX-License-Identifier: MIT */
/*
 * %pF prints the code of a function, %pA the heap's description of a block.
 * Their exact text is not fixed, so only the required parts are checked.
 */
#include <ktest.h>
#include <lib/string.h>
#include <mm/heap.h>

static const uint32_t code[8] = {0x3c1f8000, 0x37ff0400, 0x03e00008, 0, 1, 2, 3, 4};

static bool contains(const char *text, const char *part)
{
    size_t length = strlen(part);

    for (; *text != '\0'; text++) {
        if (strncmp(text, part, length) == 0)
            return true;
    }
    return false;
}

void kernel_test(void)
{
    char text[256];
    char pointer[32];

    ktest_start("printk/extensions");
    printk("%pF\n", (const void *)code);
    snprintk(text, sizeof text, "%pF", (const void *)code);
    snprintk(pointer, sizeof pointer, "%p", (const void *)code);
    ktest_assert(strncmp(text, pointer, strlen(pointer)) == 0, "the pointer comes first");
    ktest_assert(contains(text, "3c1f8000") && contains(text, "37ff0400"), "then its words");

    void *block = kmalloc(100);

    printk("%pA\n", block);
    snprintk(text, sizeof text, "%pA", block);
    snprintk(pointer, sizeof pointer, "%p", block);
    ktest_assert(strncmp(text, pointer, strlen(pointer)) == 0, "the pointer comes first");
    ktest_assert(contains(text, "used"), "the block is used");
    kfree(block);
    printk("%pA\n", block);
    ktest_passed();
}
