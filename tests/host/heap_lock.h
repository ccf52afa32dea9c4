/* SPDX-License-Identifier: MIT */
/*
 * Included before the heap's sources in one of its tests: a lock that counts
 * how often it is taken, and dies when taken twice or given back when free.
 */
#ifndef TESTS_HOST_HEAP_LOCK_H
#define TESTS_HOST_HEAP_LOCK_H

extern int heap_lock_depth;
extern unsigned heap_lock_taken;

#define HEAP_TEST_LOCKED 1

#define MEM_HEAP_LOCK(heap)         \
    do {                            \
        if (heap_lock_depth++ != 0) \
            __builtin_trap();       \
        heap_lock_taken++;          \
    } while (0)
#define MEM_HEAP_UNLOCK(heap)       \
    do {                            \
        if (--heap_lock_depth != 0) \
            __builtin_trap();       \
    } while (0)

#endif
