/* SPDX-License-Identifier: MIT */
/*
 * The kernel's entry point in C.
 */
#ifndef MAIN_H
#define MAIN_H

#include <mm/self.h>

/*
 * Called once by the port's start code, on the boot stack, with interrupts
 * masked, MMU and caches on if there are any, and BSS zeroed. Must not return.
 */
void kernel_main(void);

#endif
