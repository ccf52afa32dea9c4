/* SPDX-License-Identifier: MIT */
/*
 * Guard region and watermark of a stack that grows down.
 *
 *     | guard pattern | fill pattern ...      | in use |
 *     ^ low           ^ low + guard_bytes              ^ low + bytes
 *
 * The guard region at the low end holds one pattern. If it has changed, the stack
 * was too small. The rest is filled with another pattern. The lowest byte that has
 * changed marks the greatest depth so far. Weaknesses: patterns show writes, not
 * frames, so a large buffer that is never written goes unnoticed, and so does a
 * write of the pattern's own value; and they show a write only at the next check.
 * An unmapped page below the stack has neither weakness.
 *
 * Any address and length are accepted, also unaligned ones. Checkers only read:
 * they may be called from anywhere, also for the running stack and from a fault
 * handler. No function blocks.
 */
#ifndef MEM_STACK_H
#define MEM_STACK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Prepare a stack that is not in use: guard pattern in the lowest guard_bytes
 * (at most `bytes`), fill pattern above. O(bytes).
 *
 * For the stack that the caller itself runs on, pass as `bytes` the distance
 * from `low` to somewhere safely below its stack pointer.
 */
void mem_stack_fill(void *low, size_t bytes, size_t guard_bytes);

/* Write or mend the guard region only. O(guard_bytes). */
void mem_stack_guard_write(void *low, size_t guard_bytes);

/* Whether the guard region is intact. O(guard_bytes), a compare per word. */
bool mem_stack_guard_ok(const void *low, size_t guard_bytes);

/*
 * The lowest address of the guard region that has changed: how far the stack
 * got, or a write through a wrong pointer. NULL iff intact. O(guard_bytes).
 */
const void *mem_stack_guard_first_bad(const void *low, size_t guard_bytes);

/* How many bytes of the guard region have changed. O(guard_bytes). */
size_t mem_stack_guard_bad_bytes(const void *low, size_t guard_bytes);

/*
 * The most bytes that were ever in use, counted from the top, after
 * mem_stack_fill(). Exact to the byte, except for bytes that were written with
 * the pattern's value. When the guard region has changed, the bytes above its
 * lowest changed one all count: more than bytes - guard_bytes says overflow.
 * O(bytes never used).
 */
size_t mem_stack_high_watermark(const void *low, size_t bytes, size_t guard_bytes);

#endif
