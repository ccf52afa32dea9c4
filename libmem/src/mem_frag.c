/* SPDX-License-Identifier: MIT */
/*
 * Ratios of sizes. part * scale can need more bits than a size_t has, and a
 * wider division would pull in a runtime call on 32-bit targets; so quotient
 * and remainder are built up together, one bit of scale at a time.
 */
#include <mem_frag.h>

#include <mem_assert.h>

unsigned mem_frag_ratio(size_t part, size_t whole, unsigned scale)
{
    unsigned quotient = 0;
    size_t rest = 0;

    if (whole == 0)
        return 0;
    if (part >= whole)
        return scale;
    /* Invariant: part * (the bits of scale seen so far) == quotient * whole + rest, rest < whole.
     */
    for (unsigned bit = 1u << (sizeof(unsigned) * 8 - 1); bit != 0; bit >>= 1) {
        MEM_ASSERT(rest < whole);
        quotient *= 2;
        if (rest >= whole - rest) {
            rest -= whole - rest;
            quotient++;
        } else {
            rest += rest;
        }
        if ((scale & bit) == 0)
            continue;
        if (rest >= whole - part) {
            rest -= whole - part;
            quotient++;
        } else {
            rest += part;
        }
    }
    return quotient;
}

unsigned mem_frag_internal_pct(size_t wasted, size_t provided)
{
    return mem_frag_ratio(wasted, provided, 100);
}

unsigned mem_frag_external_pct(size_t largest, size_t total)
{
    return total == 0 ? 0 : 100 - mem_frag_ratio(largest, total, 100);
}

unsigned mem_frag_internal_permille(size_t wasted, size_t provided)
{
    return mem_frag_ratio(wasted, provided, 1000);
}

unsigned mem_frag_external_permille(size_t largest, size_t total)
{
    return total == 0 ? 0 : 1000 - mem_frag_ratio(largest, total, 1000);
}
