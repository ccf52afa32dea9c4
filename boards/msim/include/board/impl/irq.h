/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* The CPU's lines. */
#define BOARD_IRQ_COUNT 8u

#endif
