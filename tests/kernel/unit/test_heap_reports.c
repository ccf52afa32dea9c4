/* SPDX-License-Identifier: MIT */
/*
 * The kernel's reports about its heap: %pA of blocks and of other addresses;
 * and, as boot jobs whose output tests/kernel/faults/ expects, the reports of
 * misuse and of failed requests. For HEAP=heap; tests/kernel/heap_builds.t
 * covers the other allocators.
 */
#include <config/heap.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <main.h>
#include <mem_heap.h>
#include <mm/heap.h>
#include <mm/memory.h>

#include "../include/tap.h"

/* CONFIG_HEAP is a word, such as heap or first_fit. */
#define TEXT(word)   #word
#define EXPAND(word) TEXT(word)
#define KEEPS_CALLER (MEM_HEAP_PRESET >= MEM_HEAP_DEBUG)

static char text[200];

/* The start of `part` in the text, or NULL. */
static const char *find(const char *part)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (strncmp(at, part, strlen(part)) == 0)
            return at;
    }
    return NULL;
}

static uintptr_t hex(const char *digits)
{
    uintptr_t value = 0;

    for (; (*digits >= '0' && *digits <= '9') || (*digits >= 'a' && *digits <= 'f'); digits++)
        value = 16 * value + (uintptr_t)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
    return value;
}

/* Every way to allocate a block, from a function whose address appears in the report. */
__attribute__((noinline)) static void *take_here(unsigned how)
{
    void *volatile block = NULL; /* volatile: none of the calls may become a jump */

    switch (how) {
    case 0:
        block = kmalloc(50);
        break;
    case 1:
        block = kcalloc(5, 10);
        break;
    case 2:
        block = kmalloc_aligned(50, 256);
        break;
    case 3:
        block = krealloc(NULL, 50);
        break;
    default:
        block = kmalloc(500);
        block = krealloc(block, 50);
    }
    return block;
}

static void test_block(unsigned how)
{
    static const char *const names[] = {"kmalloc", "kcalloc", "kmalloc_aligned", "krealloc(NULL)",
                                        "krealloc"};
    void *block = take_here(how);

    snprintk(text, sizeof text, "%pA", block);
    const char *by = find(" by 0x");
    bool told = find("[heap block: ") != NULL && find(", used") != NULL;

    tap_ok(block != NULL && told, "%%pA knows a block of %s", names[how]);
    if (KEEPS_CALLER) {
        tap_ok(find("asked 50, granted ") != NULL, "and what was asked");
        uintptr_t offset = by == NULL ? 0 : hex(by + 6) - (uintptr_t)take_here;

        tap_ok(offset > 0 && offset < 1024, "and who called %s, not what is inside it", names[how]);
    } else {
        tap_ok(by == NULL && find("asked") == NULL, "without what this preset does not keep");
    }
    kfree(block);
    snprintk(text, sizeof text, "%pA", block);
    tap_ok(find(", free") != NULL && find(" by ") == NULL, "and that it is free afterwards");
}

static void test_neighbours(void)
{
    char *all = kmalloc(4000); /* a hole of this size, the only one */
    char *big = kmalloc(4000);

    kfree(all);
    char *one = kmalloc(1000);

    snprintk(text, sizeof text, "%pA", one + 10);
    tap_ok(find("before: ") != NULL && find("; after: ") != NULL && find("; 10 bytes into it]"),
           "%%pA tells both neighbours, and how far into the block the address is");
    snprintk(text, sizeof text, "%pA", one - 1);
    tap_ok(find("[not a heap block]") != NULL || find("into it]") != NULL,
           "a header belongs to no block, or a tag to the one before");
    kfree(one);
    kfree(big);
}

/* Addresses of every kind, mostly without memory: they must not be read. */
static void test_anything(void)
{
    int local = 0;
    bool right = true;
    const void *const known[] = {&local, text, (const void *)(uintptr_t)kernel_main,
                                 (const void *)(memory_base() + memory_bytes()),
                                 (const void *)(memory_base() - 1)};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        snprintk(text, sizeof text, "%pA", known[i]);
        if (known[i] != text)
            right = right && find("[not a heap block]") != NULL;
    }
    for (unsigned bit = 0; bit < 8 * sizeof(uintptr_t); bit++) {
        for (int less = -1; less <= 1; less++) {
            snprintk(text, sizeof text, "%pA", (void *)(((uintptr_t)1 << bit) + (uintptr_t)less));
            right = right && find(" block") != NULL;
        }
    }
    tap_ok(right, "%%pA of stacks, code, the end of memory and powers of two does not fault");
    for (uintptr_t at = memory_base(); at < memory_base() + 4096; at++)
        snprintk(text, sizeof text, "%pA", (void *)at);
    tap_ok(true, "nor of any address in the heap's own table");
}

