/* SPDX-License-Identifier: MIT */
/*
 * The idle thread is created like any other; the scheduler then removes it from
 * its ready queue permanently.
 */
#include <proc/idle.h>

#include <arch/cpu.h>
#include <debug.h>
#include <exc.h>
#include <proc/alarm.h>
#include <proc/deadlock.h>
#include <proc/sched.h>

static int wakers;

void idle_count_wakers(int change)
{
    bool enabled = interrupts_disable();

    wakers += change;
    interrupts_restore(enabled);
}

/* The last check before the wait: report a deadlock if there is nothing to wait for. */
static void look_for_the_end(void)
{
    static bool reported;

    if (sched_is_any_ready() || alarm_is_any_set() || wakers > 0) {
        reported = false;
    } else if (!reported) {
        reported = true;
        deadlock_nothing_runs();
    }
}

static void *idle_main(void *unused)
{
    (void)unused;
    for (;;) {
        interrupts_disable();
        look_for_the_end();
        if (!sched_is_any_ready())
            arch_wait_for_interrupt();
        interrupts_restore(true);
        thread_yield();
    }
    return NULL;
}

void idle_init(void)
{
    thread_t *thread;
    errno_t err = thread_create(&thread, idle_main, NULL, THREAD_PRIORITY(0), "idle");

    panic_if(err != EOK, "no idle thread: %s", errno_as_str(err));
    sched_set_idle(thread);
}
