/* SPDX-License-Identifier: MIT */
/*
 * PL011. The baud rate is left as firmware or emulator set it.
 */
#include <drivers/pl011.h>

#include <drivers/mmio.h>

#define DR    0x00
#define FR    0x18
#define LCR_H 0x2c
#define CR    0x30
#define IMSC  0x38
#define ICR   0x44

#define FR_BUSY         (1u << 3)
#define FR_RX_EMPTY     (1u << 4)
#define FR_TX_FULL      (1u << 5)
#define LCR_FIFO_8BIT   (1u << 4 | 3u << 5)
#define CR_ENABLE_TX_RX (1u << 0 | 1u << 8 | 1u << 9)
#define INT_RX          (1u << 4)
#define INT_RX_TIMEOUT  (1u << 6)

void pl011_init(uintptr_t base)
{
    /* While it is off, a character that firmware has sent is lost in the middle, and a change of
     * LCR_H is not allowed while it is being sent (DDI 0183, 3.3.8). */
    while ((mmio_read32(base + FR) & FR_BUSY) != 0)
        ;
    mmio_write32(base + CR, 0);
    mmio_write32(base + ICR, 0x7ff);
    mmio_write32(base + LCR_H, LCR_FIFO_8BIT);
    mmio_write32(base + IMSC, 0);
    mmio_write32(base + CR, CR_ENABLE_TX_RX);
}

void pl011_enable_receive_interrupt(uintptr_t base)
{
    /* The other comes only when the FIFO has reached its trigger level. */
    mmio_write32(base + IMSC, INT_RX | INT_RX_TIMEOUT);
}

void pl011_putc(uintptr_t base, char c)
{
    while ((mmio_read32(base + FR) & FR_TX_FULL) != 0)
        ;
    mmio_write32(base + DR, (unsigned char)c);
}

int pl011_getc(uintptr_t base)
{
    if ((mmio_read32(base + FR) & FR_RX_EMPTY) != 0)
        return -1;
    return (int)(mmio_read32(base + DR) & 0xff);
}
