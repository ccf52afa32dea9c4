/* SPDX-License-Identifier: MIT */
/*
 * The header of a course kernel's scheduler. Some tests include it, but call
 * none of its functions: those belong to the kernel, not to its tests.
 */
#ifndef PROC_SCHEDULER_H
#define PROC_SCHEDULER_H

#include <proc/thread.h>

#endif
