/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads. Objects come from pools in the heap, stacks from a cache of guarded
 * stacks. Exhaustion is an error to the caller; THREAD_MAX is a limit beside memory.
 *
 * A stack is guarded in three ways. Its lowest KSTACK_GUARD_BYTES hold a
 * pattern that is checked on every tick of its thread. The rest is filled, so
 * that the deepest use can be measured. If the CPU has pages, the addresses
 * below it are unmapped, so that an access there traps.
 *
 * States: ready -> running <-> ready; running -> suspended, sleeping or blocked
 * (on a lock, or joining) -> ready; in the end finished (returned, or
 * thread_finish) or killed. A thread stays allocated until it is joined, or, if it
 * is detached, until it ends. Then it is gone, and functions refuse pointers to it
 * until its object is used again. Objects are used again in the order in which they
 * were freed, and not before there are THREAD_OBJECTS_KEPT (proc/thread_object.h): a
 * stale pointer is recognised until as many, less the present threads, have been
 * created.
 *
 * A thread has a base priority. It runs at a higher one while it holds a mutex
 * that a more urgent thread waits for (proc/mutex.h).
 *
 * Creating a thread in an interrupt panics, and so does giving up the CPU there or
 * while holding a spinlock. A function that must wait, except thread_suspend(),
 * panics if it was called with interrupts masked (not with COURSE=1), because
 * other threads run meanwhile. KERNEL_DEBUG asserts that no function for threads
 * is called from an interrupt.
 */
#ifndef PROC_THREAD_H
#define PROC_THREAD_H

#include <adt/list.h>
#include <arch/context.h>
#include <config/thread_stack_bytes.h>
#include <errno.h>
#include <mm/kstack.h>
#include <proc/wait.h>
#include <types.h>

#define THREAD_STACK_SIZE      CONFIG_THREAD_STACK_BYTES
#define THREAD_NAME_MAX_LENGTH 31

/* thread_create() flags. */
#define THREAD_DETACHED 1u /* it will not be joined */
/* Start at a priority other than THREAD_PRIORITY_DEFAULT; EINVAL above THREAD_PRIORITY_MAX. */
#define THREAD_PRIORITY(priority) (((unsigned)(priority) + 1) << THREAD_PRIORITY_SHIFT)
#define THREAD_PRIORITY_SHIFT     8

/* Priorities: 0 is the least urgent. */
#define THREAD_PRIORITIES       32
#define THREAD_PRIORITY_MAX     (THREAD_PRIORITIES - 1)
#define THREAD_PRIORITY_DEFAULT 16

typedef void *(*thread_entry_func_t)(void *);

enum thread_state {
    THREAD_READY,
    THREAD_RUNNING,
    THREAD_SUSPENDED,
    THREAD_SLEEPING,
    THREAD_BLOCKED,
    THREAD_FINISHED,
    THREAD_KILLED,
    THREAD_GONE, /* freed: only the id and the name still tell about the thread */
};

typedef struct thread {
    struct arch_context context; /* first: the exception entry stores here */
    link_t link;                 /* in a ready queue or in a wait queue */
    link_t alarm_link;           /* in the list of alarms */
    link_t all_link;             /* in the list of all threads */
    struct kstack *stack;
    thread_entry_func_t entry;
    void *data;
    void *retval;
    struct thread *joiner; /* waits for this thread's end */
    struct wait wait;      /* the object that it waits for while blocked */
    list_t held;           /* mutexes, by their held_link */
    uint32_t id;
    enum thread_state state;
    unsigned flags;
    uint8_t priority;         /* effective: with inheritance */
    uint8_t base_priority;    /* without inheritance */
    uint8_t level;            /* the scheduler's form of priority: 0 is the most urgent */
    struct thread_slab *slab; /* that the object lies in */
    list_t *ready_queue;      /* of that level */
    uint32_t level_bit;       /* 1 << level; 0 for the idle thread, below all others */
    uint32_t slice_left;      /* ticks */
    uint32_t wake_tick;       /* valid while in the list of alarms */
    uint32_t ticks;           /* ticks that found it running */
    char name[THREAD_NAME_MAX_LENGTH + 1];
} thread_t;

/*
 * Create a thread that runs entry(data), ready at once. The name is copied and
 * truncated to THREAD_NAME_MAX_LENGTH. Costs filling one stack. Not from an
 * interrupt. Returns EOK, EINVAL for a missing argument or an unknown flag,
 * ENOMEM if thread objects or stacks are exhausted (*out is then unchanged). A
 * thread of higher priority than the caller's runs before this returns; *out is
 * set by then.
 */
errno_t thread_create(thread_t **out, thread_entry_func_t entry, void *data, unsigned flags,
                      const char *name);

