/* SPDX-License-Identifier: MIT */
/*
 * The list of threads. A CPU share is the share of ticks that interrupted the
 * thread: a sample. It is 0 for a thread that always runs between ticks.
 */
#include <proc/thread.h>

#include <lib/print.h>
#include <proc/cpu_stack.h>
#include <proc/sched.h>

/* part * 100 / whole, rounded, for any 32-bit numbers with part <= whole. */
static unsigned percent(uint32_t part, uint32_t whole)
{
    while (whole > UINT32_MAX / 128) {
        whole >>= 1;
        part >>= 1;
    }
    return whole == 0 ? 0 : (part * 100 + whole / 2) / whole;
}

static void print_stack(size_t bytes, size_t used, bool guard_ok, const char *name)
{
    printk("%6zu %6zu %3u%%%s  %s\n", bytes, used, percent((uint32_t)used, (uint32_t)bytes),
           guard_ok ? "" : " guard CORRUPTED", name);
}

static void print_line(thread_t *thread)
{
    static const char *const state_names[] = {"ready",   "running",  "suspended", "sleeping",
                                              "blocked", "finished", "killed"};

    printk("[ps] %4u %-9s %4u %3u%% ", thread->id, state_names[thread->state], thread->priority,
           percent(thread->ticks, sched_ticks()));
    print_stack(thread->stack->bytes, thread_stack_high_watermark_bytes(thread),
                thread_stack_guard_ok(thread), thread->name);
}

void thread_print_all(void)
{
    printk("[ps] %4s %-9s %4s %4s %6s %6s %4s  %s\n", "id", "state", "prio", "cpu", "stack", "used",
           "pct", "name");
    thread_for_each(print_line);
    for (unsigned i = 0; i < CPU_STACK_COUNT; i++) {
        struct cpu_stack stack = cpu_stack_get(i);

        printk("[ps] %4s %-9s %4s %4s ", "-", "-", "-", "-");
        print_stack(stack.bytes, cpu_stack_high_watermark_bytes(i), cpu_stack_guard_ok(i),
                    stack.name);
    }
}
