/* SPDX-License-Identifier: MIT */
/*
 * Reports about interrupts and the console: boot jobs of kind "fault", like those
 * in faults.c. The last two are for tests/kernel/monitor.t.
 */
#include <board/board.h>
#include <console.h>
#include <exit.h>
#include <irq.h>
#include <job.h>
#include <lib/print.h>
#include <proc/sched.h>

#include "../include/order.h"
#include "../include/raise.h"

/* It stays pending, and has no handler. */
static int irq_storm(void)
{
    board_irq_enable(raise_irq());
    raise_line();
    (void)thread_sleep_ticks(3);
    lower_line();
    printk("[fault] %u times, and the kernel goes on\n", irq_unhandled_count(raise_irq()));
    irq_print_all();
    return EXIT_OK;
}

static void *read_main(void *unused)
{
    (void)console_read();
    return unused;
}

/* A key can wake a thread only as long as one waits for it. */
static int deadlock_console(void)
{
    console_init();
    thread_t *reader = start(read_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "reader");

    (void)thread_kill(reader);
    thread_suspend();
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

static int run_monitor(void)
{
    const char *bad;

    return job_find("run=monitor", &bad)->run();
}

static void serve(void *unused)
{
    (void)unused;
}

/* The monitor, if the console's interrupt has another handler and never comes. */
static int polled_console(void)
{
    if (board_console_irq() >= 0) {
        (void)irq_register((unsigned)board_console_irq(), serve, NULL);
        board_irq_disable((unsigned)board_console_irq());
    }
    return run_monitor();
}

/* The monitor, after more bytes were typed than the console keeps. */
static int deaf_console(void)
{
    console_init();
    printk("[fault] typed bytes are not read\n");
    while (console_lost_bytes() == 0)
        (void)thread_sleep_ticks(1);
    return run_monitor();
}

#define FAULT(function, what) \
    JOB(fault_##function, .kind = "fault", .name = #function, .run = function, .summary = what)

FAULT(irq_storm, "an interrupt without a handler");
FAULT(deadlock_console, "the thread that waited for a key is killed, and no other runs");
FAULT(polled_console, "the monitor, polling the console");
FAULT(deaf_console, "the monitor, after more bytes were typed than the console keeps");
