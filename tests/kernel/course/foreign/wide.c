/* SPDX-License-Identifier: MIT */
/*
 * 64-bit arithmetic, for which compilers call functions of their own library on 32-bit
 * machines. The operands are volatile, or the results would be computed by the compiler.
 */
#include <ktest.h>

static volatile uint64_t a = 0x123456789abcdef0u;
static volatile uint64_t b = 0xfedcba987u;
static volatile int64_t minus = -1234567890123456789;
static volatile int64_t seven = 7;
static volatile int by = 36;
static volatile uint32_t bits = 0x00f00000;

#define EXPECT(expression, value)                                                                 \
    do {                                                                                          \
        uint64_t got = (uint64_t)(expression);                                                    \
        ktest_assert(got == (uint64_t)(value), #expression " is 0x%x%08x", (unsigned)(got >> 32), \
                     (unsigned)got);                                                              \
    } while (0)

void kernel_test(void)
{
    ktest_start("foreign/wide");
    EXPECT(a * b, 0x70a3d5f941160090u);
    EXPECT(a / b, 0x1249249u);
    EXPECT(a % b, 0x246fe8971u);
    EXPECT(a / 10, 131176846746379032u);
    EXPECT(minus / seven, -176366841446208112);
    EXPECT(minus % seven, -5);
    EXPECT(a << by, 0xabcdef0000000000u);
    EXPECT(a >> by, 0x1234567);
    EXPECT(minus >> by, -17965328);
    EXPECT(a << (by - 32), 0x23456789abcdef00u);
    EXPECT(a >> (by - 32), 0x0123456789abcdefu);
    EXPECT(__builtin_clz(bits), 8);
    EXPECT(__builtin_ctz(bits), 20);
    EXPECT(__builtin_popcount(bits), 4);
    EXPECT(__builtin_bswap32(bits), 0x0000f000);
    ktest_passed();
}
