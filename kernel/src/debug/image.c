/* SPDX-License-Identifier: MIT */
/*
 * FNV-1a, a word at a time: each step is a bijection of the sum and of the word, so
 * two images that differ in one word have different sums. The boot arguments that a
 * loader writes between the vectors of MIPS count as constants.
 */
#include <debug/image.h>

#include <lib/print.h>
#include <types.h>

#define FNV_BASIS 2166136261u
#define FNV_PRIME 16777619u

extern const uint32_t _text_start[], _text_end[], _rodata_start[], _rodata_end[];

static uint32_t remembered;
static bool is_remembered;

/* The last word may extend into the padding before the next section. */
static uint32_t add(uint32_t sum, const uint32_t *at, const uint32_t *end)
{
    for (; (uintptr_t)at < (uintptr_t)end; at++)
        sum = (sum ^ *at) * FNV_PRIME;
    return sum;
}

static uint32_t compute(void)
{
    return add(add(FNV_BASIS, _text_start, _text_end), _rodata_start, _rodata_end);
}

void image_remember(void)
{
    remembered = compute();
    is_remembered = true;
}

void image_print_check(void)
{
    if (is_remembered)
        printk("[image] %s\n", compute() == remembered ? "text and constants: unchanged"
                                                       : "text or constants have CHANGED");
}
