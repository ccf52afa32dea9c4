/* SPDX-License-Identifier: MIT */
/*
 * Guarded stacks of THREAD_STACK_SIZE bytes each (without a stack window the
 * first has half of that). A stack takes a slot of address space much larger
 * than itself and lies at its top. The rest of the slot stays unmapped, so even
 * a frame that jumps over one page traps. RAM is allocated for the stack only,
 * kept when the stack is freed, and reused by the next.
 */
#ifndef MM_KSTACK_H
#define MM_KSTACK_H

#include <arch/mmu.h>
#include <config/thread_stack_bytes.h>
#include <types.h>

/* Bytes at the low end of each stack that hold the guard pattern. */
#define KSTACK_GUARD_BYTES 64

struct kstack {
    uintptr_t base;       /* lowest usable address */
    size_t bytes;         /* up to base + bytes */
    size_t guard_bytes;   /* unmapped below base: ARCH_STACK_GUARD_BYTES */
    struct kstack *older; /* the one that was made before */
    struct kstack *next;  /* in the cache */
    struct thread *owner; /* NULL in the cache */
};

/* Find the window. Once, on the boot stack. */
void kstack_init(void);

/*
 * Allocate a stack, filled with the watermark pattern, its guard region in
 * place. Cost: writing it once. Returns NULL iff the window is full or RAM is
 * exhausted. Not from an interrupt.
 */
struct kstack *kstack_alloc(void);

/*
 * Free a stack; it must not be used once interrupts are enabled. O(1), from
 * anywhere with interrupts masked.
 */
void kstack_free(struct kstack *stack);

/* Restore a corrupted guard pattern, for handlers that decide to continue. O(1), from anywhere. */
void kstack_mend_guard(struct kstack *stack);

/*
 * The stack whose memory or unmapped range contains `address`, or NULL. From
 * anywhere, also from a fault handler.
 */
struct kstack *kstack_find(uintptr_t address);

#endif
