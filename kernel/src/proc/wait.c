/* SPDX-License-Identifier: MIT */
/*
 * Wait queues. The list is sorted by priority. Inserting searches from the end,
 * where a thread of the usual priority belongs; waking takes the first thread.
 */
#include <proc/wait.h>

#include <arch/cpu.h>
#include <debug.h>
#include <proc/alarm.h>
#include <proc/sched.h>
#include <proc/thread.h>

void wait_queue_init(struct wait_queue *queue, const char *name)
{
    list_init(&queue->threads);
    queue->name = name;
}

static void insert(struct wait_queue *queue, thread_t *thread)
{
    link_t *after = queue->threads.head.prev;

    while (after != &queue->threads.head && list_item(after, thread_t, link)->level > thread->level)
        after = after->prev;
    list_insert_between(after, &thread->link, after->next);
}

void wait_prepare(struct wait_queue *queue, const struct wait_class *class, void *object)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    thread_t *self = sched_current();

    self->wait = (struct wait){.class = class, .object = object, .queue = queue};
    self->state = THREAD_BLOCKED;
    if (queue != NULL)
        insert(queue, self);
}

void wait_block(bool enabled)
{
    sched_refuse_masked(enabled);
    sched_switch();
    sched_current()->wait.class = NULL;
}

void wait_time_out(thread_t *thread)
{
    const struct wait_class *class = thread->wait.class;

    if (thread->wait.queue != NULL)
        list_remove(&thread->link);
    thread->wait.timed_out = true;
    /* If it is killed before it runs, nothing was granted that must be passed on. */
    thread->wait.class = NULL;
    sched_ready(thread);
    if (class->abandon != NULL)
        class->abandon(thread->wait.object, thread, false);
}

errno_t wait_block_ticks(uint32_t ticks, bool enabled)
{
    thread_t *self = sched_current();

    alarm_set(ticks);
    wait_block(enabled);
    alarm_cancel(self);
    return self->wait.timed_out ? ETIMEDOUT : EOK;
}

thread_t *wait_first(const struct wait_queue *queue)
{
    const link_t *first = queue->threads.head.next;

    return first == &queue->threads.head ? NULL : list_item(first, thread_t, link);
}

thread_t *wait_wake_first(struct wait_queue *queue)
{
    thread_t *thread = wait_first(queue);

    if (thread != NULL) {
        list_remove(&thread->link);
        sched_ready(thread);
    }
    return thread;
}

void wait_reposition(thread_t *thread)
{
    if (thread->wait.queue == NULL)
        return;
    list_remove(&thread->link);
    insert(thread->wait.queue, thread);
}
