/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* 0 to 15: the CPU's own. From 16 on: source 0 (none) to 95 of the PLIC. */
#define BOARD_IRQ_COUNT 112u

#endif
