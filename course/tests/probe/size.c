/* SPDX-License-Identifier: MIT */
/*
 * The detected memory equals the machine's memory within 4 KiB, in both
 * directions.
 */
#include <debug/mm.h>
#include <ktest.h>
#include <mm/self.h>

void kernel_test(void)
{
    size_t machine = (size_t)KERNEL_TEST_PROBE_MEMORY_MAINMEM_SIZE_KB * 1024;
    /*
     * Main memory starts at a multiple of 1 GiB on every board, and the image
     * lies near its start.
     */
    size_t image = kernel_get_image_end() & 0x3fffffff;
    size_t found = debug_get_base_memory_size();

    ktest_start("probe/size");
    ktest_assert(kernel_get_image_end() == (uintptr_t)_kernel_end, "both tell the image's end");
    printk("machine %u bytes, image %u, found %u\n", (unsigned)machine, (unsigned)image,
           (unsigned)found);
    ktest_assert_in_range("memory found", found, machine - image - 4096, machine - image);
    ktest_passed();
}
