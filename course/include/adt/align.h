/* SPDX-License-Identifier: MIT */
/*
 * Rounding to a multiple of a power of two. O(1), from anywhere. Nothing is
 * checked: a sum that wraps around gives 0, another alignment gives nonsense.
 */
#ifndef ADT_ALIGN_H
#define ADT_ALIGN_H

#include <types.h>

/* The largest multiple of `alignment` that is at most `value`. */
static inline unative_t align_down(unative_t value, unative_t alignment)
{
    return value & ~(alignment - 1);
}

/* The smallest multiple of `alignment` that is at least `value`. */
static inline unative_t align_up(unative_t value, unative_t alignment)
{
    return align_down(value + alignment - 1, alignment);
}

/* The same for addresses and sizes, under the names that course tests use. */
static inline uintptr_t uintptr_align_down(uintptr_t address, unative_t alignment)
{
    return align_down(address, alignment);
}

static inline uintptr_t uintptr_align_up(uintptr_t address, unative_t alignment)
{
    return align_up(address, alignment);
}

static inline size_t size_align_up(size_t size, unative_t alignment)
{
    return align_up(size, alignment);
}

#endif
