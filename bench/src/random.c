/* SPDX-License-Identifier: MIT */
/* Distributions in 16.16 fixed point. The C library's log() and exp() may differ in the last bit.
 */
#include "bench/random.h"

enum { ONE = 1 << 16, LN_2 = 45426, LOG2_E = 94548 };

/* log2 of x > 0: the integer part is the highest bit, each squaring of the rest gives one more bit.
 */
static uint32_t log2_fixed(uint32_t x)
{
    unsigned whole = 31 - (unsigned)__builtin_clz(x);
    uint64_t rest = (uint64_t)x << (31 - whole); /* from 1 to 2, in 1.31 */
    uint32_t result = whole;

    for (unsigned bit = 0; bit < 16; bit++) {
        rest = (rest * rest) >> 31;
        result <<= 1;
        if (rest >> 32 != 0) {
            rest >>= 1;
            result |= 1;
        }
    }
    return result;
}

/* 2^x for x below 16: the fraction by a cubic that is right at both ends and 0.0002 off at most. */
static uint32_t exp2_fixed(uint32_t x)
{
    uint64_t f = x & (ONE - 1);
    uint64_t p = 5120;

    p = 14746 + ((p * f) >> 16);
    p = 45670 + ((p * f) >> 16);
    p = ONE + ((p * f) >> 16);
    return (uint32_t)((p << (x >> 16)) >> 16);
}

uint32_t random_exponential(uint64_t *state, uint32_t mean)
{
    uint64_t bits = ((uint64_t)32 << 16) - log2_fixed(random_next(state) | 1); /* -log2 of 0..1 */

    return (uint32_t)((((bits * LN_2) >> 16) * mean) >> 16);
}

uint32_t random_lognormal(uint64_t *state, uint32_t mean, uint32_t deviation)
{
    int64_t normal = -6 * (int64_t)ONE; /* the sum of 12 numbers below 1, less 6 */
    int64_t power;

    for (unsigned i = 0; i < 12; i++)
        normal += random_next(state) >> 16;
    power = ((int64_t)mean + ((normal * (int64_t)deviation) >> 16)) * LOG2_E >> 16;
    return power <= 0 ? 1 : exp2_fixed((uint32_t)power);
}
