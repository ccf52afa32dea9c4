/* SPDX-License-Identifier: MIT */
/*
 * printk of pointers in the kernel, where allocators can describe them. The
 * formatter itself is tested on the host.
 */
#include <debug/code.h>
#include <exc.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <main.h>
#include <mem_allocator_first_fit.h>
#include <mm/describe.h>
#include <proc/thread.h>

#include "../include/tap.h"

#define ARENA_BYTES 512u

static char text[160];

static bool has(const char *part)
{
    size_t length = strlen(part);

    for (const char *at = text; *at != '\0'; at++) {
        if (strncmp(at, part, length) == 0)
            return true;
    }
    return false;
}

/* Whether "%pA" prints this text after the pointer. */
static bool describes(const void *ptr, const char *expected)
{
    snprintk(text, sizeof text, "%pA", ptr);
    const char *bracket = strchr(text, '[');
    bool same = bracket != NULL && strcmp(bracket, expected) == 0;

    if (!same)
        printk("# expected %s, got %s\n", expected, text);
    return same;
}

static bool describe_first_fit(const struct kmem_describer *self, const void *ptr,
                               struct format_sink *sink)
{
    struct mem_allocator_block block;

    if (!mem_allocator_first_fit.inspect(self->allocator, ptr, &block))
        return false;
    kmem_describe_block(self, ptr, &block, mem_allocator_first_fit.knows_requests, sink);
    return true;
}

static void test_first_fit(void)
{
    static struct mem_first_fit heap;
    struct kmem_describer describer = {"lab heap", &heap, describe_first_fit, NULL};
    static uint64_t arena[ARENA_BYTES / sizeof(uint64_t)] __attribute__((aligned(16)));

    tap_ok(mem_first_fit_init(&heap, arena, ARENA_BYTES) == MEM_OK, "a first-fit heap on %u bytes",
           ARENA_BYTES);
    char *a = mem_first_fit_alloc(&heap, 24);
    char *b = mem_first_fit_alloc(&heap, 40);
    char *c = mem_first_fit_alloc(&heap, 16);

    tap_ok(describes(b, "[not a heap block]"), "an unregistered heap's block is not known");
    kmem_describer_add(&describer);
    tap_ok(describes(b, "[lab heap block: asked 40, granted 48, used; before: used 32; "
                        "after: used 16]"),
           "a used block, what was asked, and its neighbours");
    (void)mem_first_fit_free(&heap, a);
    tap_ok(describes(b + 7, "[lab heap block: asked 40, granted 48, used; before: free 32; "
                            "after: used 16; 7 bytes into it]"),
           "an interior pointer, and a neighbour that was freed");
    (void)mem_first_fit_free(&heap, b);
    tap_ok(describes(a, "[lab heap block: granted 96, free; after: used 16]"),
           "merged free blocks are one");
    (void)mem_first_fit_free(&heap, c);
    kmem_describer_remove(&describer);
    tap_ok(describes(c, "[not a heap block]"), "a heap that was taken away is not known");
}

static bool described, described_interruptible;

static bool note_interrupts(const struct kmem_describer *self, const void *ptr,
                            struct format_sink *sink)
{
    bool enabled = interrupts_disable();

    interrupts_restore(enabled);
    described = true;
    described_interruptible = described_interruptible || enabled;
    if (ptr != self->allocator)
        return false;
    format_print(sink, "noted");
    return true;
}

/* Neither a thread nor an interrupt can change an allocator while it is inspected. */
static void test_interrupts_are_masked(void)
{
    struct kmem_describer describer = {"note", &described, note_interrupts, NULL};
    bool enabled;

    kmem_describer_add(&describer);
    tap_ok(describes(&described, "[noted]"), "a describer is asked by snprintk");
    enabled = interrupts_disable();
    interrupts_restore(enabled);
    tap_ok(enabled, "interrupts are enabled again");
    tap_ok(describes(text, "[not a heap block]"), "a describer that does not know the pointer");
    printk("# %pA\n", (void *)&described);
    kmem_describer_remove(&describer);
    tap_ok(described && !described_interruptible, "interrupts are masked while it inspects");
    enabled = interrupts_disable();
    snprintk(text, sizeof text, "%pA", (void *)&described);
    tap_ok(!interrupts_disable(), "masked interrupts stay masked");
    interrupts_restore(enabled);
}

static void test_wild_pointers(void)
{
    static const uintptr_t wild[] = {0, 1, 7, UINTPTR_MAX, UINTPTR_MAX / 2, 0x80000000u};

    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
        tap_ok(describes((void *)wild[i], "[not a heap block]"), "%p does not fault",
               (void *)wild[i]);
}

static void test_thread_object(void)
{
    snprintk(text, sizeof text, "%pA", (void *)thread_get_current());
    tap_ok(has("[thread pool block ") && has(", used]"),
           "a thread object is a used block of the thread pool");
}

static void test_function(void)
{
    uint32_t first;

    memcpy(&first, (const void *)(uintptr_t)kernel_main, sizeof first);
    char expected[16];

    snprintk(expected, sizeof expected, "[%08x ", first);
    snprintk(text, sizeof text, "%pF", (void *)(uintptr_t)kernel_main);
    tap_ok(has(expected), "%%pF shows the machine code");
}

static int test_print(void)
{
    test_first_fit();
    test_interrupts_are_masked();
    test_wild_pointers();
    test_thread_object();
    test_function();
    return tap_done();
}

JOB(test_print, .kind = "test", .name = "print", .run = test_print,
    .summary = "what printk says about pointers: %pA, %pF");
