/* SPDX-License-Identifier: MIT */
/*
 * Wait queues: what mutexes, semaphores and condition variables are made of.
 * A queue is FIFO within a priority, highest priority first. Whoever ends a
 * wait decides so while it wakes the thread (it hands over the mutex, the unit
 * of the semaphore, the signal), and the thread need not look again: a thread
 * that comes later cannot snatch what was handed over.
 *
 * To insert costs a step per waiting thread of lower priority, with interrupts
 * masked. All functions want interrupts masked. For authors of locks; others use
 * proc/mutex.h, proc/sem.h and proc/cond.h.
 */
#ifndef PROC_WAIT_H
#define PROC_WAIT_H

#include <adt/list.h>
#include <errno.h>
#include <types.h>

struct thread;

struct wait_queue {
    list_t threads;   /* by their link */
    const char *name; /* for messages; never NULL */
};

/* What kind of thing a thread waits for. */
struct wait_class {
    const char *noun; /* "mutex" */
    /* The thread without which the wait cannot end, or NULL. Only reads. */
    struct thread *(*holder)(const void *object);
    /* What the object is called. Only reads. */
    const char *(*name)(const void *object);
    /*
     * A thread is ended, or its time is up, that waited for the object
     * (`granted` false: it has left the queue), or that had been handed it and has not run since
     * (`granted`: hand it on). NULL: nothing to do.
     */
    void (*abandon)(void *object, struct thread *thread, bool granted);
};

/* In each thread. */
struct wait {
    const struct wait_class *class; /* NULL: waits for nothing */
    void *object;
    struct wait_queue *queue; /* NULL: not in a queue (a joiner) */
    bool timed_out;
};

/* Make a queue empty. O(1), from anywhere. */
void wait_queue_init(struct wait_queue *queue, const char *name);

/* Note what the running thread waits for and queue it there (queue NULL: nowhere). It still runs:
 * look for a deadlock, then wait_block(). Not from an interrupt, which is no thread. */
void wait_prepare(struct wait_queue *queue, const struct wait_class *class, void *object);

/* The longest wait with a time limit, in ticks: their numbers wrap. */
#define WAIT_TICKS_MAX ((uint32_t)INT32_MAX)

/* Give up the CPU until somebody wakes this thread. After wait_prepare(). O(1); not from an
 * interrupt. */
void wait_block(void);

/*
 * The same, but for `ticks` (1 to INT32_MAX) at most. Returns
 * EOK, or ETIMEDOUT when the time was up first: the thread is then in no queue.
 * O(threads that wait for a tick); not from an interrupt.
 */
errno_t wait_block_ticks(uint32_t ticks);

/* The time is up for a thread that waits: take it out and make it ready. From the tick. O(1), plus
 * what the class does about it. Runs in the timer interrupt. */
void wait_time_out(struct thread *thread);

/* The thread that is to be woken next, or NULL when none waits. O(1), from anywhere. */
struct thread *wait_first(const struct wait_queue *queue);

/* Take that thread out and make it ready; NULL when none waits. O(1), from anywhere. */
struct thread *wait_wake_first(struct wait_queue *queue);

/* Put a waiting thread in its right place again after its priority has changed. A step per thread
 * of lower priority; from anywhere. */
void wait_reposition(struct thread *thread);

#endif
