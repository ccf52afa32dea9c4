/* SPDX-License-Identifier: MIT */
/*
 * 64-bit arithmetic, for which compilers call library functions on 32-bit
 * machines. The operands are volatile; otherwise the compiler would compute the
 * results.
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

#if UINTPTR_MAX == 0xffffffffu
uint64_t __ashldi3(uint64_t value, int count);
uint64_t __lshrdi3(uint64_t value, int count);
int64_t __ashrdi3(int64_t value, int count);
uint64_t __udivdi3(uint64_t left, uint64_t right);
uint64_t __umoddi3(uint64_t left, uint64_t right);
int64_t __divdi3(int64_t left, int64_t right);
int64_t __moddi3(int64_t left, int64_t right);
uint64_t __muldi3(uint64_t left, uint64_t right);
int __clzdi2(uint64_t value);
int __ctzdi2(uint64_t value);
int __popcountdi2(uint64_t value);
uint64_t __bswapdi2(uint64_t value);

/* Called by name, because each compiler chooses which of them to call. */
static void check_by_name(void)
{
    EXPECT(__ashldi3(a, 0), 0x123456789abcdef0u);
    EXPECT(__ashldi3(a, 1), 0x2468acf13579bde0u);
    EXPECT(__ashldi3(a, 31), 0x4d5e6f7800000000u);
    EXPECT(__ashldi3(a, 32), 0x9abcdef000000000u);
    EXPECT(__ashldi3(a, 33), 0x3579bde000000000u);
    EXPECT(__ashldi3(a, 63), 0x0u);
    EXPECT(__lshrdi3(a, 0), 0x123456789abcdef0u);
    EXPECT(__lshrdi3(a, 1), 0x91a2b3c4d5e6f78u);
    EXPECT(__lshrdi3(a, 31), 0x2468acf1u);
    EXPECT(__lshrdi3(a, 32), 0x12345678u);
    EXPECT(__lshrdi3(a, 33), 0x91a2b3cu);
    EXPECT(__lshrdi3(a, 63), 0x0u);
    EXPECT(__ashrdi3(minus, 0), 0xeeddef0b82167eebu);
    EXPECT(__ashrdi3(minus, 1), 0xf76ef785c10b3f75u);
    EXPECT(__ashrdi3(minus, 31), 0xffffffffddbbde17u);
    EXPECT(__ashrdi3(minus, 32), 0xffffffffeeddef0bu);
    EXPECT(__ashrdi3(minus, 33), 0xfffffffff76ef785u);
    EXPECT(__ashrdi3(minus, 63), 0xffffffffffffffffu);
    EXPECT(__muldi3(a, b), 0x70a3d5f941160090u);
    EXPECT(__muldi3((uint64_t)minus, a), 0xb4fb96a009bac650u);
    EXPECT(__muldi3(~(uint64_t)0, ~(uint64_t)0), 1);
    EXPECT(__udivdi3(~(uint64_t)0, a), 0xeu);
    EXPECT(__umoddi3(~(uint64_t)0, ~(uint64_t)1), 1);
    EXPECT(__divdi3(minus, -7), 0x27294b5368f1270u);
    EXPECT(__moddi3(seven, minus), 7);
    EXPECT(__clzdi2(b), 28);
    EXPECT(__clzdi2(1), 63);
    EXPECT(__ctzdi2((uint64_t)1 << 40), 40);
    EXPECT(__ctzdi2(a), 4);
    EXPECT(__popcountdi2(a), 32);
    EXPECT(__bswapdi2(a), 0xf0debc9a78563412u);
}
#else
static void check_by_name(void)
{
}
#endif

void kernel_test(void)
{
    ktest_start("foreign/wide");
    check_by_name();
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
