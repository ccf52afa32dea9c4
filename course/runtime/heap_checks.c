/* SPDX-License-Identifier: MIT */
/*
 * Functions behind the macros of ktest/heap.h.
 */
#include <ktest/heap.h>

void ktest_check_total(const char *file, int line, size_t bytes, size_t limit)
{
    if (bytes >= limit)
        ktest_fail_at(file, line, "the sum of all blocks", "%zu bytes on a machine of %zu", bytes,
                      limit);
}

void ktest_check_block(const char *file, int line, const char *what, const void *block,
                       size_t bytes, uintptr_t low, uintptr_t high)
{
    uintptr_t start = (uintptr_t)block;

    if (start < low || start >= high || bytes >= high - start)
        ktest_fail_at(file, line, what, "%zu bytes at %p are outside 0x%lx to 0x%lx", bytes, block,
                      (unsigned long)low, (unsigned long)high);
    if (start % 4 != 0)
        ktest_fail_at(file, line, what, "%p is not aligned to 4 bytes", block);
    if (start < kernel_get_image_end())
        ktest_fail_at(file, line, what, "%p is inside the kernel image, which ends at 0x%lx", block,
                      (unsigned long)kernel_get_image_end());
}

void ktest_check_writable(const char *file, int line, const char *what, volatile uint8_t *block)
{
    block[0] = 0xa5;
    block[1] = 0x5a;
    if (block[0] != 0xa5 || block[1] != 0x5a)
        ktest_fail_at(file, line, what, "%p reads %02x %02x after writing a5 5a",
                      (const void *)(uintptr_t)block, block[0], block[1]);
}
