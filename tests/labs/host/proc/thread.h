/* SPDX-License-Identifier: MIT */
/*
 * <proc/thread.h> for a lab compiled for the host, where there are no threads.
 */
#ifndef TESTS_LABS_HOST_PROC_THREAD_H
#define TESTS_LABS_HOST_PROC_THREAD_H

static inline void thread_print_all(void)
{
}

#endif
