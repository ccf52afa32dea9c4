/* SPDX-License-Identifier: MIT */
/*
 * Each thread has its own stack of THREAD_STACK_SIZE bytes and can use most of
 * it.
 */
#include <debug/code.h>
#include <ktest.h>
#include <lib/string.h>
#include <proc/thread.h>

/* Stack that printing and an interrupt may need in addition. */
#define RESERVE 2048

static void *use_stack(void *data)
{
    volatile uint8_t local[THREAD_STACK_SIZE - RESERVE];
    uintptr_t *where = data;

    for (size_t i = 0; i < sizeof local; i++)
        local[i] = (uint8_t)i;
    thread_yield();
    for (size_t i = 0; i < sizeof local; i++) {
        if (local[i] != (uint8_t)i)
            return NULL;
    }
    *where = debug_get_stack_pointer();
    return data;
}

void kernel_test(void)
{
    thread_t *threads[2];
    uintptr_t pointers[2];
    void *value;

    ktest_start("thread/stack");
    for (int i = 0; i < 2; i++)
        ktest_assert_errno(thread_create(&threads[i], use_stack, &pointers[i], 0, "user"),
                           "thread_create");
    for (int i = 0; i < 2; i++) {
        ktest_assert_errno(thread_join(threads[i], &value), "thread_join");
        ktest_assert(value == &pointers[i], "stack %d was written by somebody else", i);
    }
    uintptr_t apart =
        pointers[0] > pointers[1] ? pointers[0] - pointers[1] : pointers[1] - pointers[0];

    ktest_assert(apart >= THREAD_STACK_SIZE, "stacks at %p and %p", (void *)pointers[0],
                 (void *)pointers[1]);
    ktest_passed();
}
