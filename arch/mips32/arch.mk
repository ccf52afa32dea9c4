# SPDX-License-Identifier: MIT
# Build settings for MIPS32, little endian unless the board adds -EB. The code is mips2, because MSIM's R4000 executes
# mips32's own instructions wrongly; there is no small-data section, because $gp is not set up.
ARCH_SRCS := $(addprefix arch/mips32/src/,vectors.S start.S cache.S cpu.c mmu.c trap.c context.c timer.c report.c unwind.c)
ARCH_TARGET_clang := --target=mipsel-none-elf
ARCH_CROSS_gcc := mipsel-linux-gnu-
ARCH_GCC_PACKAGE := gcc-mipsel-linux-gnu
ARCH_CFLAGS := -mabi=32 -march=mips2 -msoft-float -G0 -mno-abicalls -fno-pic -fomit-frame-pointer
ARCH_CFLAGS_clang :=
ARCH_CFLAGS_gcc := -mno-check-zero-division
# -mno-abicalls for the linker, which generates the code with LTO.
ARCH_LTO_LDFLAGS := -mllvm -mattr=+noabicalls
# Capabilities that expected output does not require here (labs/judge.awk): the kernel is in kseg0, which has no page protection, and code
# keeps no frame pointers, so a backtrace may lack functions.
ARCH_LACKS := page_protection frame_pointers
ARCH_LDSCRIPT := arch/mips32/kernel.lds.S
ARCH_EARLY_HEAP_BYTES := 0
ARCH_THREAD_STACK_BYTES := 4096
# The window of 2 MiB then still holds 8.
ARCH_THREAD_STACK_BYTES_RANGE := 4096..65536/4096
