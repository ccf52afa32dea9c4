/* SPDX-License-Identifier: MIT */
/*
 * Replaces kernel/src/job.c in a test image: there is one job, whatever the
 * boot arguments are, and the first thread runs it.
 */
#include <job.h>

#include <debug/backtrace.h>
#include <drivers/machine.h>
#include <exit.h>
#include <ktest.h>
#include <proc/cpu_stack.h>
#include <proc/deadlock.h>
#include <proc/stack_check.h>
#include <proc/thread.h>

static bool verdict_given;

void ktest_check_stacks(void)
{
    verdict_given = true; /* a failure ends the machine at once */
    cpu_stack_check(CPU_STACK_INTERRUPT);
    stack_check_own();
}

void ktest_print_backtrace(void)
{
    const struct kstack *stack = thread_get_current()->stack;

    debug_backtrace_here(stack->base, stack->base + stack->bytes);
}

/* A test may end its first thread instead of returning, once it has passed. */
static bool end_after_passing(enum deadlock_kind kind)
{
    if (kind == DEADLOCK_NOTHING_RUNS && verdict_given)
        machine_halt();
    return false;
}

static int run_kernel_test(void)
{
    deadlock_set_handler(end_after_passing);
    kernel_test();
    return EXIT_OK;
}

static const struct job only = {
    .kind = "ktest",
    .name = "kernel_test",
    .summary = "the test that this image was built with",
    .run = run_kernel_test,
};

const char *job_args(void)
{
    return "";
}

const struct job *job_find(const char *args, const char **bad)
{
    (void)args;
    *bad = NULL;
    return &only;
}

void job_list(void)
{
}

uint32_t job_option(const char *name, uint32_t otherwise)
{
    (void)name;
    return otherwise;
}
