/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and panics in an image without threads: print the registers and
 * the calls, and end the machine. No function names are printed, because the
 * image has no table of them.
 */
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/trap.h>
#include <board/board.h>
#include <debug.h>
#include <debug/backtrace.h>
#include <exit.h>
#include <ktest.h>
#include <lib/print.h>

#include "plain.h"

static void tell_overflow(void)
{
    if (ktest_stack_overflown())
        printk("[stack] stack overflow: the guard of the boot stack is corrupted\n");
}

#if ARCH_HAS_FRAME_RECORDS
/* kernel_test() runs on the boot stack. */
void ktest_print_backtrace(void)
{
    debug_backtrace_here(cpu_local()->boot_stack_base, cpu_local()->boot_stack_top);
}

static void print_calls(const struct arch_context *context)
{
    debug_backtrace(arch_context_pc(context), arch_context_frame_pointer(context),
                    cpu_local()->boot_stack_base, cpu_local()->boot_stack_top);
}
#else
#define LINES 64

extern const uint8_t _text_start[], _text_end[];

/*
 * arch_unwind() would take 1 KiB of a small machine. Print the words of the
 * stack that may be return addresses instead: the host knows which of them are
 * (course/unwind.pl).
 */
static void print_words(uintptr_t from)
{
    unsigned lines = 0;

    for (; from - cpu_local()->boot_stack_base <
               cpu_local()->boot_stack_top - cpu_local()->boot_stack_base &&
           lines < LINES;
         from += sizeof(uintptr_t)) {
        uintptr_t word = *(const uintptr_t *)from;

        if (word < (uintptr_t)_text_start || word >= (uintptr_t)_text_end)
            continue;
        printk("[stack] %p: %p\n", (void *)from, (void *)word);
        lines++;
    }
}

__attribute__((noinline)) void ktest_print_backtrace(void)
{
    uintptr_t frame = arch_frame_pointer();

    printk("[stack] called from %p, sp %p\n", __builtin_return_address(0), (void *)frame);
    print_words(frame);
}

static void print_calls(const struct arch_context *context)
{
    print_words(arch_context_stack_pointer(context));
}
#endif

static void report_panic(void)
{
    tell_overflow();
    ktest_print_backtrace();
}

void kernel_interrupt(void)
{
    /* None is let through. */
}

void kernel_trap(struct arch_trap *trap)
{
    static bool reported;

    if (!reported && !trap->nested) {
        reported = true;
        printk("\n");
        arch_trap_print(trap, printk);
        tell_overflow();
        print_calls(trap->context);
    }
    board_exit(EXIT_EXCEPTION);
}

void ktest_report_init(void)
{
    panic_set_report(report_panic);
}
