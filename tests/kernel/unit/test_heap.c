/* SPDX-License-Identifier: MIT */
/*
 * kmalloc() and related functions, for every allocator behind them: extreme
 * sizes and alignments, contents, exhaustion, invalid frees, use from threads
 * and the timer interrupt at once.
 */
#include <job.h>
#include <lib/string.h>
#include <mm/heap.h>
#include <proc/sched.h>
#include <proc/stack_check.h>
#include <proc/thread.h>

#include "../include/tap.h"

static bool is_aligned(const void *block, size_t align)
{
    return ((uintptr_t)block & (align - 1)) == 0;
}

static bool all_are(const uint8_t *bytes, uint8_t value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != value)
            return false;
    }
    return true;
}

static void test_sizes(void)
{
    void *a = kmalloc(0);
    void *b = kmalloc(0);

    tap_ok(a != NULL && b != NULL && a != b, "kmalloc(0) gives distinct blocks");
    kfree(a);
    kfree(b);
    kfree(NULL);
    tap_ok(true, "kfree(NULL) does nothing");
    tap_ok(kmalloc(SIZE_MAX) == NULL, "SIZE_MAX bytes are refused");
    tap_ok(kmalloc(SIZE_MAX - 8) == NULL, "so are nearly as many");
    tap_ok(kmalloc(kheap_total_bytes()) == NULL, "so is the whole heap");
    tap_ok(kcalloc(SIZE_MAX / 2, 3) == NULL, "kcalloc refuses a product that overflows");
    tap_ok(kcalloc(SIZE_MAX / 8 + 2, 8) == NULL, "also one that wraps round to 8");
    tap_equal(ksize(NULL), 0, "ksize(NULL) is 0");
    for (size_t size = 1; size <= 4096; size = size * 3 + 1) {
        void *block = kmalloc(size);

        tap_ok(block != NULL && is_aligned(block, 8) && ksize(block) >= size,
               "%zu bytes: aligned to 8, and ksize is no less", size);
        kfree(block);
    }
}

static void test_alignments(void)
{
    bool refused;
    bool aligned = true;

    for (size_t align = 1; align <= 65536; align *= 2) {
        uint8_t *block = kmalloc_aligned(40, align);

        aligned = aligned && block != NULL && is_aligned(block, align);
        if (block != NULL)
            memset(block, 0x5a, 40);
        kfree(block);
    }
    tap_ok(aligned, "kmalloc_aligned honours 1 to 65536");
    refused = kmalloc_aligned(8, 0) == NULL && kmalloc_aligned(8, 3) == NULL &&
              kmalloc_aligned(8, 24) == NULL;
    tap_ok(refused, "and refuses what is no power of two");
    tap_ok(kmalloc_aligned(SIZE_MAX - 100, 4096) == NULL, "and sizes that wrap round");
}

static void test_contents(void)
{
    uint8_t *zeroed = kcalloc(10, 30);

    tap_ok(zeroed != NULL && all_are(zeroed, 0, 300), "kcalloc zeroes");
    memset(zeroed, 0x77, 300);
    uint8_t *grown = krealloc(zeroed, 3000);

    tap_ok(grown != NULL && all_are(grown, 0x77, 300), "krealloc keeps the contents when growing");
    uint8_t *shrunk = krealloc(grown, 100);

    tap_ok(shrunk != NULL && all_are(shrunk, 0x77, 100), "and when shrinking");
    tap_ok(krealloc(shrunk, SIZE_MAX) == NULL && all_are(shrunk, 0x77, 100),
           "a failed krealloc leaves the block alone");
    kfree(shrunk);
    void *fresh = krealloc(NULL, 24);

    tap_ok(fresh != NULL, "krealloc(NULL) is kmalloc");
    kfree(fresh);
    uint8_t *page = kmalloc_aligned(100, 4096);

    tap_ok(page != NULL && ksize(page) >= 100, "an aligned block has its size");
    memset(page, 0x33, 100);
    page = krealloc(page, 9000);
    tap_ok(page != NULL && all_are(page, 0x33, 100) && ksize(page) >= 9000,
           "and krealloc keeps its contents");
    kfree(page);
    tap_ok(krealloc(&page, 24) == NULL && ksize(&page) == 0, "a foreign pointer has no size");
}

/* Allocate blocks of one size, chained through their first word, until memory is exhausted. */
static size_t take_all(size_t size, void ***head)
{
    size_t count = 0;
    void **block;

    *head = NULL;
    while ((block = kmalloc(size)) != NULL) {
        *block = *head;
        *head = block;
        count++;
    }
    return count;
}

static void give_all(void **head)
{
    while (head != NULL) {
        void **next = *head;

        kfree(head);
        head = next;
    }
}

