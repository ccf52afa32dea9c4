/* SPDX-License-Identifier: MIT */
/*
 * Function names by address, from a table that the second link adds to the
 * image, and backtraces with these names.
 */
#ifndef DEBUG_SYMBOLS_H
#define DEBUG_SYMBOLS_H

#include <types.h>

/*
 * The name of the function that contains `address`, with the offset into it in
 * *offset; NULL if the address is not in the kernel's text or the image has no
 * table. O(log n); never faults; from anywhere.
 */
const char *symbol_find(uintptr_t address, size_t *offset);

/*
 * The worst-case stack use of a run entered at `function`, in bytes, as
 * computed by the build (tools/stack/report.pl), including the report of a
 * panic. For entry functions of threads and for lab jobs it includes the frames
 * above them on the thread's stack; kernel_interrupt gives the interrupt stack,
 * kernel_main the boot stack. *bounded is false if recursion or a frame of
 * unknown size may need more. Returns 0 if it was not computed; *bounded is
 * then unchanged. O(log n); never faults; from anywhere.
 */
size_t symbol_worst_stack(uintptr_t function, bool *bounded);

/*
 * Print the calls that led to `pc`, following frame records that must lie in
 * [low, high). At most 32 lines. From anywhere; reads only inside the range.
 */
void debug_backtrace(uintptr_t pc, uintptr_t frame, uintptr_t low, uintptr_t high);

#endif
