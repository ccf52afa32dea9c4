/* SPDX-License-Identifier: MIT */
/*
 * Functions and variables with names that parts of a kernel often have. With
 * one section each (-ffunction-sections), a linker script that matches names
 * could mistake them for its own sections and move the entry point or the
 * exception vectors.
 */
#include <ktest.h>
#include <proc/thread.h>

int boot_jobs = 3;
int symbols = 4;
int vectors_data[2] = {5, 6};
static int heap[100];
const char rodata[] = "rodata";

void vectors(int *at)
{
    *at += boot_jobs;
}

void *start(void *data)
{
    vectors(data);
    return data;
}

void boot(int *at)
{
    *at += symbols;
}

void kernel_test(void)
{
    thread_t *thread;

    ktest_start("foreign/section_names");
    heap[7] = vectors_data[1];
    boot(&heap[7]);
    ktest_assert_errno(thread_create(&thread, start, &heap[7], 0, rodata), "thread_create");
    ktest_assert_errno(thread_join(thread, NULL), "thread_join");
    ktest_assert(heap[7] == 13, "%d", heap[7]);
    ktest_passed();
}
