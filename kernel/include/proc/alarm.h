/* SPDX-License-Identifier: MIT */
/*
 * Alarms: threads that a later tick wakes, sorted by tick. A thread has at most
 * one alarm, for its sleep or for the time limit of its wait. proc/tick.h acts on
 * alarms that are due.
 */
#ifndef PROC_ALARM_H
#define PROC_ALARM_H

#include <proc/thread.h>
#include <types.h>

/* Make the list of alarms empty. Once, on the boot stack. */
void alarm_init(void);

/* Set an alarm for the running thread at that tick from now (1 to INT32_MAX). Interrupts masked.
 * O(threads with an alarm). */
void alarm_set(uint32_t ticks_from_now);

/* Cancel a thread's alarm, if it has one. Interrupts masked. O(1). */
void alarm_cancel(thread_t *thread);

/* Take out the first thread whose tick is `now` or earlier; NULL if there is none. In the timer
 * interrupt. O(1). */
thread_t *alarm_take_due(uint32_t now);

/* Whether any thread has an alarm. O(1), from anywhere. */
bool alarm_is_any_set(void);

#endif
