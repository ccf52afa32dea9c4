/* SPDX-License-Identifier: MIT */
/*
 * Function names by address, from a table that a second link pass puts into
 * the image, and backtraces with them.
 */
#ifndef DEBUG_SYMBOLS_H
#define DEBUG_SYMBOLS_H

#include <types.h>

/*
 * The name of the function that contains `address`, and in *offset how far
 * into it; NULL when the address is not in the kernel's text or the image has
 * no table. O(log n); never faults; from anywhere.
 */
const char *symbol_find(uintptr_t address, size_t *offset);

/*
 * The most stack that a run entered at `function` can need, as the build has
 * computed it (tools/stack/report.pl), in bytes, the report of a panic
 * included. For threads' entry functions and lab jobs what lies above them on
 * a thread's stack counts; kernel_interrupt stands for the interrupt stack,
 * kernel_main for the boot stack. *bounded: whether recursion or a frame of
 * unknown size lets it be more. 0 when it was not computed; *bounded is then
 * untouched. O(log n); never faults; from anywhere.
 */
size_t symbol_worst_stack(uintptr_t function, bool *bounded);

/*
 * Print the calls that led to `pc`, following frame records that must lie in
 * [low, high). At most 32 lines. From anywhere; reads only inside the range.
 */
void debug_backtrace(uintptr_t pc, uintptr_t frame, uintptr_t low, uintptr_t high);

#endif
