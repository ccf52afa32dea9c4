/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own place in memory.
 */
#ifndef MM_SELF_H
#define MM_SELF_H

#include <types.h>

/* The linker script puts this behind the last byte of the image, its stacks and the early heap. */
extern uint8_t _kernel_end[];

/* The first address after the kernel image; memory detection starts here. O(1), from anywhere. */
static inline uintptr_t kernel_get_image_end(void)
{
    return (uintptr_t)_kernel_end;
}

#endif
