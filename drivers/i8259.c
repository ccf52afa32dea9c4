/* SPDX-License-Identifier: MIT */
/*
 * 8259A. Lines are edge-triggered unless the machine configures them otherwise.
 * The command words are named as in the data sheet (Intel 231468).
 */
#include <drivers/i8259.h>

#include <drivers/mmio.h>

#define COMMAND 0
#define DATA    1

#define ICW1_CASCADED_WITH_ICW4 0x11
#define ICW2_VECTOR             0x00 /* not used in poll mode */
#define ICW3_SECOND_ON_LINE_2   0x04
#define ICW4_8086               0x01
#define OCW1_ALL                0xff
#define OCW2_SPECIFIC_EOI       0x60
#define OCW3_POLL               0x0c
#define POLL_PENDING            0x80
#define POLL_LINE               0x07

void i8259_init(uintptr_t base)
{
    mmio_write8(base + COMMAND, ICW1_CASCADED_WITH_ICW4);
    mmio_write8(base + DATA, ICW2_VECTOR);
    mmio_write8(base + DATA, ICW3_SECOND_ON_LINE_2);
    mmio_write8(base + DATA, ICW4_8086);
    mmio_write8(base + DATA, OCW1_ALL);
}

void i8259_enable(uintptr_t base, unsigned line)
{
    mmio_write8(base + DATA, (uint8_t)(mmio_read8(base + DATA) & ~(1u << line)));
}

void i8259_disable(uintptr_t base, unsigned line)
{
    mmio_write8(base + DATA, (uint8_t)(mmio_read8(base + DATA) | 1u << line));
}

int i8259_claim(uintptr_t base)
{
    mmio_write8(base + COMMAND, OCW3_POLL);
    uint8_t answer = mmio_read8(base + COMMAND);

    return (answer & POLL_PENDING) != 0 ? answer & POLL_LINE : -1;
}

void i8259_complete(uintptr_t base, unsigned line)
{
    mmio_write8(base + COMMAND, (uint8_t)(OCW2_SPECIFIC_EOI | line));
}
