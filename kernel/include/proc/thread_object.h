/* SPDX-License-Identifier: MIT */
/*
 * The pool of thread objects, and the list of those in use. For the
 * implementation of proc/thread.h; also implements thread_for_each(),
 * thread_available() and thread_find_by_stack() of that header.
 */
#ifndef PROC_THREAD_OBJECT_H
#define PROC_THREAD_OBJECT_H

#include <proc/thread.h>

/* Create the pool. Once, on the boot stack. Panics if there is not enough memory. */
void thread_object_init(void);

/*
 * Take an object from the pool and add it to the list. All members are zero
 * except its id. NULL iff the pool is empty. Interrupts masked. O(1).
 */
thread_t *thread_object_alloc(void);

/* Remove an object from the list and return it to the pool. Panics if it is not from the pool.
 * Interrupts masked. O(1). */
void thread_object_free(thread_t *thread);

#endif
