/* SPDX-License-Identifier: MIT */
/*
 * %pL, %pF and %pA. Built a second time with CONFIG_PRINT_POINTER_EXTENSIONS 0,
 * where F and A must be ordinary text, and CONFIG_PRINT_NIL 1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <adt/list.h>
#include <config/print_nil.h>
#include <config/print_pointer_extensions.h>
#include <lib/format.h>
#include <mm/describe.h>

#include "capture.h"

#if CONFIG_PRINT_NIL
#define NULL_POINTER "(nil)"
#else
#define NULL_POINTER "0x0"
#endif

static struct capture captured;
static int block;

/* list.h's asserts; nothing here may trip one. */
void debug_panic(const char *file, int line, const char *function, const char *format, ...)
{
    fail_msg("%s:%d %s: %s", file, line, function, format);
    abort();
}

/* An allocator with one block. */
bool kmem_describe(const void *ptr, struct format_sink *sink)
{
    if (ptr != &block)
        return false;
    format_print(sink, "test block: asked %zu, granted %d", (size_t)24, 32);
    return true;
}

static void check_pointer(const char *format, const void *pointer, const char *expected_format, ...)
    __attribute__((format(printf, 3, 4)));

/* The expected text is formatted by the host. */
static void check_pointer(const char *format, const void *pointer, const char *expected_format, ...)
{
    char expected[1024];
    struct format_sink sink = capture_start(&captured);
    va_list arguments;

    va_start(arguments, expected_format);
    vsnprintf(expected, sizeof(expected), expected_format, arguments);
    va_end(arguments);
    format_print(&sink, format, pointer);
    assert_string_equal(captured.text, expected);
}

static void test_list(void **state)
{
    list_t list;
    link_t links[3] = {{NULL, NULL}};

    (void)state;
    list_init(&list);
    check_pointer("<%pL>", &list, "<%p[empty]>", (void *)&list);
    list_append(&list, &links[0]);
    check_pointer("<%pL>", &list, "<%p[1: %p]>", (void *)&list, (void *)&links[0]);
    list_append(&list, &links[1]);
    list_prepend(&list, &links[2]);
    check_pointer("<%pL>", &list, "<%p[3: %p-%p-%p]>", (void *)&list, (void *)&links[2],
                  (void *)&links[0], (void *)&links[1]);
    check_pointer("%30pL!", &list, "%30p[3: %p-%p-%p]!", (void *)&list, (void *)&links[2],
                  (void *)&links[0], (void *)&links[1]);
}

static void make_list(list_t *list, link_t links[4])
{
    list_init(list);
    for (int i = 0; i < 4; i++) {
        link_init(&links[i]);
        list_append(list, &links[i]);
    }
}

static void test_corrupt_list(void **state)
{
    list_t list;
    link_t links[4];

    (void)state;
    check_pointer("%pL", NULL, NULL_POINTER "[not a list]");
    check_pointer("%pL", (char *)&list + 1, "%p[not a list]", (void *)((char *)&list + 1));

    memset(&list, 0, sizeof(list));
    check_pointer("%pL", &list, "%p[corrupt after 0]", (void *)&list);

    make_list(&list, links);
    links[1].next = NULL;
    check_pointer("%pL", &list, "%p[corrupt after 2: %p-%p]", (void *)&list, (void *)&links[0],
                  (void *)&links[1]);
    make_list(&list, links);
    links[2].prev = &links[0];
    check_pointer("%pL", &list, "%p[corrupt after 2: %p-%p]", (void *)&list, (void *)&links[0],
                  (void *)&links[1]);
    make_list(&list, links);
    links[0].next = (link_t *)(void *)((char *)&links[1] + 1);
    check_pointer("%pL", &list, "%p[corrupt after 1: %p]", (void *)&list, (void *)&links[0]);
    /* A loop that does not include the head: to a link in between, and to itself. */
    make_list(&list, links);
    links[3].next = &links[1];
    check_pointer("%pL", &list, "%p[corrupt after 4: %p-%p-%p-%p]", (void *)&list,
                  (void *)&links[0], (void *)&links[1], (void *)&links[2], (void *)&links[3]);
    make_list(&list, links);
    links[0].next = &links[0];
    links[0].prev = &links[0];
    list.head.next = &links[0];
    check_pointer("%pL", &list, "%p[corrupt after 0]", (void *)&list);
    /* The link back to the head is missing. */
    make_list(&list, links);
    list.head.prev = &links[2];
    check_pointer("%pL", &list, "%p[corrupt after 4: %p-%p-%p-%p]", (void *)&list,
                  (void *)&links[0], (void *)&links[1], (void *)&links[2], (void *)&links[3]);
}

#if CONFIG_PRINT_POINTER_EXTENSIONS
static void test_extensions(void **state)
{
    static const uint32_t code[5] = {0x3c1f8000, 0x37ff0400, 1, 0xffffffff, 5};

    (void)state;
    check_pointer("%pF.", code, "%p[3c1f8000 37ff0400 00000001 ffffffff].", (const void *)code);
    check_pointer("%pF", NULL, "0x0[not a function]");
    check_pointer("%pF", (const char *)code + 2, "%p[not a function]",
                  (const void *)((const char *)code + 2));
    check_pointer("%pA.", &block, "%p [test block: asked 24, granted 32].", (void *)&block);
    check_pointer("%pA", &captured, "%p [not a heap block]", (void *)&captured);
    check_pointer("%pA", NULL, "0x0 [not a heap block]");
}
#else
static void test_extensions(void **state)
{
    (void)state;
    check_pointer("[%p]", NULL, "[(nil)]");
    check_pointer("[%8p]", NULL, "[   (nil)]");
    check_pointer("[%-8.2p]", NULL, "[(nil)   ]");
    check_pointer("%pF.", &block, "%pF.", (void *)&block);
    check_pointer("%pA.", &block, "%pA.", (void *)&block);
}
#endif

/* The output of an extension is counted, and later arguments are read correctly. */
static void test_in_company(void **state)
{
    list_t list;
    char expected[128];

    (void)state;
    list_init(&list);
    struct format_sink sink = capture_start(&captured);

    format_print(&sink, "%d %pL %s %p", 1, (void *)&list, "two", (void *)&block);
    snprintf(expected, sizeof(expected), "1 %p[empty] two %p", (void *)&list, (void *)&block);
    assert_string_equal(captured.text, expected);
    assert_int_equal(sink.written, strlen(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_corrupt_list),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_in_company),
    };

    return cmocka_run_group_tests_name("format_pointer", tests, NULL, NULL);
}
