# SPDX-License-Identifier: MIT
# Build settings for RISC-V: RV64IMA and RV32IMA, XLEN from the board. No compressed instructions: MSIM has none. -mno-relax and
# no small data: $gp is not set up. -fno-jump-tables: each computed jump in C is then a call, which the stack analysis relies on.
ARCH_SRCS := $(addprefix arch/riscv/src/,start.S machine.S entry.S firmware.S boot.c interrupt.c mmu.c trap.c context.c timer.c) \
    arch/shared/page_table.c
ARCH_TARGET_clang := --target=riscv$(XLEN)-none-elf
ARCH_CROSS_gcc := riscv64-linux-gnu-
ARCH_GCC_PACKAGE := gcc-riscv64-linux-gnu
ARCH_CFLAGS := -mabi=$(if $(filter 64,$(XLEN)),lp64,ilp32) -mcmodel=medany -mno-relax -msmall-data-limit=0 -fno-pic -fno-jump-tables \
    -fno-omit-frame-pointer
ARCH_CFLAGS_clang := -march=rv$(XLEN)ima
ARCH_CFLAGS_gcc := -march=rv$(XLEN)ima_zicsr -mstrict-align
ARCH_LDFLAGS := -m elf$(XLEN)lriscv
# Capabilities that expected output does not require here (labs/judge.awk): the CPU reads the tables, so the kernel refills no TLB.
ARCH_LACKS := tlb_refill
ARCH_LDSCRIPT := arch/riscv/kernel.lds.S
ARCH_EARLY_HEAP_BYTES := 0
ARCH_THREAD_STACK_BYTES := $(if $(filter 64,$(XLEN)),16384,8192)
