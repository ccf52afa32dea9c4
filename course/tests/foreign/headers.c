/* SPDX-License-Identifier: MIT */
/*
 * Includes every header of the contract and uses the names in each that other
 * tests do not use.
 */
#include <types.h>

#include <adt/list.h>
#include <debug.h>
#include <debug/code.h>
#include <debug/mm.h>
#include <drivers/machine.h>
#include <errno.h>
#include <exc.h>
#include <ktest.h>
#include <lib/print.h>
#include <main.h>
#include <mm/heap.h>
#include <mm/self.h>
#include <proc/mutex.h>
#include <proc/scheduler.h>
#include <proc/sem.h>
#include <proc/thread.h>

static uint8_t *end = _kernel_end;
static thread_entry_func_t entry = NULL;
static off_t offset = -1;
static ssize_t size = -1;
static const errno_t errors[] = {EOK, ENOIMPL, ENOMEM, EBUSY, EEXITED, EKILLED, EINVAL};

static void types(void)
{
    ktest_assert(sizeof(native_t) == sizeof(void *) && sizeof(unative_t) == sizeof(void *),
                 "as wide as a register");
    ktest_assert((native_t)-1 < 0 && (unative_t)-1 > 0 && offset < 0 && size < 0, "signs");
    ktest_assert(sizeof(int8_t) == 1 && sizeof(uint16_t) == 2 && sizeof(int32_t) == 4 &&
                     sizeof(uint64_t) == 8,
                 "widths");
}

static void errno_values(void)
{
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        for (unsigned j = 0; j < i; j++)
            ktest_assert(errors[i] != errors[j], "errors %u and %u are one", i, j);
        ktest_assert(*errno_as_str(errors[i]) != '\0', "error %u has no text", i);
    }
    ktest_assert(EOK == 0, "EOK");
    ktest_assert(errno_as_str((errno_t)12345) != NULL && errno_as_str((errno_t)-1) != NULL,
                 "text of no error");
}

void kernel_test(void)
{
    int local;
    uintptr_t sp = debug_get_stack_pointer();

    ktest_start("foreign/headers");
    types();
    errno_values();
    dprintk("nothing, or something %d\n", 1);
    assert(kernel_get_image_end() == (uintptr_t)end);
    panic_if(false, "no arguments");
    panic_if(entry != NULL, "a thread of %d bytes", THREAD_STACK_SIZE);
    printk(KTEST_EXPECTED "12\n" KTEST_ACTUAL QUOTE_ME(12) "\n");
    ktest_assert(kernel_get_image_end() == (uintptr_t)end, "the image ends at two places");
    ktest_assert_in_range("stack pointer", (uintptr_t)&local, sp, sp + 512);
    ktest_assert_in_range("one number", 5, 5, 5);
    ktest_assert_errno(EOK, "nothing");
    ktest_assert(THREAD_NAME_MAX_LENGTH >= 8, "%d", THREAD_NAME_MAX_LENGTH);
    debug_dump_function("none", (uintptr_t)kernel_test, 0);
    ktest_assert(interrupts_disable(), "interrupts are enabled");
    interrupts_restore(true);
    ktest_passed();
    machine_halt();
}
