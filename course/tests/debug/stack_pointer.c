/* SPDX-License-Identifier: MIT */
/*
 * debug_get_stack_pointer() returns the caller's stack pointer: deeper calls
 * return lower values.
 */
#include <debug/code.h>
#include <ktest.h>

__attribute__((noinline)) static uintptr_t deeper(uintptr_t above, int depth)
{
    volatile char frame[64];

    frame[0] = (char)depth;
    uintptr_t here = debug_get_stack_pointer();

    ktest_assert(here < above, "%p is not below %p", (void *)here, (void *)above);
    ktest_assert(here % 8 == 0, "%p is misaligned", (void *)here);
    ktest_assert((uintptr_t)frame >= here && (uintptr_t)frame - here < 256,
                 "the frame at %p does not lie at %p", (void *)(uintptr_t)frame, (void *)here);
    uintptr_t last = depth == 0 ? here : deeper(here, depth - 1);

    return frame[0] == (char)depth ? last : 0;
}

void kernel_test(void)
{
    uintptr_t here = debug_get_stack_pointer();

    ktest_start("debug/stack_pointer");
    ktest_assert(deeper(here, 5) != 0, "frames keep what is in them");
    ktest_assert(debug_get_stack_pointer() == here, "back where it was");
    ktest_passed();
}
