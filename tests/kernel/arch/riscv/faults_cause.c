/* SPDX-License-Identifier: MIT */
/*
 * Exceptions by cause (Privileged Architecture 1.12, table 4.2) that other faults
 * do not raise; each is a boot job "fault=riscv_<name>".
 */
#include <exit.h>
#include <irq.h>
#include <job.h>
#include <lib/print.h>
#include <types.h>

#include "../../include/raise.h"

static int survived(void)
{
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

static int riscv_illegal(void)
{
    __asm__ volatile("li t3, 0x7a5a\n\t.word 0" ::: "t3", "memory");
    return survived();
}

JOB(fault_riscv_illegal, .kind = "fault", .name = "riscv_illegal", .run = riscv_illegal,
    .summary = "an instruction that does not exist");

/* It calls nothing: the return address may be only in its register. */
__attribute__((noinline)) static int load_at(uintptr_t at)
{
    int value = *(volatile int *)at;

    __asm__ volatile("" ::: "memory"); /* the end of the function's frame stays behind the load */
    return value;
}

static int riscv_leaf(void)
{
    volatile uintptr_t at = 16; /* compilers refuse a known address of nothing */

    printk("[fault] %d was there FAIL\n", load_at(at));
    return EXIT_OK;
}

JOB(fault_riscv_leaf, .kind = "fault", .name = "riscv_leaf", .run = riscv_leaf,
    .summary = "a load in a function that calls nothing");

/* As if wild code had written it: entry and report must not depend on it. */
static int riscv_tp(void)
{
    __asm__ volatile("li tp, 0x5a5a\n\t.word 0" ::: "memory");
    return survived();
}

JOB(fault_riscv_tp, .kind = "fault", .name = "riscv_tp", .run = riscv_tp,
    .summary = "an exception while tp is damaged");

static void enable_interrupts(void *unused)
{
    (void)unused;
    __asm__ volatile("csrsi sstatus, 2" ::: "memory");
}

static int riscv_nested(void)
{
    (void)irq_register(raise_irq(), enable_interrupts, NULL);
    raise_line();
    return survived();
}

JOB(fault_riscv_nested, .kind = "fault", .name = "riscv_nested", .run = riscv_nested,
    .summary = "an interrupt inside a handler, which has enabled interrupts");
