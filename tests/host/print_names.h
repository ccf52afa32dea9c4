/* SPDX-License-Identifier: MIT */
/*
 * Renames the kernel's puts(), which returns nothing, so that a host test can
 * link it beside the C library's. Included on the command line (-include) for
 * test_print.c and what it links. <stdio.h> comes first, to keep its own puts().
 */
#ifndef TESTS_HOST_PRINT_NAMES_H
#define TESTS_HOST_PRINT_NAMES_H

#include <stdio.h>

#define puts kernel_puts

#endif
