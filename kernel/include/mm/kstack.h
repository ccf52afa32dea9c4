/* SPDX-License-Identifier: MIT */
/*
 * Guarded stacks, all of THREAD_STACK_SIZE bytes (but the first, of half that,
 * where they are not mapped). A stack takes a slot of
 * address space much larger than itself and sits at its top; the rest of the
 * slot stays unmapped, so that even a frame that jumps over one page traps.
 * RAM is taken for the stack only, kept when the stack is given back, and
 * used again by the next.
 */
#ifndef MM_KSTACK_H
#define MM_KSTACK_H

#include <types.h>

/* How many bytes at the low end of each stack hold the guard pattern. */
#define KSTACK_GUARD_BYTES 64

struct kstack {
    uintptr_t base;       /* lowest usable address */
    size_t bytes;         /* up to base + bytes */
    size_t guard_bytes;   /* unmapped below base; 0 where the CPU or the preset has no pages */
    struct kstack *next;  /* in the cache */
    struct thread *owner; /* NULL in the cache */
};

/* Make room for `count` stacks; their RAM is taken when they are first used. Panics when not even
 * the table fits. Once, on the boot stack. */
void kstack_init(size_t count);

/*
 * A stack, filled with the watermark pattern and its guard region in place.
 * Cost: writing it once. NULL iff all slots are in use or RAM has run out. Not
 * from an interrupt.
 */
struct kstack *kstack_alloc(void);

/* Give a stack back; nobody may use it any more once interrupts are enabled. O(1), from anywhere
 * with interrupts masked. */
void kstack_free(struct kstack *stack);

/* Write the guard pattern again after it was found trampled, for who decides to go on. O(1), from
 * anywhere. */
void kstack_mend_guard(struct kstack *stack);

/* The stack whose memory or unmapped pages contain `address`, or NULL. From anywhere, also from a
 * fault handler. */
struct kstack *kstack_find(uintptr_t address);

#endif
