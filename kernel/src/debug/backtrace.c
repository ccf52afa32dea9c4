/* SPDX-License-Identifier: MIT */
/*
 * Prints backtraces. In an image without a table of functions, addresses are
 * printed, and `addr2line -f -e KERNEL ADDRESS` resolves them.
 */
#include <debug/backtrace.h>

#include <arch/context.h>
#include <arch/cpu.h>
#include <debug/symbols.h>
#include <lib/print.h>

#define BACKTRACE_LINES 32

static void print_call(unsigned depth, uintptr_t address)
{
    /* A call that never returns may be a function's last instruction. Its return address then
     * belongs to the next function, and only the byte before it to the caller. */
    size_t before = depth > 0;
    size_t offset = 0;
    const char *name = symbol_find(address - before, &offset);

    if (name != NULL)
        printk("[bt]  #%-2u %p %s+0x%zx\n", depth, (void *)address, name, offset + before);
    else
        printk("[bt]  #%-2u %p\n", depth, (void *)address);
}

void debug_backtrace(uintptr_t pc, uintptr_t frame, uintptr_t low, uintptr_t high)
{
    print_call(0, pc);
    for (unsigned depth = 1; depth < BACKTRACE_LINES && arch_unwind(low, high, &frame, &pc);
         depth++)
        print_call(depth, pc);
}

__attribute__((noinline)) void debug_backtrace_here(uintptr_t low, uintptr_t high)
{
    debug_backtrace((uintptr_t)__builtin_return_address(0), arch_frame_pointer(), low, high);
    /* No tail call: this frame is needed until then. */
    __asm__ volatile("");
}
