/* SPDX-License-Identifier: MIT */
/*
 * Registered interrupts: errors, calls of the right handler with its context, and
 * interrupts without a handler.
 */
#include <irq.h>

#include <arch/cpu.h>
#include <arch/timer.h>
#include <board/board.h>
#include <board/impl/irq.h>
#include <job.h>
#include <proc/sched.h>

#include "../include/order.h"
#include "../include/raise.h"

static int context;
static unsigned calls;
static bool wrong; /* a call was wrong */

static void serve(void *given)
{
    lower_line();
    calls++;
    wrong |= given != &context || cpu_local()->irq_depth != 1 || arch_interrupts_enabled();
}

static void serve_otherwise(void *unused)
{
    (void)unused;
    lower_line();
    wrong = true;
}

static void test_errors(void)
{
    unsigned line = raise_irq();

    tap_equal(irq_register(BOARD_IRQ_COUNT, serve, NULL), EINVAL, "the first number too many");
    tap_equal(irq_register(UINT32_MAX, serve, NULL), EINVAL, "the last one");
    tap_equal(irq_register(line, NULL, NULL), EINVAL, "no handler");
    tap_equal(irq_unregister(BOARD_IRQ_COUNT), EINVAL, "unregister: a number too many");
    tap_equal(irq_unregister(line), ENOENT, "unregister: there is no handler");
    tap_equal(irq_register(arch_timer_irq(), serve, NULL), EBUSY,
              "the timer's interrupt has a handler");
    tap_equal(irq_count(BOARD_IRQ_COUNT) + irq_unhandled_count(UINT32_MAX), 0,
              "counts of numbers that do not exist are 0");
}

static void test_served(void)
{
    unsigned line = raise_irq();
    uint32_t before = irq_count(line);
    uint32_t unhandled = irq_unhandled_count(line);

    tap_equal(irq_register(line, serve, &context), EOK, "register");
    tap_equal(irq_register(line, serve_otherwise, NULL), EBUSY, "a second handler");
    for (unsigned i = 0; i < 3; i++)
        raise_line();
    tap_equal(calls, 3, "its handler is called each time it is raised");
    tap_ok(!wrong, "with its context, in an interrupt, interrupts masked");
    bool enabled = interrupts_disable();

    raise_line();
    tap_equal(calls, 3, "not while interrupts are masked");
    interrupts_restore(enabled);
    tap_equal(calls, 4, "but as soon as they are not");
    tap_equal(irq_count(line) - before, 4, "each call is counted");
    tap_equal(irq_unhandled_count(line) - unhandled, 0, "and none is unhandled");

    tap_equal(irq_unregister(line), EOK, "unregister");
    raise_line();
    tap_equal(irq_count(line) - before, 4, "it is masked then");
    tap_equal(irq_register(line, serve, &context), EOK, "registered while it is pending");
    tap_equal(calls, 5, "it comes at once");
    tap_equal(irq_unregister(line), EOK, "unregister");
}

static volatile bool ran;

static void *note_main(void *unused)
{
    thread_suspend();
    ran = true;
    return unused;
}

static void wake(void *thread)
{
    lower_line();
    (void)thread_wakeup(thread);
}

/* A thread of higher priority that a handler wakes runs before the interrupted one. */
static void test_wakes(void)
{
    thread_t *thread = start(note_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "urgent");

    tap_equal(irq_register(raise_irq(), wake, thread), EOK, "a handler that wakes a thread");
    tap_ok(!ran, "the thread is suspended");
    raise_line();
    tap_ok(ran, "it runs at the end of the interrupt");
    tap_equal(irq_unregister(raise_irq()), EOK, "unregister");
    expect_join(thread, EOK, "join");
}

/* The line is not lowered: without a limit, nothing else would run again. */
static void test_storm(void)
{
    unsigned line = raise_irq();
    uint32_t before = irq_count(line);
    uint32_t unhandled = irq_unhandled_count(line);

    for (uint32_t storms = 1; storms <= 2; storms++) {
        raise_line();
        board_irq_enable(line);
        uint32_t begin = sched_ticks();

        while (sched_ticks() - begin < 3)
            ;
        tap_equal(irq_unhandled_count(line) - unhandled, storms * IRQ_STORM,
                  "an interrupt that stays pending without a handler is masked");
    }
    tap_equal(irq_count(line) - before, 2 * IRQ_STORM, "each time is counted");
    calls = 0;
    wrong = false;
    tap_equal(irq_register(line, serve, &context), EOK, "a handler is registered");
    tap_ok(calls == 1 && !wrong, "it is called");
    tap_equal(irq_unhandled_count(line) - unhandled, 2 * IRQ_STORM, "the interrupt is handled now");
    tap_equal(irq_unregister(line), EOK, "unregister");
}

static int test_irq(void)
{
    test_errors();
    test_served();
    test_wakes();
    test_storm();
    return tap_done();
}

JOB(test_irq, .kind = "test", .name = "irq", .run = test_irq,
    .summary = "interrupts: registered, unregistered, unhandled");
