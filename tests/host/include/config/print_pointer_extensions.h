/* SPDX-License-Identifier: MIT */
/*
 * The knob as the host tests see it; -DCONFIG_PRINT_POINTER_EXTENSIONS=… sets another value.
 */
#ifndef CONFIG_PRINT_POINTER_EXTENSIONS
#define CONFIG_PRINT_POINTER_EXTENSIONS 1
#endif
