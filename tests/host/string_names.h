/* SPDX-License-Identifier: MIT */
/*
 * Renames the kernel's string functions, so that a host test can link them
 * beside the C library's and compare. Included on the command line
 * (-include) for both the test and kernel/src/lib/string.c.
 */
#ifndef TESTS_HOST_STRING_NAMES_H
#define TESTS_HOST_STRING_NAMES_H

#define memcpy  kernel_memcpy
#define memmove kernel_memmove
#define memset  kernel_memset
#define memcmp  kernel_memcmp
#define strlen  kernel_strlen
#define strcmp  kernel_strcmp
#define strncmp kernel_strncmp
#define strchr  kernel_strchr

#endif
