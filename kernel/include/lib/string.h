/* SPDX-License-Identifier: MIT */
/*
 * The part of C's <string.h> that the kernel and the compilers' own calls need
 * (gcc and clang emit memcpy, memmove, memset and memcmp even for freestanding
 * code). As in C11, 7.24. O(bytes), never block, from anywhere. The mem*
 * functions move a word at a time if alignment allows; none is tuned further.
 */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

/* The areas must not overlap; memmove() allows it. Both return `to`. */
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);

/* Returns `to`. */
void *memset(void *to, int byte, size_t bytes);

/* < 0, 0 or > 0 by the first byte that differs, bytes taken as unsigned. */
int memcmp(const void *left, const void *right, size_t bytes);

size_t strlen(const char *text);

/* As memcmp(), up to the first NUL (and `limit` bytes). */
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t limit);

/* The first occurrence of `c` in the text (NUL included), or NULL. */
char *strchr(const char *text, int c);

#endif