static int test_heap_reports(void)
{
    if (strcmp(EXPAND(CONFIG_HEAP), "heap") == 0) {
        for (unsigned how = 0; how < 5; how++)
            test_block(how);
        test_neighbours();
    }
    test_anything();
    return tap_done();
}

JOB(test_heap_reports, .kind = "test", .name = "heap_reports", .run = test_heap_reports,
    .summary = "what %pA tells of kmalloc's blocks and of anything else");

/* --- Reports on the console --------------------------------------------------------------------
 */

/* All failures since boot are this test's. */
static unsigned failures;

static void *take(size_t size, size_t alignment)
{
    void *block = kmalloc_aligned(size, alignment);

    failures += block == NULL;
    return block;
}

/* Repeat the request until a failure is reported: the 1st, 2nd, 4th, ... */
static void fail(const char *why, size_t size, size_t alignment)
{
    printk("[fault] %s\n", why);
    do {
        if (take(size, alignment) != NULL)
            printk("[fault] FAIL: %zu bytes at %zu could be had\n", size, alignment);
    } while ((failures & (failures - 1)) != 0);
}

/* The largest request that succeeds, to 8 bytes. */
static size_t largest(void)
{
    size_t low = 0;
    size_t high = kheap_total_bytes() & ~(size_t)7;

    while (high - low > 8) {
        size_t middle = (low + (high - low) / 2) & ~(size_t)7;
        void *block = take(middle, 8);

        kfree(block);
        if (block != NULL)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int heap_why(void)
{
    enum { BLOCKS = 64 };
    static void *blocks[BLOCKS];
    size_t size = kheap_total_bytes() / (BLOCKS + 8);

    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = take(size, 8);
    for (unsigned i = 0; i < BLOCKS; i += 2)
        kfree(blocks[i]);
    fail("too much", SIZE_MAX, 8);
    fail("more than is free", kheap_total_bytes() - kheap_total_bytes() / 8, 8);
    fail("a third of what is free", kheap_total_bytes() / 5, 8);
    fail("as much as the largest hole, but aligned", largest(), 256);
    printk("[fault] the rest is as good as ever\n");
    return take(size / 2, 8) != NULL ? EXIT_OK : EXIT_FAILED;
}

JOB(fault_heap_why, .kind = "fault", .name = "heap_why", .run = heap_why,
    .summary = "requests that fail, for each reason there is");

/* Adjacent blocks: larger than earlier requests, so that they are cut from the front. */
static int heap_misuse(void)
{
    static char *blocks[4];
    int local = 0;
    uint32_t saved;

    for (unsigned i = 0; i < 4; i++) {
        blocks[i] = kmalloc(40000);
        if (blocks[i] == NULL || (i > 0 && blocks[i] < blocks[i - 1]))
            return EXIT_FAILED;
        memset(blocks[i], 0, 40000);
    }
    kfree(&local);
    kfree(blocks[1] + 1);
    kfree(blocks[1] + 16);
    kfree(blocks[1]);
    kfree(blocks[1]);
    if (krealloc(blocks[1], 10) != NULL || krealloc(&local, 10) != NULL)
        return EXIT_FAILED;
    printk("[fault] an overflow into the next header\n");
    size_t before = kheap_used_bytes();

    if (MEM_HEAP_PRESET <= MEM_HEAP_DEFAULT) { /* if the header is the word before a block */
        memcpy(&saved, blocks[3] - 4, 4);
        memset(blocks[3] - 4, 'A', 4);
        kfree(blocks[2]);
        kfree(blocks[3]);
        memcpy(blocks[3] - 4, &saved, 4);
    }
    if (kheap_used_bytes() != before)
        return EXIT_FAILED;
    kfree(blocks[2]);
    kfree(blocks[3]);
    kfree(blocks[0]);
    printk("[fault] and the heap goes on\n");
    return EXIT_OK;
}

JOB(fault_heap_misuse, .kind = "fault", .name = "heap_misuse", .run = heap_misuse,
    .summary = "frees of what is no block, and beside a header that was overwritten");
