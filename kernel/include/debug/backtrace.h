/* SPDX-License-Identifier: MIT */
/*
 * The calls that led to an instruction.
 */
#ifndef DEBUG_BACKTRACE_H
#define DEBUG_BACKTRACE_H

#include <types.h>

/*
 * Print the calls that led to `pc`, following frame records that must lie in
 * [low, high). At most 32 lines. From anywhere; reads only inside the range.
 */
void debug_backtrace(uintptr_t pc, uintptr_t frame, uintptr_t low, uintptr_t high);

/* The same for the calls that led to this one, on the stack [low, high). */
void debug_backtrace_here(uintptr_t low, uintptr_t high);

#endif
