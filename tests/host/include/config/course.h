/* SPDX-License-Identifier: MIT */
/*
 * The knob as the host tests see it; -DCONFIG_COURSE=… sets another value.
 */
#ifndef CONFIG_COURSE
#define CONFIG_COURSE 0
#endif
