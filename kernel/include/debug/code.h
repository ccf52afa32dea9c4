/* SPDX-License-Identifier: MIT */
/*
 * Inspecting code and stacks of the running kernel.
 */
#ifndef DEBUG_CODE_H
#define DEBUG_CODE_H

#include <types.h>

#include <arch/cpu.h>

/* The caller's own stack pointer (the function is always inlined). O(1), from anywhere. */
__attribute__((always_inline)) static inline uintptr_t debug_get_stack_pointer(void)
{
    return arch_stack_pointer();
}

/*
 * Print `instruction_count` instruction words from `address` like a
 * disassembler, without mnemonics: a line "ADDRESS <name>:", then lines of
 * address, colon, eight spaces, word. Addresses have as many digits as a
 * pointer. The words are read from memory one by one: an unreadable address
 * faults. Output of other contexts may come between lines, but not inside a
 * line.
 */
void debug_dump_function(const char *name, uintptr_t address, size_t instruction_count);

#endif
