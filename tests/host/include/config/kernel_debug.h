/* SPDX-License-Identifier: MIT */
/*
 * The knob as the host tests see it; -DCONFIG_KERNEL_DEBUG=… sets another value.
 */
#ifndef CONFIG_KERNEL_DEBUG
#define CONFIG_KERNEL_DEBUG 1
#endif
