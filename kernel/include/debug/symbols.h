/* SPDX-License-Identifier: MIT */
/*
 * Function names by address, from a table that the second link adds to the
 * image.
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

#endif
