/* SPDX-License-Identifier: MIT */
/*
 * QUOTE_ME, errno_as_str() and the checking macros.
 */
#include <debug.h>
#include <errno.h>
#include <ktest.h>

#define VALUE 4096

void kernel_test(void)
{
    ktest_start("debug/quote");
    printk(KTEST_EXPECTED "4096\n");
    printk(KTEST_ACTUAL "%s\n", QUOTE_ME(VALUE));
    ktest_assert(EOK == 0, "EOK is %d", EOK);
    ktest_assert(EBUSY != ENOMEM && ENOMEM != EINVAL && EEXITED != EKILLED, "they differ");
    ktest_assert(errno_as_str(ENOMEM) != NULL && errno_as_str((errno_t)9999) != NULL,
                 "every number has a text");
    printk("%s, %s, %s\n", errno_as_str(EOK), errno_as_str(ENOMEM), errno_as_str(EBUSY));
    ktest_assert_errno(EOK, "nothing");
    ktest_assert_in_range("five", 5, 5, 5);
    ktest_assert_in_range("many", 0xfffffff0u, 0x80000000u, 0xffffffffu);
    ktest_passed();
}
