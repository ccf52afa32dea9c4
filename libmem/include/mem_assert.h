/* SPDX-License-Identifier: MIT */
/*
 * Assertions state the beliefs of libmem's code at the place that relies on them. A failure means a
 * bug in libmem, or damage to its memory that its checks cannot report. Misuse that they can report
 * never fails an assertion. Conditions have no side effects. Choose for the whole build of libmem:
 *
 *   default                         off: costs nothing
 *   -DMEM_ASSERTS=1                 on in all modules; a failure executes __builtin_trap()
 *   -DMEM_HEAP_PRESET=3 (paranoid)  on, unless -DMEM_ASSERTS=0
 *   -D'MEM_ASSERT(condition)=...'   your own expression, whatever MEM_ASSERTS is; may not return
 *
 * The heap's presets (see mem_heap.h) are numbered here, because one of them turns assertions on in
 * all modules. -D'MEM_CONFIG=<file.h>' names a header of yours that is included first: it may
 * define all these macros, and a build then recompiles only the files that depend on it.
 */
#ifndef MEM_ASSERT_H
#define MEM_ASSERT_H

#define MEM_HEAP_TINY     0
#define MEM_HEAP_DEFAULT  1
#define MEM_HEAP_DEBUG    2
#define MEM_HEAP_PARANOID 3

#ifdef MEM_CONFIG
#include MEM_CONFIG
#endif

#ifndef MEM_HEAP_PRESET
#define MEM_HEAP_PRESET MEM_HEAP_DEFAULT
#endif

#ifndef MEM_ASSERTS
#define MEM_ASSERTS (MEM_HEAP_PRESET >= MEM_HEAP_PARANOID)
#endif

#ifndef MEM_ASSERT
#if MEM_ASSERTS
#define MEM_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#else
/* The compiler checks the condition, and generates no code for it. */
#define MEM_ASSERT(condition) ((void)(0 && (condition)))
#endif
#endif

#endif
