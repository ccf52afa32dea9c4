/* SPDX-License-Identifier: MIT */
/*
 * Memory detection at boot, and the early bump heap inside the image.
 *
 * While the end of RAM is not known, the window above the image is mapped as
 * device memory, so that no speculative access reaches absent memory.
 * Afterwards only the RAM found is mapped as memory.
 */
#include <mm/memory.h>

#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/probe.h>
#include <board/board.h>
#include <debug.h>
#include <debug/mm.h>
#include <lib/print.h>
#include <mem_bump.h>
#include <mem_probe.h>
#include <mm/self.h>

extern uint8_t _kernel_start[], _heap_start[], _heap_end[];

/* The largest piece of free RAM. */
static uintptr_t found_base;
static size_t found_bytes;
static struct mem_bump early_heap;

static bool probe_read(void *context, uintptr_t address, uintptr_t *value)
{
    (void)context;
    return arch_probe_read(address, value);
}

static bool probe_write(void *context, uintptr_t address, uintptr_t value)
{
    (void)context;
    return arch_probe_write(address, value);
}

#ifdef ARCH_HAS_PROBE_TEST
static bool probe_test(void *context, uintptr_t address)
{
    (void)context;
    return arch_probe_test(address);
}
#define PROBE_TEST probe_test
#else
#define PROBE_TEST NULL
#endif

static uintptr_t align_up(uintptr_t address)
{
    return (address + ARCH_DIRECT_ALIGN - 1) & ~(uintptr_t)(ARCH_DIRECT_ALIGN - 1);
}

uintptr_t memory_base(void)
{
    return found_base;
}

size_t memory_bytes(void)
{
    return found_bytes;
}

size_t debug_get_base_memory_size(void)
{
    return found_bytes;
}

static void print_found(const struct board_ram_window *window, uintptr_t image_end, uintptr_t end)
{
    uint64_t total = end - window->base;
    uint64_t claimed = board_ram_claimed_bytes();

    printk("[mem] kernel image %p-%p, %zu KiB, RAM starts at %p\n", (void *)_kernel_start,
           (void *)image_end, (size_t)(image_end - (uintptr_t)_kernel_start) >> 10,
           (void *)window->base);
    printk("[mem] probed RAM   %p-%p, %zu KiB free above the image, %lu KiB in all\n",
           (void *)found_base, (void *)(found_base + found_bytes), found_bytes >> 10,
           (unsigned long)(total >> 10));
    if (claimed == 0)
        printk("[mem] firmware says nothing about memory\n");
    else
        printk("[mem] firmware says %lu KiB: %s\n", (unsigned long)(claimed >> 10),
               claimed == total ? "the same" : "DIFFERENT from what was probed");
}

/* Measure the RAM from base on, at most up to limit, through an uncached mapping; leaves it
 * unmapped. */
static size_t probe(const struct board_ram_window *window, uintptr_t base, uintptr_t limit)
{
    const struct mem_probe_ops ops = {.read = probe_read, .write = probe_write, .test = PROBE_TEST};
    size_t bytes;

    panic_if(!arch_map_direct(base, limit - base, ARCH_MAP_DEVICE),
             "no page tables for the memory window %p-%p", (void *)base, (void *)limit);
    /* Two calls, not one through a pointer, so that stack use can be computed. */
    if (window->watched)
        bytes = mem_probe_walk(&ops, base, limit, ARCH_PAGE_SIZE);
    else
        bytes = mem_probe_end(&ops, base, limit, ARCH_PAGE_SIZE);
    arch_unmap_direct(base, limit - base);
    return bytes;
}

/* The lowest reserved range above `at` and below `limit`, in whole pages; at `limit` if there is
 * none. */
static struct board_range next_reserved(uintptr_t at, uintptr_t limit)
{
    struct board_range lowest = {limit, 0};
    struct board_range range;

    for (unsigned i = 0; board_reserved(i, &range); i++) {
        uintptr_t first = range.base & ~(uintptr_t)(ARCH_DIRECT_ALIGN - 1);
        uintptr_t last = range.base + range.bytes - 1;

        if (range.bytes == 0 || last < at || first >= lowest.base)
            continue;
        lowest.base = first < at ? at : first;
        lowest.bytes = align_up(last + 1) - lowest.base;
    }
    return lowest;
}

/*
 * RAM goes on behind a reserved range if it has reached up to it: firmware reserves
 * memory only where there is some. Each piece between ranges is measured for itself.
 * Returns the end of RAM.
 */
static uintptr_t measure(const struct board_ram_window *window, uintptr_t at)
{
    for (;;) {
        struct board_range hole = next_reserved(at, window->limit);
        size_t bytes = hole.base > at ? probe(window, at, hole.base) : 0;

        if (bytes > found_bytes) {
            found_base = at;
            found_bytes = bytes;
        }
        at += bytes;
        if (at != hole.base || hole.bytes == 0)
            return at;
        printk("[mem] reserved     %p-%p, %zu KiB: left alone\n", (void *)hole.base,
               (void *)(hole.base + hole.bytes), hole.bytes >> 10);
        at += hole.bytes;
    }
}

void memory_init(void)
{
    struct board_ram_window window = board_ram_window();
    uintptr_t base = align_up(kernel_get_image_end());
    uintptr_t end = measure(&window, base);

    panic_if(found_bytes == 0, "the kernel image ends at or past the end of memory");
    panic_if(!arch_map_direct(found_base, found_bytes, ARCH_MAP_RW),
             "no page tables for %zu KiB of memory", found_bytes >> 10);
    print_found(&window, base, end);
}

void *kmem_alloc_aligned(size_t bytes, size_t align)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    bool enabled = arch_interrupts_disable();

    if (mem_bump_capacity(&early_heap) == 0)
        mem_bump_init(&early_heap, _heap_start, (size_t)(_heap_end - _heap_start));
    void *block = mem_bump_alloc(&early_heap, bytes, align);

    arch_interrupts_restore(enabled);
    return block;
}
