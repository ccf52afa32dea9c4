/* SPDX-License-Identifier: MIT */
/*
 * Patterns are 32-bit words that are unlikely as data: not small, not
 * addresses of usual memory maps, not all bytes alike. In the guard each word
 * differs from its neighbours, so that a shifted copy is noticed too.
 */
#include <mem_stack.h>

#include <stdint.h>

#define FILL_WORD  0xc3a5963cu
#define GUARD_WORD 0x9e3779b9u

static uint32_t guard_word(size_t index)
{
    return GUARD_WORD * (uint32_t)(2 * index + 1);
}

void mem_stack_set_guard(void *base, size_t guard_bytes)
{
    uint32_t *words = base;

    for (size_t i = 0; i < guard_bytes / sizeof *words; i++)
        words[i] = guard_word(i);
}

void mem_stack_fill(void *base, size_t bytes, size_t guard_bytes)
{
    uint32_t *words = base;

    mem_stack_set_guard(base, guard_bytes);
    for (size_t i = guard_bytes / sizeof *words; i < bytes / sizeof *words; i++)
        words[i] = FILL_WORD;
}

const void *mem_stack_guard_damage(const void *base, size_t guard_bytes)
{
    const uint32_t *words = base;

    for (size_t i = 0; i < guard_bytes / sizeof *words; i++) {
        uint32_t expected = guard_word(i);

        if (words[i] == expected)
            continue;
        const uint8_t *actual = (const uint8_t *)&words[i];
        const uint8_t *pattern = (const uint8_t *)&expected;

        while (*actual == *pattern) {
            actual++;
            pattern++;
        }
        return actual;
    }
    return NULL;
}

int mem_stack_guard_ok(const void *base, size_t guard_bytes)
{
    return mem_stack_guard_damage(base, guard_bytes) == NULL;
}

size_t mem_stack_high_watermark(const void *base, size_t bytes, size_t guard_bytes)
{
    const uint32_t *words = base;
    size_t i = guard_bytes / sizeof *words;

    while (i < bytes / sizeof *words && words[i] == FILL_WORD)
        i++;
    return bytes - i * sizeof *words;
}
