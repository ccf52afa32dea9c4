/* SPDX-License-Identifier: MIT */
/*
 * A thread that waits for a key is blocked, and no tick wakes it. There is no
 * input here; tests/kernel/monitor.t tests that a key wakes it.
 */
#include <console.h>

#include <board/board.h>
#include <irq.h>
#include <job.h>
#include <proc/sched.h>
#include <proc/tick.h>

#include "../include/order.h"

#define TICKS 20

static thread_t *reader;
static unsigned looks, awake;

static void look(void)
{
    looks++;
    if (reader->state != THREAD_BLOCKED || link_is_connected(&reader->alarm_link))
        awake++;
}

static void *read_main(void *unused)
{
    (void)console_read();
    return unused;
}

static void serve(void *unused)
{
    (void)unused;
}

static int test_console(void)
{
    console_init();
    console_init();
    if (board_console_irq() < 0) {
        tap_ok(true, "no receive interrupt # SKIP the console is polled");
        return tap_done();
    }
    tap_equal(irq_register((unsigned)board_console_irq(), serve, NULL), EBUSY,
              "the console has registered for its interrupt");
    reader = start(read_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "reader");
    thread_t *other = start(read_main, NULL, THREAD_PRIORITY_DEFAULT + 1, "other reader");

    uint32_t ticks = reader->ticks;

    tick_set_hook(look);
    (void)thread_sleep_ticks(TICKS);
    tick_set_hook(NULL);
    tap_ok(looks >= TICKS && awake == 0,
           "in %u ticks, a thread that waits for a key never wakes up", looks);
    tap_equal(reader->ticks - ticks, 0, "and uses no CPU");
    tap_equal(thread_kill(reader), EOK, "it can be killed");
    expect_join(reader, EKILLED, "and joined");
    tap_equal(other->state, THREAD_BLOCKED, "another reader still waits");
    tap_equal(thread_kill(other), EOK, "and can be killed too");
    expect_join(other, EKILLED, "and joined");
    return tap_done();
}

JOB(test_console, .kind = "test", .name = "console", .run = test_console,
    .summary = "a thread that waits for a key is blocked");
