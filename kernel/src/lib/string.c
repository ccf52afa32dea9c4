/* SPDX-License-Identifier: MIT */
/*
 * Memory and string functions, written for size and for correctness under any
 * optimiser: compilers turn such loops into calls of the very functions that
 * they implement, an endless recursion. The Makefile's -fno-builtin prevents
 * this with clang, the attribute below with gcc
 * (-ftree-loop-distribute-patterns).
 */
#include <lib/string.h>

#include <stdint.h>

#if defined(__clang__)
#define NO_LOOP_IDIOMS __attribute__((no_builtin))
#else
#define NO_LOOP_IDIOMS __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif

/* A register-sized group of bytes, whatever their type. */
typedef uintptr_t __attribute__((may_alias)) word_t;

#define WORD_MASK (sizeof(word_t) - 1)

/* Whether two addresses have the same offset within a word. */
static inline int same_alignment(const void *left, const void *right)
{
    return (((uintptr_t)left ^ (uintptr_t)right) & WORD_MASK) == 0;
}

NO_LOOP_IDIOMS void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    if (same_alignment(out, in)) {
        for (; bytes > 0 && ((uintptr_t)out & WORD_MASK) != 0; bytes--)
            *out++ = *in++;
        for (; bytes >= sizeof(word_t); bytes -= sizeof(word_t)) {
            *(word_t *)(void *)out = *(const word_t *)(const void *)in;
            out += sizeof(word_t);
            in += sizeof(word_t);
        }
    }
    for (; bytes > 0; bytes--)
        *out++ = *in++;
    return to;
}

NO_LOOP_IDIOMS void *memmove(void *to, const void *from, size_t bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    /*
     * Copying upwards is correct unless `to` lies inside the source area: by
     * address, modulo 2^n.
     */
    if ((uintptr_t)out - (uintptr_t)in >= bytes) {
        int words = same_alignment(out, in);

        for (; words && bytes > 0 && ((uintptr_t)out & WORD_MASK) != 0; bytes--)
            *out++ = *in++;
        for (; words && bytes >= sizeof(word_t); bytes -= sizeof(word_t)) {
            *(word_t *)(void *)out = *(const word_t *)(const void *)in;
            out += sizeof(word_t);
            in += sizeof(word_t);
        }
        for (; bytes > 0; bytes--)
            *out++ = *in++;
        return to;
    }
    out += bytes;
    in += bytes;
    for (; bytes > 0 && ((uintptr_t)out & WORD_MASK) != 0; bytes--)
        *--out = *--in;
    for (; ((uintptr_t)in & WORD_MASK) == 0 && bytes >= sizeof(word_t); bytes -= sizeof(word_t)) {
        out -= sizeof(word_t);
        in -= sizeof(word_t);
        *(word_t *)(void *)out = *(const word_t *)(const void *)in;
    }
    for (; bytes > 0; bytes--)
        *--out = *--in;
    return to;
}

NO_LOOP_IDIOMS void *memset(void *to, int byte, size_t bytes)
{
    unsigned char *out = to;
    word_t word = (unsigned char)byte * (UINTPTR_MAX / 0xff);

    for (; bytes > 0 && ((uintptr_t)out & WORD_MASK) != 0; bytes--)
        *out++ = (unsigned char)byte;
    for (; bytes >= sizeof(word_t); bytes -= sizeof(word_t)) {
        *(word_t *)(void *)out = word;
        out += sizeof(word_t);
    }
    for (; bytes > 0; bytes--)
        *out++ = (unsigned char)byte;
    return to;
}

NO_LOOP_IDIOMS int memcmp(const void *left, const void *right, size_t bytes)
{
    const unsigned char *l = left;
    const unsigned char *r = right;

    for (; bytes > 0; bytes--, l++, r++) {
        if (*l != *r)
            return *l - *r;
    }
    return 0;
}

NO_LOOP_IDIOMS size_t strlen(const char *text)
{
    const char *end = text;

    while (*end != '\0')
        end++;
    return (size_t)(end - text);
}

NO_LOOP_IDIOMS int strncmp(const char *left, const char *right, size_t limit)
{
    for (; limit > 0; limit--, left++, right++) {
        unsigned char l = (unsigned char)*left;
        unsigned char r = (unsigned char)*right;

        if (l != r || l == '\0')
            return l - r;
    }
    return 0;
}

int strcmp(const char *left, const char *right)
{
    return strncmp(left, right, SIZE_MAX);
}

NO_LOOP_IDIOMS char *strchr(const char *text, int c)
{
    for (;; text++) {
        if (*text == (char)c)
            return (char *)(uintptr_t)text; /* C's own signature drops the const */
        if (*text == '\0')
            return NULL;
    }
}
