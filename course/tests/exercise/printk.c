/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "printk" (docs/exercises.md): the text and the length
 * that the student's answer_print() produces for each format.
 */
#include <ktest.h>
#include <lib/string.h>

#include <stdarg.h>

int answer_print(void (*put)(char c), const char *format, ...);

static char text[100];
static size_t length;

static void put(char c)
{
    ktest_assert(length < sizeof text - 1, "more than %u characters", (unsigned)length);
    text[length++] = c;
    text[length] = '\0';
}

#define CHECK(expected, ...)                                                                     \
    do {                                                                                         \
        length = 0;                                                                              \
        text[0] = '\0';                                                                          \
        int told = answer_print(put, __VA_ARGS__);                                               \
        ktest_assert(strcmp(text, expected) == 0, "\"%s\" instead of \"%s\"", text, expected);   \
        ktest_assert(told == (int)sizeof expected - 1, "it returned %d for %u characters", told, \
                     (unsigned)(sizeof expected - 1));                                           \
    } while (0)

void kernel_test(void)
{
    ktest_start("exercise/printk");
    CHECK("", "");
    CHECK("plain text", "plain text");
    CHECK("100 %", "100 %%");
    CHECK("a text in a line", "a %s in a line", "text");
    CHECK("xyz", "%c%c%c", 'x', 'y', 'z');
    CHECK("0 7 -7 42", "%d %d %d %d", 0, 7, -7, 42);
    CHECK("2147483647 -2147483648", "%d %d", 2147483647, -2147483647 - 1);
    CHECK("0 4294967295", "%u %u", 0u, 4294967295u);
    CHECK("0 a deadbeef ffffffff", "%x %x %x %x", 0u, 10u, 0xdeadbeefu, 0xffffffffu);
    CHECK("[   42][-0001][ff  ]", "[%5d][%05d][%-4x]", 42, -1, 255u);
    ktest_passed();
}
