/* SPDX-License-Identifier: MIT */
/*
 * Exceptions by cause (MIPS32 PRA III, table 9.50) that other faults do not
 * raise; each is a boot job "fault=cause_<name>".
 */
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <types.h>

#define CAUSE(cause, instructions)                                                           \
    static int cause_##cause(void)                                                           \
    {                                                                                        \
        __asm__ volatile(".set push\n\t.set noreorder\n\t.set noat\n\t"                      \
                         "lui $1, 0x8000\n\t" instructions "\n\t.set pop" ::                 \
                             : "$1", "$2", "memory");                                        \
        printk("[fault] nothing happened FAIL\n");                                           \
        return EXIT_OK;                                                                      \
    }                                                                                        \
    JOB(fault_cause_##cause, .kind = "fault", .name = "cause_" #cause, .run = cause_##cause, \
        .summary = "the instruction: " instructions)

CAUSE(ades, "sw $1, 0x7ffe($1)");
CAUSE(adel, "lh $2, 0x7001($1)");
CAUSE(sys, "syscall");
CAUSE(bp, "break");
CAUSE(ri, ".word 0x7c00ffff");
CAUSE(cpu, ".word 0x44020000"); /* mfc1 */
CAUSE(ov, "add $2, $1, $1");
CAUSE(tr, "teq $0, $0");
CAUSE(slot, "beq $0, $0, .+8; lw $2, 3($1)");

/* Without a frame: the return address is only in its register. */
__attribute__((noinline)) static int load_byte_as_word(uintptr_t at)
{
    return *(volatile int *)at;
}

static int cause_leaf(void)
{
    volatile uintptr_t at = 0x80001001; /* compilers load a known misaligned word in pieces */

    printk("[fault] %d was there FAIL\n", load_byte_as_word(at));
    return EXIT_OK;
}

JOB(fault_cause_leaf, .kind = "fault", .name = "cause_leaf", .run = cause_leaf,
    .summary = "a misaligned load in a function that saves nothing");
