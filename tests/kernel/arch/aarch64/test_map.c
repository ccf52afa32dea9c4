/* SPDX-License-Identifier: MIT */
/*
 * A thread stack whose mapping fails, because no page tables are left: the thread
 * is refused, and the memory for its stack is not lost.
 */
#include <arch/mmu.h>
#include <config/thread_max.h>
#include <job.h>
#include <mm/heap.h>
#include <proc/thread.h>

#include "../../include/tap.h"

#define TABLE_SPAN ((uintptr_t)2 << 20) /* bytes that one table of pages maps */

static void *suspended_main(void *data)
{
    thread_suspend();
    return data;
}

/* Map a page per table, from the end of the window of stacks down, until no table is left. */
static void use_up_tables(void)
{
    struct arch_window window = arch_stack_window();
    void *frame = kmalloc_aligned(ARCH_PAGE_SIZE, ARCH_PAGE_SIZE);
    uintptr_t address = window.base + window.bytes - TABLE_SPAN;
    unsigned tables = 0;

    while (address > window.base && arch_map_stack(address, (uintptr_t)frame, ARCH_PAGE_SIZE)) {
        address -= TABLE_SPAN;
        tables++;
    }
    tap_ok(tables > 0 && address > window.base, "%u tables are mapped, then no more", tables);
}

static int test_map(void)
{
    thread_t *thread;
    unsigned made = 0;
    errno_t err;

    use_up_tables();
    while ((err = thread_create(&thread, suspended_main, NULL, THREAD_DETACHED, "fits")) == EOK)
        made++;
    tap_ok(made > 0 && made < CONFIG_THREAD_MAX - 2, "%u stacks fit the present tables", made);
    tap_equal(err, ENOMEM, "the next thread is refused");
    size_t used = kheap_used_bytes();
    size_t available = thread_available();

    for (unsigned i = 0; i < 3; i++)
        tap_equal(thread_create(&thread, suspended_main, NULL, 0, "x"), ENOMEM, "and again");
    tap_equal(kheap_used_bytes(), used, "the memory for its stack is given back");
    tap_equal(thread_available(), available, "and no thread object is lost");
    return tap_done();
}

JOB(test_map, .kind = "test", .name = "map", .run = test_map,
    .summary = "thread stacks that cannot be mapped");
