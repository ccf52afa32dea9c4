/* SPDX-License-Identifier: MIT */
/*
 * MIPS32 address space: kseg0 is direct and needs no tables; the stack window
 * lies in kseg2, 4 KiB pages in pairs through the TLB. Pages have no execute
 * bit, so ARCH_MAP_RW cannot keep code from running there.
 */
#ifndef ARCH_IMPL_MMU_H
#define ARCH_IMPL_MMU_H

#include <config/course.h>

#define ARCH_PAGE_SIZE 4096u
/* kseg0 has no pages. */
#define ARCH_DIRECT_ALIGN     8u
#define ARCH_HAS_STACK_WINDOW (!CONFIG_COURSE)
#define ARCH_HAS_PROBE_TEST   1
/* Pages for it are in layout.h. */
#define ARCH_STACK_GUARD_BYTES (ARCH_HAS_STACK_WINDOW ? 0x3000 : 0)

#endif
