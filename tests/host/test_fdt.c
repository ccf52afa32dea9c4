/* SPDX-License-Identifier: MIT */
/*
 * Device tree lookup: in a tree built here token by token, and in the same tree
 * with systematic and random damage. Blobs are copied to the end of a block of
 * their exact size, so that the sanitizer detects any read beyond them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <drivers/fdt.h>

enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

static uint8_t blob[1024];
static size_t blob_bytes;
static size_t strings_at;
static const char strings[] = "reg\0bootargs\0empty";

static void put32(uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        blob[blob_bytes++] = (uint8_t)(value >> shift);
}

static void set32(size_t at, size_t value)
{
    for (size_t i = 0; i < 4; i++)
        blob[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put_bytes(const void *bytes, size_t count)
{
    memcpy(blob + blob_bytes, bytes, count);
    blob_bytes += count;
    while (blob_bytes % 4 != 0)
        blob[blob_bytes++] = 0;
}

static void begin(const char *name)
{
    put32(BEGIN_NODE);
    put_bytes(name, strlen(name) + 1);
}

/* `name` is its offset in strings. */
static void property(uint32_t name, const void *value, size_t bytes)
{
    put32(PROP);
    put32((uint32_t)bytes);
    put32(name);
    put_bytes(value, bytes);
}

static int build(void **state)
{
    static const uint8_t memory[16] = {0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 1, 0x80, 0, 0, 0};
    static const uint8_t other[4] = {1, 2, 3, 4};

    (void)state;
    memset(blob, 0, sizeof blob);
    blob_bytes = 40;
    begin("");
    property(0, other, 4);
    begin("memory-controller");
    property(0, other, 4);
    put32(END_NODE);
    put32(NOP);
    begin("memory@40000000");
    property(0, memory, 16);
    put32(END_NODE);
    begin("chosen");
    property(4, "lab=mem", 8);
    begin("deeper");
    property(13, "", 0);
    put32(END_NODE);
    put32(END_NODE);
    put32(END_NODE);
    put32(END);
    strings_at = blob_bytes;
    put_bytes(strings, sizeof strings);
    set32(0, 0xd00dfeed);
    set32(4, blob_bytes);
    set32(8, 40);
    set32(12, strings_at);
    set32(32, sizeof strings);
    set32(36, strings_at - 40);
    return 0;
}

/* fdt_find() in a copy that ends where its memory ends; checks that the result lies inside. */
static struct fdt_property find(size_t bytes, const char *node, const char *name)
{
    uint8_t *copy = malloc(bytes > 0 ? bytes : 1);
    struct fdt_property found;

    assert_non_null(copy);
    memcpy(copy, blob, bytes);
    found = fdt_find(copy, bytes, node, name);
    if (found.data != NULL) {
        assert_true(found.data >= copy && found.bytes <= bytes);
        assert_true((size_t)(found.data - copy) <= bytes - found.bytes);
        found.data = blob + (found.data - copy);
    }
    free(copy);
    return found;
}

static void test_finds_properties(void **state)
{
    struct fdt_property found = find(blob_bytes, "/memory", "reg");

    (void)state;
    assert_int_equal(found.bytes, 16);
    assert_true(fdt_cells(found, 0, 2) == 0x40000000u);
    assert_true(fdt_cells(found, 2, 2) == 0x180000000u);
    assert_true(fdt_cells(found, 3, 1) == 0x80000000u);
    assert_int_equal(find(blob_bytes, "/memory@40000000", "reg").bytes, 16);
    assert_true(fdt_cells(find(blob_bytes, "/memory-controller", "reg"), 0, 1) == 0x01020304);
    assert_true(fdt_cells(find(blob_bytes, "/", "reg"), 0, 1) == 0x01020304);
    assert_string_equal((const char *)find(blob_bytes, "/chosen", "bootargs").data, "lab=mem");
    found = find(blob_bytes, "/chosen/deeper", "empty");
    assert_true(found.data != NULL && found.bytes == 0);
}

static void test_finds_nothing_else(void **state)
{
    static const char *const absent[][2] = {
        {"/memory", "bootargs"},   {"/memory", "re"},           {"/memory", "regs"},
        {"/memor", "reg"},         {"/memory@4", "reg"},        {"/memory/memory", "reg"},
        {"/chosen", "empty"},      {"/deeper", "empty"},        {"/chosen/deep", "empty"},
        {"/chosen/deeper/x", "e"}, {"/memory-controlle", "re"}, {"/nowhere", "reg"},
        {"/memory", ""},           {"//memory", "reg"},         {"/", "bootargs"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(find(blob_bytes, absent[i][0], absent[i][1]).data);
}

static void test_cells_of_too_little(void **state)
{
    struct fdt_property found = find(blob_bytes, "/memory", "reg");
    const struct fdt_property none = {NULL, 0};

    (void)state;
    assert_true(fdt_cells(none, 0, 1) == 0);
    assert_true(fdt_cells(found, 3, 2) == 0);
    assert_true(fdt_cells(found, 4, 1) == 0);
    found.bytes = 15;
    assert_true(fdt_cells(found, 3, 1) == 0);
}

/* Nothing is found in a truncated tree: its header shows the truncation. */
static void test_cut_short(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < blob_bytes; bytes++)
        assert_null(find(bytes, "/chosen", "bootargs").data);
}

static void look_everywhere(void)
{
    (void)find(blob_bytes, "/memory", "reg");
    (void)find(blob_bytes, "/chosen", "bootargs");
    (void)find(blob_bytes, "/chosen/deeper", "empty");
    (void)find(blob_bytes, "/nowhere", "reg");
}

/*
 * With any value of one word, and with random words, nothing outside is read and
 * the walk ends.
 */
static void test_damaged(void **state)
{
    static const uint32_t values[] = {0,          1,          2,          3,          4,         9,
                                      0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffd, 0xffffffff};
    uint8_t whole[sizeof blob];
    uint32_t random = 1;

    (void)state;
    memcpy(whole, blob, sizeof blob);
    for (size_t at = 0; at < blob_bytes; at += 4)
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            set32(at, values[i]);
            look_everywhere();
            memcpy(blob, whole, sizeof blob);
        }
    for (int round = 0; round < 20000; round++) {
        for (int hits = 0; hits < 1 + round % 5; hits++) {
            random = random * 1664525 + 1013904223;
            blob[(random >> 8) % blob_bytes] = (uint8_t)(random >> 24);
        }
        look_everywhere();
        memcpy(blob, whole, sizeof blob);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_finds_properties, build),
        cmocka_unit_test_setup(test_finds_nothing_else, build),
        cmocka_unit_test_setup(test_cells_of_too_little, build),
        cmocka_unit_test_setup(test_cut_short, build),
        cmocka_unit_test_setup(test_damaged, build),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
