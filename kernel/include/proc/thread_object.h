/* SPDX-License-Identifier: MIT */
/*
 * Thread objects, and the list of those in use. For the implementation of
 * proc/thread.h; also implements thread_for_each(), thread_available() and
 * thread_find_by_stack() of that header.
 */
#ifndef PROC_THREAD_OBJECT_H
#define PROC_THREAD_OBJECT_H

#include <config/course.h>
#include <config/kernel_debug.h>
#include <config/thread_max.h>
#include <proc/thread.h>

/* Objects of threads, present or gone, that are made before one is used again, if memory allows. */
#if CONFIG_COURSE
#define THREAD_OBJECTS_KEPT (CONFIG_KERNEL_DEBUG ? 64u : 0u)
#else
#define THREAD_OBJECTS_KEPT \
    (CONFIG_KERNEL_DEBUG || CONFIG_THREAD_MAX < 12 ? CONFIG_THREAD_MAX : 12u)
#endif

/* Set up the first objects. Once, on the boot stack. Panics if there is not enough memory. */
void thread_object_init(void);

/*
 * Take an object and add it to the list: one that was never used, or else the one
 * that was freed first. All members are zero except its id. NULL iff there are
 * THREAD_MAX threads, or memory for another object is missing. Interrupts masked. O(1).
 */
thread_t *thread_object_alloc(void);

/*
 * Free an object: remove it from the list, and mark it as THREAD_GONE. May give memory back to
 * the heap. Interrupts masked. O(1).
 */
void thread_object_free(thread_t *thread);

/* Whether the pointer lies among the thread objects, in use or not. O(1), from anywhere. */
bool thread_object_is_one(const thread_t *thread);

/* The number of threads, those that have ended but are not yet joined included. O(1), from
 * anywhere. */
size_t thread_object_count(void);

#endif
