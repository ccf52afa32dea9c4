/* SPDX-License-Identifier: MIT */
/*
 * The knob as the host tests see it; -DCONFIG_PRINT_NIL=… sets another value.
 */
#ifndef CONFIG_PRINT_NIL
#define CONFIG_PRINT_NIL 0
#endif
