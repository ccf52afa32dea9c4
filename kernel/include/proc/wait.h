/* SPDX-License-Identifier: MIT */
/*
 * Wait queues, the base of mutexes, semaphores and condition variables. A queue
 * is FIFO within a priority, highest priority first. The code that ends a wait
 * also hands over the mutex, the unit or the signal while it wakes the thread.
 * The woken thread need not check again, and a later thread cannot take what
 * was handed over.
 *
 * Inserting costs a step per waiting thread of lower priority, with interrupts
 * masked. All functions require masked interrupts. They are for implementations
 * of locks; other code uses proc/mutex.h, proc/sem.h and proc/cond.h.
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

/* A kind of object that threads wait for. */
struct wait_class {
    const char *noun; /* "mutex" */
    /* The thread that must act before the wait can end, or NULL. Only reads. */
    struct thread *(*holder)(const void *object);
    /* The object's name. Only reads. */
    const char *(*name)(const void *object);
    /*
     * Called when a thread that waited for the object is killed or times out
     * (`granted` false: it has left the queue), or when it is killed after the
     * object was granted to it but before it ran (`granted` true: hand the
     * object on). NULL: nothing to do.
     */
    void (*abandon)(void *object, struct thread *thread, bool granted);
};

/* In each thread. */
struct wait {
    const struct wait_class *class; /* NULL: not waiting */
    void *object;
    struct wait_queue *queue; /* NULL: not in a queue (a joiner) */
    bool timed_out;
};

/* Make a queue empty. O(1), from anywhere. */
void wait_queue_init(struct wait_queue *queue, const char *name);

/*
 * Record the object that the running thread waits for, and queue the thread
 * (queue NULL: no queue). The thread still runs: check for a deadlock, then
 * call wait_block(). Not from an interrupt, which is no thread.
 */
void wait_prepare(struct wait_queue *queue, const struct wait_class *class, void *object);

/* The longest wait with a time limit, in ticks, because tick numbers wrap. */
#define WAIT_TICKS_MAX ((uint32_t)INT32_MAX)

/*
 * Give up the CPU until this thread is woken. After wait_prepare(). `enabled`:
 * whether interrupts were enabled when the lock's function was called; panics if
 * not. O(1); not from an interrupt.
 */
void wait_block(bool enabled);

/*
 * The same, but for `ticks` (1 to INT32_MAX) at most. Returns EOK, or ETIMEDOUT
 * at the limit: the thread is then in no queue. O(threads with an alarm); not
 * from an interrupt.
 */
errno_t wait_block_ticks(uint32_t ticks, bool enabled);

/*
 * End the wait of a thread at its time limit: remove it from the queue and make
 * it ready. O(1), plus the cost of the class's abandon(). Runs in the timer
 * interrupt.
 */
void wait_time_out(struct thread *thread);

/* The thread to be woken next, or NULL if none waits. O(1), from anywhere. */
struct thread *wait_first(const struct wait_queue *queue);

/* Remove that thread and make it ready; NULL if none waits. O(1), from anywhere. */
struct thread *wait_wake_first(struct wait_queue *queue);

/*
 * Reposition a waiting thread after its priority has changed. A step per thread
 * of lower priority; from anywhere.
 */
void wait_reposition(struct thread *thread);

#endif
