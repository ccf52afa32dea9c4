/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* 0 to 7: the CPU's lines. 8 to 15: ISA lines 0 to 7. */
#define BOARD_IRQ_COUNT 16u

#endif
