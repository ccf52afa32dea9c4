/* SPDX-License-Identifier: MIT */
/*
 * The MSIM simulator as its course configures it: a printer at physical
 * 0x10000000, RAM from 0. The run script patches boot arguments into the image.
 * The keyboard is optional: an unattended machine has none. It holds one byte,
 * and the next one overwrites it, 4096 instructions later at the earliest.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/impl/end.h>
#include <arch/irq.h>
#include <board/exit_line.h>
#include <drivers/mmio.h>

#define PRINTER      0xb0000000u /* uncached */
#define KEYBOARD     0xb0000008u /* the last byte typed, 0 once it has been read */
#define KEYBOARD_IRQ 3           /* see boards/msim/run; pending until the byte is read */
#define RAM_BASE     0x80000000u
#define RAM_LIMIT    0x90000000u /* the printer lies above: a probe must not print */

const char board_name[] = "msim";

void board_init(void)
{
}

void board_console_write(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        mmio_write8(PRINTER, (uint8_t)text[i]);
}

int board_console_read(void)
{
    uint32_t typed = mmio_read32(KEYBOARD);

    return typed > 0 && typed <= UINT8_MAX ? (int)typed : -1; /* all ones if there is no keyboard */
}

/*
 * The simulator always exits with 0: the run script reads the status from this
 * line. With -X the simulator does not know its own instruction.
 */
_Noreturn void board_exit(int status)
{
    board_print_exit(status);
    mips32_ending = true;
    __asm__ volatile(".word 0x28" : : : "memory"); /* MSIM's own instruction: halt the machine */
    arch_halt();
}

void board_enter_debugger(void)
{
    __asm__ volatile(
        ".word 0x29"); /* MSIM's own instruction: interactive mode, halt without a terminal */
}

struct board_ram_window board_ram_window(void)
{
    /* A dnomem device may be anywhere. */
    return (struct board_ram_window){.base = RAM_BASE, .limit = RAM_LIMIT, .watched = true};
}

uint64_t board_ram_claimed_bytes(void)
{
    return 0;
}

const char *board_boot_args(void)
{
    return mips32_image_args();
}

int board_console_irq(void)
{
    return KEYBOARD_IRQ;
}

void board_console_enable_receive(void)
{
    /* It is never off. */
}

int board_irq_claim(void)
{
    return arch_irq_pending();
}

void board_irq_complete(int irq)
{
    (void)irq; /* cleared at its device */
}

void board_irq_enable(unsigned irq)
{
    arch_irq_enable(irq);
}

void board_irq_disable(unsigned irq)
{
    arch_irq_disable(irq);
}
