/* SPDX-License-Identifier: MIT */
/*
 * The allocator of `make HEAP=FILE.c` as a row of the memory lab. A kernel with
 * such a heap contains the file's code and variables twice, so that the lab does
 * not disturb kmalloc.
 */
#ifndef LABS_MEM_OWN_HEAP_H
#define LABS_MEM_OWN_HEAP_H

#include <mem_allocator.h>

/* NULL without HEAP=FILE.c. */
extern const struct mem_allocator *const lab_own_heap;

#endif
