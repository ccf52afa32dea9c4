/* SPDX-License-Identifier: MIT */
/*
 * What the kernel found out about the machine's memory.
 */
#ifndef DEBUG_MM_H
#define DEBUG_MM_H

#include <types.h>

/*
 * Bytes of RAM that probing found from the end of the kernel image
 * (kernel_get_image_end()) up; right within 4 KiB. The probing happens at
 * boot; this only returns the figure. O(1), from anywhere.
 */
size_t debug_get_base_memory_size(void);

#endif
