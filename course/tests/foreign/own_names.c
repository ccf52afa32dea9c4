/* SPDX-License-Identifier: MIT */
/*
 * Non-static functions and variables with the names of the kernel's own: test
 * files bring replacements for functions that other kernels lack. The kernel
 * must use its own, the file the file's.
 */
#include <ktest.h>

static int own_calls;

int found, count, report = 7, heap, ready, window;
int memory_bytes = 3;
int format_vprint = 4;

void *memset(void *area, int byte, size_t bytes)
{
    unsigned char *at = area;

    own_calls++;
    while (bytes-- > 0)
        *at++ = (unsigned char)byte;
    return area;
}

size_t strlen(const char *text)
{
    size_t length = 0;

    own_calls++;
    while (text[length] != '\0')
        length++;
    return length;
}

char *strcpy(char *to, const char *from)
{
    char *result = to;

    while ((*to++ = *from++) != '\0')
        continue;
    return result;
}

int heap_init(int number)
{
    return number + report;
}

void *kmalloc(size_t bytes)
{
    ktest_assert(bytes == 0, "the kernel calls this kmalloc()");
    return &found;
}

int mutex_count(void)
{
    return memory_bytes + format_vprint;
}

void kernel_test(void)
{
    char text[40];

    ktest_start("foreign/own_names");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ktest_assert(strlen(text) == sizeof text - 1, "%u", (unsigned)strlen(text));
    ktest_assert(own_calls >= 2, "%d calls", own_calls);
    strcpy(text, "copied");
    printk(KTEST_EXPECTED "copied 7 15\n");
    printk(KTEST_ACTUAL "%s %d %d\n", text, mutex_count(), heap_init(8));
    ktest_assert(kmalloc(0) == &found, "another kmalloc()");
    ktest_passed();
}