static void test_exhaustion(void)
{
    void **head;
    size_t before = kheap_used_bytes();
    size_t size = kheap_total_bytes() / 200;
    size_t first = take_all(size, &head);
    size_t most = first == 0 ? 0 : kheap_total_bytes() / ksize(head);

    /* HEAP=buddy rounds up to a power of two; the others grant what was asked, or little more. */
    tap_ok(first > 0 && first >= most * 9 / 10 && first <= most && most <= 200,
           "of a 200th of the heap there are %zu blocks, of %zu at most", first, most);
    give_all(head);
    tap_equal(kheap_used_bytes(), before, "freeing them gives back every byte");
    size_t second = take_all(size, &head);

    tap_equal(second, first, "and as many can be had again");
    give_all(head);
}

static void test_misuse(void)
{
    size_t before = kheap_used_bytes();
    char *block = kmalloc(64);
    char *other = kmalloc(64);
    size_t with_both = kheap_used_bytes();
    int local = 0;

    memset(block, 0, 64);
    memset(other, 0, 64);
    kfree(&local);
    kfree(block + 1);
    kfree((void *)(uintptr_t)8);
    kfree((void *)UINTPTR_MAX);
    tap_equal(kheap_used_bytes(), with_both, "foreign, misaligned and wild frees change nothing");
    char *latest = kmalloc_aligned(64, 256);

    kfree(latest);
    tap_equal(kheap_used_bytes(), with_both, "the latest block can be freed, also with HEAP=bump");
    kfree(latest);
    tap_equal(kheap_used_bytes(), with_both, "once");
    if (!kheap_frees())
        return;
    kfree(block);
    size_t with_one = kheap_used_bytes();

    kfree(block);
    tap_equal(kheap_used_bytes(), with_one, "a double free changes nothing");
    kfree(other);
    tap_equal(kheap_used_bytes(), before, "and the heap goes on");
}

static volatile unsigned interrupt_allocs;

/* In the timer interrupt. */
static bool alloc_in_interrupt(thread_t *thread)
{
    void *block = kmalloc(24 + interrupt_allocs % 100);

    if (block != NULL)
        interrupt_allocs++;
    kfree(block);
    return thread != NULL;
}

/* Allocate, fill, check and free blocks. Returns the number of blocks found damaged. */
static void *churn(void *seed)
{
    enum { SLOTS = 16 };
    uint8_t *blocks[SLOTS] = {NULL};
    size_t sizes[SLOTS] = {0};
    uint32_t state = (uint32_t)(uintptr_t)seed;
    uint8_t mark = (uint8_t)state;
    uintptr_t damaged = 0;

    for (unsigned i = 0; i < 3000; i++) {
        state = state * 1664525u + 1013904223u;
        unsigned slot = state >> 28;

        if (blocks[slot] != NULL && !all_are(blocks[slot], mark, sizes[slot]))
            damaged++;
        kfree(blocks[slot]);
        sizes[slot] = (state >> 12) % 300;
        blocks[slot] = kmalloc(sizes[slot]);
        if (blocks[slot] != NULL)
            memset(blocks[slot], mark, sizes[slot]);
    }
    for (unsigned slot = 0; slot < SLOTS; slot++)
        kfree(blocks[slot]);
    return (void *)damaged;
}

static void test_concurrency(void)
{
    enum { THREADS = 3 };
    thread_t *threads[THREADS] = {NULL};
    uintptr_t damaged = 0;
    size_t stacks = 0;

    /* Their stacks stay in the cache: create them before comparing the use of memory. */
    for (unsigned round = 0; round < 2; round++) {
        size_t before = kheap_used_bytes();

        stack_check_set_guard_handler(alloc_in_interrupt);
        for (size_t i = 0; i < THREADS; i++) {
            if (thread_create(&threads[i], churn, (void *)(i + 1), 0, "churn") != EOK)
                continue;
            memset((void *)threads[i]->stack->base, 0, 4);
            stacks++;
        }
        for (size_t i = 0; i < THREADS; i++) {
            void *retval = NULL;

            if (threads[i] != NULL && thread_join(threads[i], &retval) == EOK)
                damaged += (uintptr_t)retval;
        }
        stack_check_set_guard_handler(NULL);
        if (round == 1 && kheap_frees())
            tap_equal(kheap_used_bytes(), before,
                      "after three threads and an interrupt nothing is lost");
    }
    tap_equal(stacks, 2 * THREADS, "all threads could be made");
    tap_equal(damaged, 0, "and no block was damaged");
    tap_ok(interrupt_allocs > 0, "the interrupt allocated");
}

static int test_heap(void)
{
    test_sizes();
    test_alignments();
    test_contents();
    if (kheap_frees())
        test_exhaustion();
    test_misuse();
    test_concurrency();
    return tap_done();
}

JOB(test_heap, .kind = "test", .name = "heap", .run = test_heap,
    .summary = "kmalloc: sizes, alignments, contents, exhaustion, misuse, interrupts");
