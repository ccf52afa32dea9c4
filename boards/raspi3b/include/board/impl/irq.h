/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* 26 to 30: timers of the core, as a GIC numbers them. From 32 on: the 64 interrupts of the GPU's
 * devices. */
#define BOARD_IRQ_COUNT 96u

#endif
