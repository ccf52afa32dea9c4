/* SPDX-License-Identifier: MIT */
/*
 * A sorted list. alarm_set() searches from its end, because most alarms are later
 * than those already set.
 */
#include <proc/alarm.h>

#include <proc/sched.h>

static list_t alarms; /* threads by their alarm_link; the first is due first */

void alarm_init(void)
{
    list_init(&alarms);
}

/* Tick numbers wrap; a tick less than 2^31 ahead is later. */
static bool is_later(uint32_t tick, uint32_t than)
{
    return (int32_t)(tick - than) > 0;
}

void alarm_set(uint32_t ticks_from_now)
{
    thread_t *self = sched_current();
    link_t *after = alarms.head.prev;

    self->wake_tick = sched_ticks() + ticks_from_now;
    while (after != &alarms.head &&
           is_later(list_item(after, thread_t, alarm_link)->wake_tick, self->wake_tick))
        after = after->prev;
    list_insert_between(after, &self->alarm_link, after->next);
}

void alarm_cancel(thread_t *thread)
{
    if (link_is_connected(&thread->alarm_link))
        list_remove(&thread->alarm_link);
}

thread_t *alarm_take_due(uint32_t now)
{
    if (list_is_empty(&alarms))
        return NULL;
    thread_t *first = list_item(alarms.head.next, thread_t, alarm_link);

    if (is_later(first->wake_tick, now))
        return NULL;
    list_remove(&first->alarm_link);
    return first;
}

bool alarm_is_any_set(void)
{
    return !list_is_empty(&alarms);
}
