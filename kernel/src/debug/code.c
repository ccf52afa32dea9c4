/* SPDX-License-Identifier: MIT */
/*
 * Prints machine code like a disassembler, without mnemonics. For CPUs with
 * 32-bit instructions.
 */
#include <debug/code.h>

#include <lib/print.h>
#include <lib/string.h>

/* As many hexadecimal digits as a pointer has. */
#define ADDRESS_DIGITS ((int)(2 * sizeof(uintptr_t)))

void debug_dump_function(const char *name, uintptr_t address, size_t instruction_count)
{
    printk("%0*lx <%s>:\n", ADDRESS_DIGITS, (unsigned long)address, name);
    for (size_t i = 0; i < instruction_count; i++) {
        uint32_t instruction;

        /* Not through a uint32_t pointer, which would assume alignment. */
        memcpy(&instruction, (const void *)address, sizeof(instruction));
        printk("%0*lx:        %08x\n", ADDRESS_DIGITS, (unsigned long)address,
               (unsigned)instruction);
        address += sizeof(instruction);
    }
}
