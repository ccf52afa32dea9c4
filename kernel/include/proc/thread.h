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
 * Life: ready -> running <-> ready, running -> suspended -> ready, and in the
 * end finished (returned, or thread_finish) or killed. A thread stays
 * allocated until somebody joins it, unless it was created detached: then it
 * goes when it ends.
 */
#ifndef PROC_THREAD_H
#define PROC_THREAD_H

#include <adt/list.h>
#include <arch/context.h>
#include <config/thread_stack_bytes.h>
#include <errno.h>
#include <mm/kstack.h>
#include <types.h>

#define THREAD_STACK_SIZE CONFIG_THREAD_STACK_BYTES
#define THREAD_NAME_MAX_LENGTH 31

/* thread_create() flags. */
#define THREAD_DETACHED 1u /* nobody will join it */

typedef void *(*thread_entry_func_t)(void *);

enum thread_state {
    THREAD_READY,
    THREAD_RUNNING,
    THREAD_SUSPENDED,
    THREAD_FINISHED,
    THREAD_KILLED,
};

typedef struct thread {
    struct arch_context context; /* first: the exception entry stores here */
    link_t link;                 /* in the ready queue */
    link_t all_link;             /* in the list of all threads */
    struct kstack *stack;
    thread_entry_func_t entry;
    void *data;
    void *retval;
    struct thread *joiner; /* who waits for the end */
    uint32_t id;
    enum thread_state state;
    unsigned flags;
    uint32_t ticks; /* that found it running */
    char name[THREAD_NAME_MAX_LENGTH + 1];
} thread_t;

/*
 * Make a thread that runs entry(data), ready at once. The name is copied and
 * cut to THREAD_NAME_MAX_LENGTH. Costs filling one stack. Not from an
 * interrupt. Returns EOK, EINVAL for a missing argument or an unknown flag,
 * ENOMEM when thread objects or stacks have run out (*out is then untouched).
 */
errno_t thread_create(thread_t **out, thread_entry_func_t entry, void *data, unsigned flags,
                      const char *name);

/* The running thread; NULL before sched_start(). O(1), from anywhere. */
thread_t *thread_get_current(void);

/* Let the other ready threads run first. O(1); not from an interrupt. */
void thread_yield(void);

/* Stop until somebody calls thread_wakeup(). O(1); not from an interrupt. */
void thread_suspend(void);

/*
 * Make a suspended thread ready; nothing happens to a ready or running one.
 * O(1); callable from an interrupt. Returns EOK, EEXITED when it has ended,
 * EINVAL for NULL.
 */
errno_t thread_wakeup(thread_t *thread);

/* End the running thread with a value for its joiner. Never returns. Not from an interrupt. */
_Noreturn void thread_finish(void *retval);

/* Whether the thread has ended, by itself or by thread_kill(). The object must not have been joined yet. O(1). */
bool thread_has_finished(thread_t *thread);

/*
 * Wait for the end of a thread, give its object and stack back, and store
 * what it returned in *retval (unless retval is NULL). Not from an interrupt.
 * Returns EOK; EKILLED when it was killed (it is given back all the same,
 * *retval is untouched); EBUSY when another thread waits for it already;
 * EINVAL for NULL, for the caller itself and for a detached thread.
 */
errno_t thread_join(thread_t *thread, void **retval);

/*
 * End a thread, whatever it is doing; killing oneself does not return. Locks
 * that it holds stay locked. Not from an interrupt. Returns EOK, EEXITED when
 * it had ended already, EINVAL for NULL.
 */
errno_t thread_kill(thread_t *thread);

/* 1 if the guard region of the thread's stack is intact, else 0. Cost: THREAD_GUARD_BYTES; only reads; from anywhere. */
int thread_stack_guard_ok(const thread_t *thread);

/* The deepest use of the thread's stack so far, in bytes. Cost: the unused part of the stack; only reads; from anywhere. */
size_t thread_stack_high_watermark_bytes(const thread_t *thread);

/* Print a line per thread: id, state, ticks, stack use, name. From anywhere, also from a fault handler. */
void thread_print_all(void);

/* The thread whose stack or guard contains `address`, or NULL. From anywhere. */
thread_t *thread_find_by_stack(uintptr_t address);

/* Used by sched_init(): set up the pool of thread objects. */
void thread_init(void);

#endif
