/* SPDX-License-Identifier: MIT */
/*
 * Follows chains of waiting threads. A chain can lead into a cycle that it is not
 * part of, if a handler ignored that cycle. The number of steps is therefore
 * limited to the number of threads.
 */
#include <proc/deadlock.h>

#include <drivers/machine.h>
#include <exit.h>
#include <lib/print.h>
#include <proc/sched.h>
#include <proc/thread_object.h>

static deadlock_handler_t handler;

void deadlock_set_handler(deadlock_handler_t new_handler)
{
    handler = new_handler;
}

/* The thread that `thread` waits for, or NULL. */
static const thread_t *holder_of(const thread_t *thread)
{
    if (thread->state != THREAD_BLOCKED || thread->wait.class->holder == NULL)
        return NULL;
    return thread->wait.class->holder(thread->wait.object);
}

/* The same, but NULL if the wait has a time limit: it then ends without that thread. */
static const thread_t *next_in_chain(const thread_t *thread)
{
    return link_is_connected(&thread->alarm_link) ? NULL : holder_of(thread);
}

bool deadlock_closes_cycle(const thread_t *holder)
{
    const thread_t *self = sched_current();

    for (size_t i = thread_object_count(); i > 0 && holder != NULL; i--) {
        if (holder == self)
            return true;
        holder = next_in_chain(holder);
    }
    return false;
}

static void print_wait(thread_t *thread)
{
    if (thread->state == THREAD_SUSPENDED)
        printk("[deadlock] thread %u \"%s\" is suspended until another thread wakes it\n",
               thread->id, thread->name);
    if (thread->state != THREAD_BLOCKED)
        return;
    const struct wait_class *class = thread->wait.class;
    const thread_t *holder = holder_of(thread);

    printk("[deadlock] thread %u \"%s\" waits for %s \"%s\" (%p)", thread->id, thread->name,
           class->noun, class->name(thread->wait.object), thread->wait.object);
    if (class->holder == NULL)
        printk("\n");
    else if (holder == NULL)
        printk(" held by a thread that has ended\n");
    else if (holder == thread->wait.object)
        printk("\n");
    else
        printk(" held by thread %u \"%s\"\n", holder->id, holder->name);
}

static void report(enum deadlock_kind kind, const char *what)
{
    printk("[deadlock] %s\n", what);
    thread_for_each(print_wait);
    if (handler != NULL && handler(kind))
        return;
    thread_print_all();
    machine_fail(EXIT_DEADLOCK);
}

void deadlock_check(void)
{
    if (deadlock_closes_cycle(holder_of(sched_current())))
        report(DEADLOCK_CYCLE, "these threads wait for each other and can never go on:");
}

void deadlock_nothing_runs(void)
{
    report(DEADLOCK_NOTHING_RUNS, "no thread can run, and nothing can wake one:");
}