/* The running thread; NULL before sched_start(). O(1), from anywhere. */
thread_t *thread_get_current(void);

/* Let the other ready threads of the same priority run first. O(1); not from an interrupt. */
void thread_yield(void);

/*
 * Stop until thread_wakeup() is called for this thread. O(1); not from an
 * interrupt. May be called with interrupts masked, so that no wakeup is lost
 * between a check and this call; other threads run meanwhile with their own mask.
 */
void thread_suspend(void);

/*
 * Wait for the `ticks`th tick from now, which is between `ticks` - 1 and
 * `ticks` periods away; 0 is thread_yield(). Only that tick, or thread_kill(),
 * ends the wait. O(threads with an alarm); not from an interrupt. Returns EOK;
 * EINVAL for more than INT32_MAX.
 */
errno_t thread_sleep_ticks(uint32_t ticks);

/*
 * Make a suspended thread ready; no effect in any other state: a wakeup is not
 * remembered, and ends no sleep and no wait for a lock. O(1); callable from an
 * interrupt. Returns EOK, EEXITED if it has ended or is gone, EINVAL for NULL.
 */
errno_t thread_wakeup(thread_t *thread);

/*
 * Set a thread's base priority; a higher inherited one stays effective. O(1),
 * plus a step per mutex it holds and per holder it waits for. Not from an
 * interrupt. Returns EOK, EEXITED if it has ended or is gone, EINVAL for NULL, for
 * a pointer to no thread object, for the idle thread and for a priority above
 * THREAD_PRIORITY_MAX.
 */
errno_t thread_set_priority(thread_t *thread, unsigned priority);

/* The effective priority, inherited or base. O(1), from anywhere. */
unsigned thread_get_priority(const thread_t *thread);

/* End the running thread with a value for its joiner. Never returns. Not from an interrupt. */
_Noreturn void thread_finish(void *retval);

/*
 * Whether the thread has ended, by itself or by thread_kill(), or is gone; false
 * for NULL. O(1), from anywhere.
 */
bool thread_has_finished(thread_t *thread);

/*
 * Wait for the end of a thread, free its object and stack, and store its return
 * value in *retval (unless retval is NULL). Not from an interrupt. Returns EOK;
 * EKILLED if it was killed (it is freed too, *retval is unchanged); EBUSY if
 * another thread already waits for it; EDEADLK if it waits for the caller,
 * directly or through others; EINVAL for NULL, for a pointer to no thread object, for
 * the caller itself, for a detached thread and for one that is gone.
 */
errno_t thread_join(thread_t *thread, void **retval);

/*
 * The same, but wait only until the `ticks`th tick from now (counted as in
 * thread_sleep_ticks()); 0 does not wait. Returns ETIMEDOUT at the limit: the
 * thread continues and must still be joined. Also EINVAL for more than
 * INT32_MAX ticks; never EDEADLK, because the wait ends. O(threads with an
 * alarm); not from an interrupt.
 */
errno_t thread_join_ticks(thread_t *thread, void **retval, uint32_t ticks);

/*
 * End a thread, in any state; killing the running thread does not return. The
 * thread leaves all queues. A lock or unit granted to it but not yet used
 * passes to the next waiter. Mutexes that it holds stay locked for ever, which
 * is reported (proc/mutex.h). O(1), plus a step per mutex that it holds and per
 * holder it waits for. Not from an interrupt. Returns EOK, EEXITED if it had
 * ended already or is gone, EINVAL for NULL, for a pointer to no thread object and for
 * the idle thread.
 */
errno_t thread_kill(thread_t *thread);

/*
 * 1 if the guard region of the thread's stack is intact, otherwise 0. Cost:
 * KSTACK_GUARD_BYTES; only reads; from anywhere.
 */
int thread_stack_guard_ok(const thread_t *thread);

/* The deepest use of the thread's stack so far, in bytes. Cost: the unused part of the stack; only
 * reads; from anywhere. */
size_t thread_stack_high_watermark_bytes(const thread_t *thread);

/*
 * Print a line per thread: id, state, effective priority, share of all ticks,
 * size of the stack, high-water mark in bytes and percent, name; and one for
 * each stack of the CPU. From anywhere, also from a fault handler.
 */
void thread_print_all(void);

/*
 * Call a function for every thread, including those that have ended but were
 * not joined. It must not end any. From anywhere.
 */
void thread_for_each(void (*function)(thread_t *thread));

/* Number of thread objects that can still be created. O(1), from anywhere. */
size_t thread_available(void);

/* The thread whose stack or unmapped range contains `address`, or NULL. From anywhere. */
thread_t *thread_find_by_stack(uintptr_t address);

/* Used by the overflow policy: end the running thread from inside an exception handler, as
 * thread_kill() would. */
void thread_end_current_in_trap(void);

#endif
