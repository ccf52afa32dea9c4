/* SPDX-License-Identifier: MIT */
/*
 * A function that frees all, also when an allocation in it fails.
 */
#include <ktest.h>
#include <ktest/leak.h>
#include <ktest/thread.h>
#include <mm/heap.h>

static int calls;
static int refusals;

static void *nothing(void *ignored)
{
    return ignored;
}

static void allocate(void *size)
{
    thread_t *thread;
    char *first = kmalloc(*(size_t *)size);
    char *second = kmalloc(20);

    calls++;
    refusals += first == NULL;
    refusals += second == NULL;
    kfree(first);
    kfree(second);
    if (thread_create(&thread, nothing, NULL, 0, "short") == EOK)
        ktest_thread_join_checked(thread, NULL);
}

void kernel_test(void)
{
    size_t size = 100;

    ktest_start("edition/leak");
    ktest_leak_check(allocate, &size);
    ktest_assert(calls == 5 && refusals == 2, "%d calls, %d refusals", calls, refusals);
    ktest_passed();
}
