/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files of an image without threads.
 */
#ifndef KTEST_PLAIN_H
#define KTEST_PLAIN_H

#include <types.h>

/* Whether the lowest bytes of the stack that kernel_test() runs on were overwritten. From anywhere.
 */
bool ktest_stack_overflown(void);

/* Let panics tell of it. O(1), from anywhere. */
void ktest_report_init(void);

#endif
