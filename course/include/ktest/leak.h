/* SPDX-License-Identifier: MIT */
/*
 * Finds memory that a function forgets to free, also when an allocation in it
 * fails. Tests that include this file run on a kmalloc() that can fail on
 * purpose (course/runtime/leak.c).
 */
#ifndef KTEST_LEAK_H
#define KTEST_LEAK_H

#include <ktest.h>

typedef void (*leak_checking_func_t)(void *);

/*
 * Call function(data) twice; again for each of its allocations, with this one
 * refused; and once more with none refused. After each call but the first,
 * every block that was allocated during the call must be free again, or the
 * test fails. The function must allocate the same way each time.
 */
void ktest_leak_check(leak_checking_func_t function, void *data);

#endif
