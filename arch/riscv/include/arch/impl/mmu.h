/* SPDX-License-Identifier: MIT */
/*
 * RISC-V translation: Sv39, or Sv32 on RV32; pages of 4 KiB. In the course preset
 * there is none. The linker script includes this file.
 */
#ifndef ARCH_IMPL_MMU_H
#define ARCH_IMPL_MMU_H

#include <config/course.h>

#define ARCH_PAGE_SIZE        4096u
#define ARCH_HAS_STACK_WINDOW (!CONFIG_COURSE)
#define ARCH_HAS_PROBE_TEST   1
#if CONFIG_COURSE
#define ARCH_DIRECT_ALIGN 16u
#else
#define ARCH_DIRECT_ALIGN ARCH_PAGE_SIZE
#endif
#if CONFIG_COURSE
#define ARCH_STACK_GUARD_BYTES 0
#elif __riscv_xlen == 64
#define ARCH_STACK_GUARD_BYTES 0xc000
#else
#define ARCH_STACK_GUARD_BYTES 0x6000
#endif

#endif
