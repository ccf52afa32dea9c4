/* SPDX-License-Identifier: MIT */
/*
 * Included before the heap's sources in one of its tests: a lock that counts
 * how often it is taken. Its holder may take it again, as the out-of-memory
 * hook does.
 */
#ifndef TESTS_HOST_HEAP_LOCK_H
#define TESTS_HOST_HEAP_LOCK_H

extern int heap_lock_depth;
extern unsigned heap_lock_taken;

#define HEAP_TEST_LOCKED 1

#define MEM_HEAP_LOCK(heap)   ((void)(heap_lock_depth++ == 0 && heap_lock_taken++))
#define MEM_HEAP_UNLOCK(heap) ((void)heap_lock_depth--)

#endif
