/* SPDX-License-Identifier: MIT */
/*
 * Kernel tests print TAP (testanything.org) on the console. A test is a boot
 * job of kind "test" that calls tap_ok() for each check and returns tap_done().
 */
#ifndef TAP_H
#define TAP_H

#include <types.h>

/* One check; the description is a printk format. Returns `holds`. */
bool tap_ok(bool holds, const char *description, ...) __attribute__((format(printf, 2, 3)));

/* tap_ok() for the equality of two numbers; prints both if they differ. */
bool tap_equal(uintptr_t actual, uintptr_t expected, const char *what);

/* Print the plan. Returns the job's exit status. */
int tap_done(void);

#endif
