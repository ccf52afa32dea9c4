/* SPDX-License-Identifier: MIT */
/*
 * The idle thread: it runs when no other thread can, and waits for interrupts. It
 * reports a deadlock if no thread is ready, none has an alarm, and no other
 * interrupt is registered as a waker.
 */
#ifndef PROC_IDLE_H
#define PROC_IDLE_H

/* Create the idle thread. Once, on the boot stack, after thread_object_init(). */
void idle_init(void);

/*
 * Register (+1) or unregister (-1) an interrupt other than the tick that may
 * wake threads: while there is one, idleness is no deadlock. O(1), from
 * anywhere.
 */
void idle_count_wakers(int change);

#endif
