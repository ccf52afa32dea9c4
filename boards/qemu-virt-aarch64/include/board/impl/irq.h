/* SPDX-License-Identifier: MIT */
/*
 * How many interrupt numbers this board has.
 */
#ifndef BOARD_IMPL_IRQ_H
#define BOARD_IMPL_IRQ_H

/* QEMU gives the GIC 32 private interrupts and 256 shared ones. */
#define BOARD_IRQ_COUNT 288u

#endif
