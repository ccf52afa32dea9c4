/* SPDX-License-Identifier: MIT */
/*
 * Names are copied and truncated: the buffer may change after the thread was
 * created.
 */
#include <ktest.h>
#include <lib/string.h>
#include <proc/thread.h>

static void *wait(void *data)
{
    thread_suspend();
    return data;
}

void kernel_test(void)
{
    char name[128];
    thread_t *threads[3];

    ktest_start("thread/names");
    for (int i = 0; i < 3; i++) {
        snprintk(name, sizeof name, "thread number %d", i);
        ktest_assert_errno(thread_create(&threads[i], wait, NULL, 0, name), "thread_create");
    }
    memset(name, 'x', sizeof name);
    ktest_assert(strcmp(threads[0]->name, "thread number 0") == 0, "%s", threads[0]->name);
    ktest_assert(strcmp(threads[2]->name, "thread number 2") == 0, "%s", threads[2]->name);
    name[sizeof name - 1] = '\0';
    thread_t *longest;

    ktest_assert_errno(thread_create(&longest, wait, NULL, 0, name), "thread_create");
    ktest_assert(strlen(longest->name) == THREAD_NAME_MAX_LENGTH, "%u characters",
                 (unsigned)strlen(longest->name));
    ktest_passed();
}
