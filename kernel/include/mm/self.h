/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own addresses.
 */
#ifndef MM_SELF_H
#define MM_SELF_H

#include <types.h>

/* From the linker script: the end of the image, its stacks and the early heap. */
extern uint8_t _kernel_end[];

/* The first address after the kernel image; memory detection starts here. O(1), from anywhere. */
static inline uintptr_t kernel_get_image_end(void)
{
    return (uintptr_t)_kernel_end;
}

#endif
