/* SPDX-License-Identifier: MIT */
/*
 * 16550. The baud rate is left as firmware or emulator set it.
 */
#include <drivers/ns16550.h>

#include <drivers/mmio.h>

#define RBR_THR 0
#define IER     1
#define FCR     2
#define LCR     3
#define MCR     4
#define LSR     5

#define IER_RECEIVED         0x01
#define FCR_ENABLE_AND_CLEAR 0x07
#define LCR_8N1              0x03
#define MCR_DTR_RTS          0x03
#define MCR_OUT2             0x08 /* on PCs, connects the interrupt line */
#define LSR_DATA_READY       0x01
#define LSR_THR_EMPTY        0x20

void ns16550_init(uintptr_t base)
{
    mmio_write8(base + IER, 0);
    mmio_write8(base + LCR, LCR_8N1);
    mmio_write8(base + FCR, FCR_ENABLE_AND_CLEAR);
    mmio_write8(base + MCR, MCR_DTR_RTS);
}

void ns16550_enable_receive_interrupt(uintptr_t base)
{
    mmio_write8(base + MCR, MCR_DTR_RTS | MCR_OUT2);
    mmio_write8(base + IER, IER_RECEIVED);
}

void ns16550_putc(uintptr_t base, char c)
{
    while ((mmio_read8(base + LSR) & LSR_THR_EMPTY) == 0)
        ;
    mmio_write8(base + RBR_THR, (uint8_t)c);
}

int ns16550_getc(uintptr_t base)
{
    if ((mmio_read8(base + LSR) & LSR_DATA_READY) == 0)
        return -1;
    return mmio_read8(base + RBR_THR);
}
