/* SPDX-License-Identifier: MIT */
/*
 * Client side of the icount tool: reads the number of instructions that this
 * process has executed.
 *
 *       unsigned long before = icount_read();
 *       work();
 *       unsigned long taken = icount_read() - before;   includes a small constant, see below
 *
 * Run the program with bench/count/run.sh. Outside the tool icount_read()
 * always returns 0. The difference of two reads contains a constant: the second
 * read's own instructions and any that the compiler placed between. Measure an
 * empty call in the same way and subtract it. On 32-bit guests the total wraps
 * at 2^32; differences of unsigned longs remain correct.
 */
#ifndef BENCH_COUNT_ICOUNT_H
#define BENCH_COUNT_ICOUNT_H

/* 'I','C' in the upper half, as in VG_USERREQ_TOOL_BASE('I', 'C'); request number 0. */
#define ICOUNT_READ 0x49430000u

#ifndef ICOUNT_TOOL_SIDE
#include <valgrind/valgrind.h>

/* The total so far; 0 outside valgrind. Cost: see above. */
static inline unsigned long icount_read(void)
{
    return VALGRIND_DO_CLIENT_REQUEST_EXPR(0, ICOUNT_READ, 0, 0, 0, 0, 0);
}
#endif

#endif
