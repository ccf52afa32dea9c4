/* SPDX-License-Identifier: MIT */
/*
 * Stack patterns. Both are 32-bit values that read the same in either byte
 * order, placed by address: each byte's value follows from its address alone,
 * whatever a range starts with, so the middle can be compared by words.
 */
#include <mem_stack.h>

#include <mem_assert.h>
#include <stdint.h>

#define GUARD_PATTERN 0xC3A5A5C3u
#define FILL_PATTERN  0x5AE1E15Au

#define BYTE_OF(pattern, n) ((pattern) >> (8 * (n)) & 0xffu)
#define IS_PALINDROME(pattern) \
    (BYTE_OF(pattern, 0) == BYTE_OF(pattern, 3) && BYTE_OF(pattern, 1) == BYTE_OF(pattern, 2))
_Static_assert(IS_PALINDROME(GUARD_PATTERN) && IS_PALINDROME(FILL_PATTERN),
               "words and bytes agree in either byte order");
_Static_assert(GUARD_PATTERN != FILL_PATTERN, "a guard is not mistaken for unused stack");

/* Stacks hold objects of every type. */
typedef uintptr_t __attribute__((may_alias)) stack_word_t;

static unsigned char pattern_byte(uintptr_t address, uint32_t pattern)
{
    return (unsigned char)(pattern >> (8 * (address % sizeof(pattern))));
}

/* The pattern repeated over a word of either size. */
static stack_word_t pattern_word(uint32_t pattern)
{
    return UINTPTR_MAX / UINT32_MAX * pattern;
}

static void write_pattern(unsigned char *at, size_t bytes, uint32_t pattern)
{
    MEM_ASSERT(bytes == 0 || bytes - 1 <= UINTPTR_MAX - (uintptr_t)at);
    while (bytes > 0 && (uintptr_t)at % sizeof(stack_word_t) != 0) {
        *at = pattern_byte((uintptr_t)at, pattern);
        at++;
        bytes--;
    }
    /* Four words a turn: a stack is filled for each thread, and by kernels with interrupts masked.
     */
    for (; bytes >= 4 * sizeof(stack_word_t); bytes -= 4 * sizeof(stack_word_t)) {
        stack_word_t *words = (stack_word_t *)(void *)at;

        words[0] = words[1] = words[2] = words[3] = pattern_word(pattern);
        at += 4 * sizeof(stack_word_t);
    }
    for (; bytes >= sizeof(stack_word_t); bytes -= sizeof(stack_word_t)) {
        *(stack_word_t *)(void *)at = pattern_word(pattern);
        at += sizeof(stack_word_t);
    }
    for (; bytes > 0; bytes--) {
        *at = pattern_byte((uintptr_t)at, pattern);
        at++;
    }
}

/* How many bytes from `low` up hold the pattern. */
static size_t intact_bytes(const unsigned char *low, size_t bytes, uint32_t pattern)
{
    size_t at = 0;

    MEM_ASSERT(bytes == 0 || bytes - 1 <= UINTPTR_MAX - (uintptr_t)low);
    while (at < bytes && ((uintptr_t)low + at) % sizeof(stack_word_t) != 0) {
        if (low[at] != pattern_byte((uintptr_t)low + at, pattern))
            return at;
        at++;
    }
    while (bytes - at >= sizeof(stack_word_t) &&
           *(const stack_word_t *)(const void *)(low + at) == pattern_word(pattern))
        at += sizeof(stack_word_t);
    while (at < bytes && low[at] == pattern_byte((uintptr_t)low + at, pattern))
        at++;
    MEM_ASSERT(at == bytes || low[at] != pattern_byte((uintptr_t)low + at, pattern));
    return at;
}

void mem_stack_fill(void *low, size_t bytes, size_t guard_bytes)
{
    if (guard_bytes > bytes)
        guard_bytes = bytes;
    write_pattern(low, guard_bytes, GUARD_PATTERN);
    write_pattern((unsigned char *)low + guard_bytes, bytes - guard_bytes, FILL_PATTERN);
}

void mem_stack_guard_write(void *low, size_t guard_bytes)
{
    write_pattern(low, guard_bytes, GUARD_PATTERN);
}

bool mem_stack_guard_ok(const void *low, size_t guard_bytes)
{
    return intact_bytes(low, guard_bytes, GUARD_PATTERN) == guard_bytes;
}

const void *mem_stack_guard_first_bad(const void *low, size_t guard_bytes)
{
    size_t intact = intact_bytes(low, guard_bytes, GUARD_PATTERN);

    return intact == guard_bytes ? NULL : (const unsigned char *)low + intact;
}

size_t mem_stack_guard_bad_bytes(const void *low, size_t guard_bytes)
{
    const unsigned char *guard = low;
    size_t bad = 0;

    for (size_t i = 0; i < guard_bytes; i++)
        bad += guard[i] != pattern_byte((uintptr_t)guard + i, GUARD_PATTERN);
    return bad;
}

size_t mem_stack_high_watermark(const void *low, size_t bytes, size_t guard_bytes)
{
    if (guard_bytes > bytes)
        guard_bytes = bytes;
    size_t unused = intact_bytes(low, guard_bytes, GUARD_PATTERN);

    if (unused == guard_bytes)
        unused += intact_bytes((const unsigned char *)low + guard_bytes, bytes - guard_bytes,
                               FILL_PATTERN);
    MEM_ASSERT(unused <= bytes);
    return bytes - unused;
}
