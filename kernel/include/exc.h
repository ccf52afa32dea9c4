/* SPDX-License-Identifier: MIT */
/*
 * Masking interrupts on this CPU: the kernel's only lock as long as it uses one
 * CPU. Calls nest: each restore takes the result of the matching disable.
 */
#ifndef EXC_H
#define EXC_H

#include <types.h>

#include <arch/cpu.h>

/* Mask interrupts. Returns whether they were enabled. O(1), from anywhere. */
static inline bool interrupts_disable(void)
{
    return arch_interrupts_disable();
}

/* Enable interrupts iff `enabled`, which interrupts_disable() returned. O(1), from anywhere. */
static inline void interrupts_restore(bool enabled)
{
    arch_interrupts_restore(enabled);
}

#endif
