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

static uint8_t blob[2048];
static size_t blob_bytes;
static size_t strings_at;
static const char strings[] =
    "reg\0bootargs\0empty\0compatible\0status\0ranges\0#address-cells\0#size-cells";

/* Offsets in strings. */
enum { REG = 0, COMPATIBLE = 19, STATUS = 30, RANGES = 37, ADDRESS_CELLS = 44, SIZE_CELLS = 59 };

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

/* A property of `count` cells. */
static void cells(uint32_t name, const uint32_t *values, size_t count)
{
    put32(PROP);
    put32((uint32_t)(4 * count));
    put32(name);
    for (size_t i = 0; i < count; i++)
        put32(values[i]);
}

#define CELLS(name, ...) \
    cells(name, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4)

/* The header, for structures from byte `structs_at` on that have just been written. */
static void finish(size_t structs_at, size_t reserved_at)
{
    strings_at = blob_bytes;
    put_bytes(strings, sizeof strings);
    set32(0, 0xd00dfeed);
    set32(4, blob_bytes);
    set32(8, structs_at);
    set32(12, strings_at);
    set32(16, reserved_at);
    set32(32, sizeof strings);
    set32(36, strings_at - structs_at);
}

static int build(void **state)
{
    static const uint8_t memory[16] = {0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 1, 0x80, 0, 0, 0};
    static const uint8_t other[4] = {1, 2, 3, 4};

    (void)state;
    memset(blob, 0, sizeof blob);
    blob_bytes = 56;
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
    finish(56, 40); /* an entry of zeros: no reserved memory */
    return 0;
}

/* Two levels of buses, as a system on a chip has them, and reserved memory of both kinds. */
static int build_buses(void **state)
{
    (void)state;
    memset(blob, 0, sizeof blob);
    blob_bytes = 40;
    for (size_t i = 0; i < 12; i++) /* two entries of 64-bit pairs, and the end */
        put32((const uint32_t[12]){1, 0x1000, 0, 0x234, 0, 0x80000000, 1, 0}[i]);
    begin("");
    CELLS(ADDRESS_CELLS, 2);
    CELLS(SIZE_CELLS, 1);
    begin("soc");
    CELLS(ADDRESS_CELLS, 1);
    CELLS(SIZE_CELLS, 1);
    CELLS(RANGES, 0x7e000000, 0, 0x3f000000, 0x1000000, 0x40000000, 8, 0, 0x1000);
    begin("uart@7e201000");
    property(COMPATIBLE, "arm,pl011\0arm,primecell", 24);
    property(STATUS, "disabled", 9);
    CELLS(REG, 0x7e201000, 0x200);
    put32(END_NODE);
    begin("bus");
    CELLS(ADDRESS_CELLS, 1);
    CELLS(SIZE_CELLS, 1);
    property(RANGES, "", 0);
    begin("uart@40000800");
    property(COMPATIBLE, "vendor,x\0arm,pl011", 19);
    property(STATUS, "okay", 5);
    CELLS(REG, 0x40000800, 0x100, 0x50000000, 0x100);
    put32(END_NODE);
    put32(END_NODE);
    put32(END_NODE);
    begin("i2c");
    CELLS(ADDRESS_CELLS, 1);
    CELLS(SIZE_CELLS, 0);
    begin("chip@50");
    property(COMPATIBLE, "vendor,chip", 12);
    CELLS(REG, 0x50);
    put32(END_NODE);
    put32(END_NODE);
    begin("reserved-memory");
    CELLS(ADDRESS_CELLS, 2);
    CELLS(SIZE_CELLS, 1);
    property(RANGES, "", 0);
    begin("firmware@a000");
    CELLS(REG, 0, 0xa000, 0x1000, 0, 0xc000, 0x2000);
    put32(END_NODE);
    begin("pool"); /* placed by the kernel: no address */
    put32(END_NODE);
    begin("video@100000000");
    CELLS(REG, 1, 0, 0x3000);
    put32(END_NODE);
    put32(END_NODE);
    begin("reserved-memory-not");
    begin("x@1");
    CELLS(REG, 0, 1, 1);
    put32(END_NODE);
    put32(END_NODE);
    put32(END_NODE);
    put32(END);
    finish(88, 40);
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

static void test_nodes(void **state)
{
    struct fdt_node node;
    struct fdt_range range = {0, 0};

    (void)state;
    assert_int_equal(fdt_blob_bytes(blob), blob_bytes);
    assert_int_equal(fdt_blob_bytes(blob + 4), 0);
    assert_true(fdt_first(blob, blob_bytes, &node));
    assert_int_equal(node.depth, 1);
    assert_false(fdt_reg(&node, 0, &range));
    /* The first one is disabled. */
    assert_true(fdt_next_compatible(&node, "arm,pl011"));
    assert_string_equal(node.name, "uart@40000800");
    assert_int_equal(node.depth, 4);
    assert_true(fdt_is_compatible(&node, "vendor,x"));
    assert_false(fdt_is_compatible(&node, "vendor"));
    assert_false(fdt_is_compatible(&node, "pl011"));
    assert_true(fdt_reg(&node, 0, &range));
    assert_true(range.base == UINT64_C(0x800000800) && range.bytes == 0x100);
    assert_false(fdt_reg(&node, 1, &range)); /* in no range of the bus */
    assert_false(fdt_reg(&node, 2, &range));
    assert_false(fdt_next_compatible(&node, "arm,pl011"));

    assert_true(fdt_first(blob, blob_bytes, &node));
    while (!fdt_is_compatible(&node, "arm,primecell"))
        assert_true(fdt_next(&node));
    assert_false(fdt_is_enabled(&node));
    assert_true(fdt_reg(&node, 0, &range));
    assert_true(range.base == 0x3f201000 && range.bytes == 0x200);
    assert_true(fdt_next_compatible(&node, "vendor,chip"));
    assert_false(fdt_reg(&node, 0, &range)); /* no address of the CPU */
}

static void test_reserved(void **state)
{
    static const struct fdt_range expected[] = {{UINT64_C(0x100001000), 0x234},
                                                {0x80000000, UINT64_C(0x100000000)},
                                                {0xa000, 0x1000},
                                                {0xc000, 0x2000},
                                                {UINT64_C(0x100000000), 0x3000}};
    struct fdt_range range = {0, 0};

    (void)state;
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(fdt_reserved(blob, blob_bytes, i, &range));
        assert_true(range.base == expected[i].base && range.bytes == expected[i].bytes);
    }
    assert_false(fdt_reserved(blob, blob_bytes, 5, &range));
    assert_false(fdt_reserved(blob, blob_bytes, 6, &range));
}

