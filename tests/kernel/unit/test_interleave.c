/* SPDX-License-Identifier: MIT */
/*
 * Three threads print long lines while the tick preempts them, and the tick's
 * handler prints too. tests/kernel/boot.t checks that every line is whole.
 */
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <proc/sched.h>
#include <proc/stack_check.h>
#include <proc/thread.h>

#include "../include/tap.h"

#define LINES      40
#define LINE_BYTES 64

static void *print_lines(void *letter)
{
    char line[LINE_BYTES + 1];

    memset(line, *(const char *)letter, LINE_BYTES);
    line[LINE_BYTES] = '\0';
    for (unsigned i = 0; i < LINES; i++)
        printk("# line %s\n", line);
    return NULL;
}

/* Runs in the timer interrupt, because the running thread's guard is corrupted each time. */
static bool print_in_interrupt(thread_t *thread)
{
    printk("# line %c%s\n", 'I', "IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII");
    return thread != NULL;
}

static int test_interleave(void)
{
    static const char letters[] = "ABC";
    thread_t *threads[3];

    stack_check_set_guard_handler(print_in_interrupt);
    for (size_t i = 0; i < 3; i++) {
        errno_t err =
            thread_create(&threads[i], print_lines, (void *)(uintptr_t)&letters[i], 0, "printer");

        if (!tap_ok(err == EOK, "a printing thread"))
            return tap_done();
        memset((void *)threads[i]->stack->base, 0, 4);
    }
    for (size_t i = 0; i < 3; i++)
        (void)thread_join(threads[i], NULL);
    stack_check_set_guard_handler(NULL);
    tap_ok(true, "all have printed");
    return tap_done();
}

JOB(test_interleave, .kind = "test", .name = "interleave", .run = test_interleave,
    .summary = "lines of three threads and an interrupt arrive whole");
