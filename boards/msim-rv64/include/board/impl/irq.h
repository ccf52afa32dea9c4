/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* The CPU's own. */
#define BOARD_IRQ_COUNT 16u

#endif
