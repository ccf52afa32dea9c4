/* SPDX-License-Identifier: MIT */
/*
 * Words of a text, separated by blanks, such as boot arguments: "lab=mem seed=3".
 * Words are not terminated by NUL. O(length), never block, from anywhere.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <types.h>

/* Find the next word at or after *text, and move *text behind it. Returns its length, 0 at the end.
 */
size_t word_next(const char **text, const char **word);

/* The offset of the value if the word is "<key>=...", else 0. */
size_t word_value(const char *word, size_t length, const char *key);

/* Whether these `length` characters are a decimal number below 2^32. Only then *value is written.
 */
bool word_number(const char *digits, size_t length, uint32_t *value);

#endif