static void test_nothing_reserved(void **state)
{
    struct fdt_range range;

    (void)state;
    assert_false(fdt_reserved(blob, blob_bytes, 0, &range));
}

/* Every node, every property of interest, in a copy that ends where its memory ends. */
static void walk_everywhere(void)
{
    uint8_t *copy = malloc(blob_bytes);
    struct fdt_node node;
    struct fdt_range range;
    size_t nodes = 0;

    assert_non_null(copy);
    memcpy(copy, blob, blob_bytes);
    for (bool more = fdt_first(copy, blob_bytes, &node); more; more = fdt_next(&node)) {
        assert_in_range(node.depth, 1, FDT_LEVELS);
        assert_true(++nodes <= blob_bytes / 8);
        (void)fdt_is_compatible(&node, "arm,pl011");
        (void)fdt_is_enabled(&node);
        for (unsigned i = 0; i < 3; i++)
            (void)fdt_reg(&node, i, &range);
    }
    for (unsigned i = 0; i < 20 && fdt_reserved(copy, blob_bytes, i, &range); i++)
        continue;
    free(copy);
}

static void test_damaged_buses(void **state)
{
    static const uint32_t values[] = {0,          1,          2,          3,          4,         9,
                                      0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffd, 0xffffffff};
    uint8_t whole[sizeof blob];

    (void)state;
    memcpy(whole, blob, sizeof blob);
    for (size_t at = 0; at < blob_bytes; at += 4)
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            set32(at, values[i]);
            walk_everywhere();
            memcpy(blob, whole, sizeof blob);
        }
    for (size_t bytes = 0; bytes < blob_bytes; bytes++) {
        struct fdt_node node;

        assert_false(fdt_first(blob, bytes, &node));
    }
}

/* Nodes deeper than the levels are passed over, and those behind them found. */
static void test_deep(void **state)
{
    struct fdt_node node;
    struct fdt_range range;

    (void)state;
    memset(blob, 0, sizeof blob);
    blob_bytes = 56;
    begin("");
    for (unsigned i = 1; i < FDT_LEVELS + 3; i++)
        begin("n");
    for (unsigned i = 1; i < FDT_LEVELS + 3; i++)
        put32(END_NODE);
    begin("last@5");
    property(COMPATIBLE, "last", 5);
    CELLS(REG, 0, 5, 6);
    put32(END_NODE);
    put32(END_NODE);
    put32(END);
    finish(56, 40);
    assert_true(fdt_first(blob, blob_bytes, &node));
    assert_true(fdt_next_compatible(&node, "last"));
    assert_true(fdt_reg(&node, 0, &range)); /* the cells that no node states: 2 and 1 */
    assert_true(range.base == 5 && range.bytes == 6);
    assert_false(fdt_next(&node));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_finds_properties, build),
        cmocka_unit_test_setup(test_finds_nothing_else, build),
        cmocka_unit_test_setup(test_cells_of_too_little, build),
        cmocka_unit_test_setup(test_cut_short, build),
        cmocka_unit_test_setup(test_damaged, build),
        cmocka_unit_test_setup(test_nodes, build_buses),
        cmocka_unit_test_setup(test_reserved, build_buses),
        cmocka_unit_test_setup(test_nothing_reserved, build),
        cmocka_unit_test_setup(test_damaged_buses, build_buses),
        cmocka_unit_test(test_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
