/* SPDX-License-Identifier: MIT */
/*
 * A checksum of the kernel's text and constants. With KERNEL_DEBUG=1, reports of
 * faults and panics state whether they have changed since boot. Not every CPU can
 * make them read-only (CAVEATS.md).
 */
#ifndef DEBUG_IMAGE_H
#define DEBUG_IMAGE_H

/* Compute and keep the checksum. Once, at boot. O(bytes of text and constants). */
void image_remember(void);

/*
 * Compute it again and print a line that states whether it is the same; prints
 * nothing before image_remember(). Any change of one aligned word is detected; of
 * several, almost any. Breakpoints that a debugger has written into the text count
 * as changes. Only reads; from anywhere, also from a fault handler. The same cost.
 */
void image_print_check(void);

#endif
