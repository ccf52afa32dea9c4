/* SPDX-License-Identifier: MIT */
/*
 * The result of memory detection.
 */
#ifndef DEBUG_MM_H
#define DEBUG_MM_H

#include <types.h>

/*
 * Bytes of RAM that probing found above the end of the kernel image
 * (kernel_get_image_end()); accurate to 4 KiB. Probing happens at boot; this
 * only returns the result. O(1), from anywhere.
 */
size_t debug_get_base_memory_size(void);

#endif
