/* SPDX-License-Identifier: MIT */
/*
 * Functions that compilers call for 64-bit arithmetic on 32-bit machines and
 * for counting bits. They are for test files: the kernel avoids such
 * arithmetic, and libgcc is not linked. Only functions that a test calls stay
 * in the image. They work on 32-bit halves, because 64-bit operations here
 * could be compiled into calls of themselves. A division takes 64 steps.
 */
#include <types.h>

int __popcountsi2(uint32_t value);
int __popcountdi2(uint64_t value);

/*
 * AArch64 has no instruction for this either. The loop does not clear the
 * lowest bit each time, because compilers recognise that as a popcount.
 */
int __popcountsi2(uint32_t value)
{
    int ones = 0;

    for (; value != 0; value >>= 1)
        ones += (int)(value & 1);
    return ones;
}

int __popcountdi2(uint64_t value)
{
    return __popcountsi2((uint32_t)value) + __popcountsi2((uint32_t)(value >> 32));
}

#if UINTPTR_MAX == 0xffffffffu

union halves {
    uint64_t whole;
    struct {
        uint32_t low, high; /* all ports are little endian */
    } half;
};

uint64_t __ashldi3(uint64_t value, int count);
uint64_t __lshrdi3(uint64_t value, int count);
int64_t __ashrdi3(int64_t value, int count);
uint64_t __udivmoddi4(uint64_t left, uint64_t right, uint64_t *rest);
uint64_t __udivdi3(uint64_t left, uint64_t right);
uint64_t __umoddi3(uint64_t left, uint64_t right);
int64_t __divdi3(int64_t left, int64_t right);
int64_t __moddi3(int64_t left, int64_t right);
uint64_t __muldi3(uint64_t left, uint64_t right);
int __clzsi2(uint32_t value);
int __ctzsi2(uint32_t value);
int __clzdi2(uint64_t value);
int __ctzdi2(uint64_t value);
uint32_t __bswapsi2(uint32_t value);
uint64_t __bswapdi2(uint64_t value);

uint64_t __ashldi3(uint64_t value, int count)
{
    union halves v = {value};

    if (count >= 32) {
        v.half.high = v.half.low << (count - 32);
        v.half.low = 0;
    } else if (count > 0) {
        v.half.high = v.half.high << count | v.half.low >> (32 - count);
        v.half.low <<= count;
    }
    return v.whole;
}

/* Shift right, with `fill` (0 or all ones) from above. */
static uint64_t shift_right(uint64_t value, int count, uint32_t fill)
{
    union halves v = {value};

    if (count >= 32) {
        v.half.low = count > 32 ? v.half.high >> (count - 32) | fill << (64 - count) : v.half.high;
        v.half.high = fill;
    } else if (count > 0) {
        v.half.low = v.half.low >> count | v.half.high << (32 - count);
        v.half.high = v.half.high >> count | fill << (32 - count);
    }
    return v.whole;
}

uint64_t __lshrdi3(uint64_t value, int count)
{
    return shift_right(value, count, 0);
}

int64_t __ashrdi3(int64_t value, int count)
{
    return (int64_t)shift_right((uint64_t)value, count, value < 0 ? UINT32_MAX : 0);
}

uint64_t __udivmoddi4(uint64_t left, uint64_t right, uint64_t *rest)
{
    union halves quotient = {left};
    union halves remainder = {0};

    /* Bit by bit: dividend bits are shifted out on the left, quotient bits in on the right. */
    for (int i = 0; i < 64; i++) {
        remainder.half.high = remainder.half.high << 1 | remainder.half.low >> 31;
        remainder.half.low = remainder.half.low << 1 | quotient.half.high >> 31;
        quotient.half.high = quotient.half.high << 1 | quotient.half.low >> 31;
        quotient.half.low <<= 1;
        if (remainder.whole >= right) {
            remainder.whole -= right;
            quotient.half.low |= 1;
        }
    }
    if (rest != NULL)
        *rest = remainder.whole;
    return quotient.whole;
}

uint64_t __udivdi3(uint64_t left, uint64_t right)
{
    return __udivmoddi4(left, right, NULL);
}

uint64_t __umoddi3(uint64_t left, uint64_t right)
{
    uint64_t rest;

    (void)__udivmoddi4(left, right, &rest);
    return rest;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

int64_t __divdi3(int64_t left, int64_t right)
{
    uint64_t quotient = __udivmoddi4(magnitude(left), magnitude(right), NULL);

    return (int64_t)((left < 0) != (right < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t left, int64_t right)
{
    uint64_t rest = __umoddi3(magnitude(left), magnitude(right));

    return (int64_t)(left < 0 ? 0 - rest : rest);
}

/* The low half of the product; 16-bit digits, so that nothing is lost in 32 bits. */
uint64_t __muldi3(uint64_t left, uint64_t right)
{
    union halves l = {left}, r = {right}, product = {0};
    uint32_t l0 = l.half.low & 0xffff, l1 = l.half.low >> 16;
    uint32_t r0 = r.half.low & 0xffff, r1 = r.half.low >> 16;
    uint32_t middle = l1 * r0 + (l0 * r0 >> 16);
    uint32_t carry = middle >> 16;

    middle = (middle & 0xffff) + l0 * r1;
    product.half.low = l.half.low * r.half.low;
    product.half.high =
        l1 * r1 + carry + (middle >> 16) + l.half.low * r.half.high + l.half.high * r.half.low;
    return product.whole;
}

int __clzsi2(uint32_t value)
{
    int zeros = 0;

    while (zeros < 32 && value >> 31 == 0) {
        value <<= 1;
        zeros++;
    }
    return zeros;
}

int __ctzsi2(uint32_t value)
{
    int zeros = 0;

    while (zeros < 32 && (value & 1) == 0) {
        value >>= 1;
        zeros++;
    }
    return zeros;
}

int __clzdi2(uint64_t value)
{
    union halves v = {value};

    return v.half.high != 0 ? __clzsi2(v.half.high) : 32 + __clzsi2(v.half.low);
}

int __ctzdi2(uint64_t value)
{
    union halves v = {value};

    return v.half.low != 0 ? __ctzsi2(v.half.low) : 32 + __ctzsi2(v.half.high);
}

uint32_t __bswapsi2(uint32_t value)
{
    return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}

uint64_t __bswapdi2(uint64_t value)
{
    union halves v = {value};
    union halves swapped = {.half = {__bswapsi2(v.half.high), __bswapsi2(v.half.low)}};

    return swapped.whole;
}

#endif
