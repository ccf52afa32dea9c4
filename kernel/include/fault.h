/* SPDX-License-Identifier: MIT */
/*
 * Reports of exceptions, which the port passes to kernel_trap() (arch/trap.h),
 * and of panics: the thread that ran, the state of its stack, and a backtrace. An
 * address below a stack is reported as a stack overflow.
 */
#ifndef FAULT_H
#define FAULT_H

/* Make panics print the report; before this call they print only their message. O(1), from
 * anywhere. */
void fault_init(void);

#endif
