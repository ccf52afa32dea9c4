/* SPDX-License-Identifier: MIT */
/*
 * Two UARTs can be on the header's pins 14 and 15. Firmware chooses: the function of pin
 * 14 is 0 for the PL011, 5 for the mini UART (BCM2835 ARM Peripherals, 6.2). Without a
 * choice the PL011 is connected. Baud rates stay as firmware has set them.
 */
#include <board/board.h>

#include <arch/mmu.h>
#include <drivers/mmio.h>
#include <drivers/pl011.h>

#include "raspi3b.h"

#define GPIO_FSEL1      (PERIPHERALS + 0x200004) /* pins 10 to 19, three bits each */
#define FSEL1_PIN_14    12
#define FSEL1_BOTH_MASK (0x3fu << FSEL1_PIN_14) /* pins 14 and 15 */
#define FSEL_ALT0       4u
#define FSEL_ALT5       2u

#define PL011     (PERIPHERALS + 0x201000)
#define PL011_IRQ (32 + 57)

/* The mini UART: like a 16550, with a register in each word (2.2). */
#define AUX           (PERIPHERALS + 0x215000)
#define AUX_IRQ       (32 + 29)
#define AUX_ENABLES   (AUX + 0x04)
#define MU_IO         (AUX + 0x40)
#define MU_IER        (AUX + 0x44)
#define MU_IIR        (AUX + 0x48)
#define MU_LCR        (AUX + 0x4c)
#define MU_LSR        (AUX + 0x54)
#define MU_CNTL       (AUX + 0x60)
#define MU_ENABLED    1u
#define IER_RECEIVED  1u /* the manual's bits 0 and 1 are swapped (its errata) */
#define IIR_CLEAR     6u
#define LCR_8BIT      3u
#define CNTL_TX_RX    3u
#define LSR_HAS_DATA  1u
#define LSR_HAS_SPACE 0x20u

static enum { NOT_READY, IS_PL011, IS_MINI } kind;

void raspi3b_console_init(void)
{
    (void)arch_map_direct(GPIO_FSEL1 & ~(ARCH_PAGE_SIZE - 1), ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    uint32_t function = mmio_read32(GPIO_FSEL1);

    if ((function >> FSEL1_PIN_14 & 7) == FSEL_ALT5) {
        (void)arch_map_direct(AUX, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
        mmio_write32(AUX_ENABLES, mmio_read32(AUX_ENABLES) | MU_ENABLED);
        mmio_write32(MU_IER, 0);
        mmio_write32(MU_LCR, LCR_8BIT);
        mmio_write32(MU_IIR, IIR_CLEAR);
        mmio_write32(MU_CNTL, CNTL_TX_RX);
        kind = IS_MINI;
        return;
    }
    mmio_write32(GPIO_FSEL1, (function & ~FSEL1_BOTH_MASK) | (FSEL_ALT0 | FSEL_ALT0 << 3)
                                                                 << FSEL1_PIN_14);
    (void)arch_map_direct(PL011, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    pl011_init(PL011);
    kind = IS_PL011;
}

static void put(char c)
{
    if (kind == IS_PL011) {
        pl011_putc(PL011, c);
        return;
    }
    while ((mmio_read32(MU_LSR) & LSR_HAS_SPACE) == 0)
        ;
    mmio_write32(MU_IO, (unsigned char)c);
}

void board_console_write(const char *text, size_t bytes)
{
    for (size_t i = 0; kind != NOT_READY && i < bytes; i++) {
        if (text[i] == '\n')
            put('\r');
        put(text[i]);
    }
}

int board_console_read(void)
{
    if (kind == IS_PL011)
        return pl011_getc(PL011);
    if (kind == NOT_READY || (mmio_read32(MU_LSR) & LSR_HAS_DATA) == 0)
        return -1;
    return (int)(mmio_read32(MU_IO) & 0xff);
}

int board_console_irq(void)
{
    return kind == IS_MINI ? AUX_IRQ : PL011_IRQ;
}

void board_console_enable_receive(void)
{
    if (kind == IS_PL011)
        pl011_enable_receive_interrupt(PL011);
    else
        mmio_write32(MU_IER, IER_RECEIVED);
}
