/* SPDX-License-Identifier: MIT */
/*
 * Finds where RAM ends, by writing and reading back.
 *
 * RAM must be contiguous from `base` to its end. A hole may go unnoticed, and is
 * then counted as RAM. Nothing is assumed about absent memory: it may raise a bus
 * error, read as zeros, ones or the last value on the bus, and drop writes. It
 * may also be an alias of RAM: if address lines are not decoded, RAM repeats
 * every 2^k bytes. RAM then starts at a multiple of 2^k, so it ends at the first
 * multiple above base.
 *
 * Effects of a probe: two words at or above base and below limit are saved,
 * overwritten and restored. Aliases are searched for first, by writing only to
 * the page at base and reading elsewhere. So a write never reaches the running
 * kernel below base through an alias, with two exceptions: the distance of
 * repetition is not a power of two, or limit lies below the first alias of base.
 * Even then only two words change, for the time of a few accesses.
 *
 * The caller must mask interrupts; stop DMA and other processors that use this
 * memory; keep limit below devices and other addresses where an access has side
 * effects; and map the window uncached, because with a write-back cache absent
 * memory looks present.
 */
#ifndef MEM_PROBE_H
#define MEM_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Accesses to one naturally aligned word; false = bus error. Reads must reach
 * the bus each time. The library keeps nothing between calls.
 */
struct mem_probe_ops {
    bool (*read)(void *ctx, uintptr_t addr, uintptr_t *value);
    bool (*write)(void *ctx, uintptr_t addr, uintptr_t value);
    void *ctx;

    /*
     * May be NULL; only the walk uses it, to be faster. Whether there is RAM at addr and
     * in the word below: both words must keep different values, then their complements, and
     * hold what they held before when it returns. Between writing a word and reading it, the
     * other one is written. False also for a bus error.
     */
    bool (*test)(void *ctx, uintptr_t addr);
};

/*
 * How many bytes of RAM there are from `base`, which may be of any alignment.
 * Touches nothing below base, nor at or above `limit`; limit 0 means the top of
 * the address space. `step` is a power of two of at least four words: RAM is
 * measured up to its last multiple of step, so a smaller tail does not count.
 * Memory is left as it was.
 *
 * Cost: at most 2 log2(RAM / step) places are written, and at each a word per
 * power of two below it is read: 30 places, 184 writes and 622 reads for 3 GiB
 * in steps of 4 KiB. 0 when there is no RAM at base, not a step of it, or an
 * argument makes no sense. Not from an interrupt.
 */
size_t mem_probe_end(const struct mem_probe_ops *ops, uintptr_t base, uintptr_t limit, size_t step);

/*
 * The same for machines that watch absent memory, and whose RAM does not repeat
 * (repetition is not looked for): goes from step to step and touches nothing
 * more than one step beyond the end of RAM. A hole of a step or more is its
 * end. Cost: a place per step is written, 6 writes and 6 reads each, or a call of test.
 */
size_t mem_probe_walk(const struct mem_probe_ops *ops, uintptr_t base, uintptr_t limit,
                      size_t step);

#endif
