/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads. Objects come from a pool, stacks from a cache of guarded
 * stacks; both are finite, and running out is an error to the caller.
 *
 * A stack is guarded three ways: its lowest THREAD_GUARD_BYTES hold a pattern
 * that is checked on every tick of its thread, the rest is filled so that the
 * deepest use can be read off, and where the CPU has pages nothing is mapped
 * below it, so that a store beyond it traps.
 *
 * Life: ready -> running <-> ready; running -> suspended, sleeping or blocked
 * (on a lock, or joining) -> ready; and in the end finished (returned, or
 * thread_finish) or killed. A thread stays allocated until somebody joins it,
 * unless it was created detached: then it goes when it ends, and who still
 * names it names whatever takes its place.
 *
 * A thread has a priority of its own and runs at a higher one while it holds a
 * mutex that a more urgent thread waits for (proc/mutex.h).
 *
 * What is not for interrupts is asserted with KERNEL_DEBUG.
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
#define THREAD_DETACHED 1u /* nobody will join it */
/* Start at a priority other than THREAD_PRIORITY_DEFAULT; one beyond THREAD_PRIORITY_MAX is EINVAL.
 */
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
};

typedef struct thread {
    struct arch_context context; /* first: the exception entry stores here */
    link_t link;                 /* in a ready queue or in a wait queue */
    link_t alarm_link;           /* among those who wait for a tick */
    link_t all_link;             /* in the list of all threads */
    struct kstack *stack;
    thread_entry_func_t entry;
    void *data;
    void *retval;
    struct thread *joiner; /* who waits for the end */
    struct wait wait;      /* what it waits for while blocked */
    list_t held;           /* mutexes, by their held_link */
    uint32_t id;
    enum thread_state state;
    unsigned flags;
    uint8_t priority;      /* in force */
    uint8_t base_priority; /* its own */
    uint8_t level;         /* the scheduler's form of priority: 0 is the most urgent */
    list_t *ready_queue;   /* of that level */
    uint32_t level_bit;    /* 1 << level; 0 for the idle thread, below all others */
    uint32_t slice_left;   /* ticks */
    uint32_t wake_tick;    /* valid while among those who wait for a tick */
    uint32_t ticks;        /* that found it running */
    char name[THREAD_NAME_MAX_LENGTH + 1];
} thread_t;

/*
 * Make a thread that runs entry(data), ready at once. The name is copied and
 * cut to THREAD_NAME_MAX_LENGTH. Costs filling one stack. Not from an
 * interrupt. Returns EOK, EINVAL for a missing argument or an unknown flag,
 * ENOMEM when thread objects or stacks have run out (*out is then untouched).
 * A thread of higher priority than the caller's runs before this returns; *out
 * is set by then.
 */
errno_t thread_create(thread_t **out, thread_entry_func_t entry, void *data, unsigned flags,
                      const char *name);

/* The running thread; NULL before sched_start(). O(1), from anywhere. */
thread_t *thread_get_current(void);

/* Let the other ready threads of the same priority run first. O(1); not from an interrupt. */
void thread_yield(void);

/* Stop until somebody calls thread_wakeup(). O(1); not from an interrupt. */
void thread_suspend(void);

/*
 * Wait for the `ticks`th tick from now, which is between `ticks` - 1 and `ticks`
 * periods away; 0 is thread_yield(). Only the time, and thread_kill(), end it.
 * O(sleeping threads); not from an interrupt. Returns EOK; EINVAL for more than
 * INT32_MAX.
 */
errno_t thread_sleep_ticks(uint32_t ticks);

/*
 * Make a suspended thread ready; nothing happens to one in any other state: a
 * wakeup is not remembered, and ends no sleep and no wait for a lock. O(1);
 * callable from an interrupt. Returns EOK, EEXITED when it has ended, EINVAL for
 * NULL.
 */
errno_t thread_wakeup(thread_t *thread);

/*
 * Give a thread another priority of its own; a higher one that it has inherited
 * stays in force. O(1), plus a step per mutex it holds and per holder it waits
 * for. Not from an interrupt. Returns EOK, EEXITED when it has ended, EINVAL for
 * NULL, for the idle thread and for a priority above THREAD_PRIORITY_MAX.
 */
errno_t thread_set_priority(thread_t *thread, unsigned priority);

/* The priority in force, inherited or its own. O(1), from anywhere. */
unsigned thread_get_priority(const thread_t *thread);

/* End the running thread with a value for its joiner. Never returns. Not from an interrupt. */
_Noreturn void thread_finish(void *retval);

/* Whether the thread has ended, by itself or by thread_kill(). The object must not have been joined
 * yet. O(1), from anywhere. */
bool thread_has_finished(thread_t *thread);

/*
 * Wait for the end of a thread, give its object and stack back, and store
 * what it returned in *retval (unless retval is NULL). Not from an interrupt.
 * Returns EOK; EKILLED when it was killed (it is given back all the same,
 * *retval is untouched); EBUSY when another thread waits for it already;
 * EDEADLK when that thread waits for the caller, itself or through others;
 * EINVAL for NULL, for the caller itself and for a detached thread.
 */
errno_t thread_join(thread_t *thread, void **retval);

/*
 * The same, but only until the `ticks`th tick from now (as thread_sleep_ticks()
 * counts), 0 being a look. Then ETIMEDOUT: the thread goes on and is still to
 * be joined. EINVAL, too, for more than INT32_MAX ticks; never EDEADLK, as the
 * wait ends. O(threads that wait for a tick); not from an interrupt.
 */
errno_t thread_join_ticks(thread_t *thread, void **retval, uint32_t ticks);

/*
 * End a thread, whatever it is doing; killing oneself does not return. It
 * leaves whatever queue it is in. A mutex or a unit of a semaphore that was
 * handed to it, but that it has not run with yet, goes to the next; mutexes that
 * it holds stay locked for ever, which is reported (proc/mutex.h). O(1), plus a
 * step per mutex that it holds and per holder it waits for. Not from an
 * interrupt. Returns EOK, EEXITED when it had ended already, EINVAL for NULL and
 * for the idle thread.
 */
errno_t thread_kill(thread_t *thread);

/* 1 if the guard region of the thread's stack is intact, else 0. Cost: THREAD_GUARD_BYTES; only
 * reads; from anywhere. */
int thread_stack_guard_ok(const thread_t *thread);

/* The deepest use of the thread's stack so far, in bytes. Cost: the unused part of the stack; only
 * reads; from anywhere. */
size_t thread_stack_high_watermark_bytes(const thread_t *thread);

/*
 * Print a line per thread: id, state, priority in force, share of all ticks,
 * size of the stack, high-water mark in bytes and percent, name; and one for
 * each stack of the CPU. From anywhere, also from a fault handler.
 */
void thread_print_all(void);

/* Call a function for every thread, ended but not joined ones too. It must not end any. From
 * anywhere. */
void thread_for_each(void (*function)(thread_t *thread));

/* How many thread objects can still be made. O(1), from anywhere. */
size_t thread_available(void);

/* The thread whose stack or guard contains `address`, or NULL. From anywhere. */
thread_t *thread_find_by_stack(uintptr_t address);

/* Used by sched_init(), once, on the boot stack: set up the pool of thread objects. */
void thread_init(void);

/* Used by the overflow policy: end the running thread from inside an exception handler, as
 * thread_kill() would. */
void thread_end_current_in_trap(void);

#endif
