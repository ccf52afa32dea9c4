/* SPDX-License-Identifier: MIT */
/*
 * Creating and joining threads in tests, and waits that keep the CPU busy.
 */
#ifndef KTEST_THREAD_H
#define KTEST_THREAD_H

#include <ktest.h>

#include <debug/code.h>
#include <proc/thread.h>

/* thread_join(); an expression of type errno_t. */
#define ktest_thread_join(thread, retval) thread_join((thread), (retval))

/* Fail unless the thread can be joined. */
#define ktest_thread_join_checked(thread, retval) \
    ktest_assert_errno(ktest_thread_join((thread), (retval)), "thread_join(" #thread ")")

/* Fail unless the thread can be created. */
#define ktest_thread_create_checked(out, entry, data, flags, name)             \
    ktest_assert_errno(thread_create((out), (entry), (data), (flags), (name)), \
                       "thread_create(" #out ", " #entry "(" #data "))")

/* A store that no compiler may leave out. */
static volatile unsigned ktest_thread_waited __attribute__((unused));

/* Keep the CPU busy for `loops` rounds of a few instructions. */
static inline void ktest_thread_busy_wait(int loops)
{
    for (int i = 0; i < loops; i++)
        ktest_thread_waited += (unsigned)i;
}

/*
 * The same for fewer than `max` rounds; the number depends on the thread's
 * stack, so that threads differ.
 */
static inline void ktest_thread_busy_wait_random(int max)
{
    ktest_thread_busy_wait((int)((debug_get_stack_pointer() >> 10) % (unsigned)max));
}

#endif
