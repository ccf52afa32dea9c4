/* SPDX-License-Identifier: MIT */
/*
 * The MSIM simulator with a RISC-V CPU, 32 or 64 bits, as its course configures
 * it: RAM from 0x80000000, a printer behind the most that it may take. The run
 * script patches boot arguments into the page below the image. The keyboard is
 * optional: an unattended machine has none. It holds one byte, and the next one
 * overwrites it, 4096 instructions later at the earliest.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <board/exit_line.h>
#include <drivers/mmio.h>

#define RAM_BASE  0x80000000u
#define RAM_LIMIT 0x90000000u /* the printer lies above: a probe must not print */
#define PRINTER   0x90000000u
#define KEYBOARD  0x90000008u       /* the last byte typed, 0 once it has been read */
#define BOOT_ARGS (RAM_BASE + 0x80) /* NUL-terminated */

#if __riscv_xlen == 64
const char board_name[] = "msim-rv64";
#else
const char board_name[] = "msim-rv32";
#endif

static bool is_mapped;

void board_init(void)
{
    /* The first mappings after boot: the table array is nearly empty, so these cannot fail. */
    (void)arch_map_direct(PRINTER, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    (void)arch_map_direct(RAM_BASE, ARCH_PAGE_SIZE, ARCH_MAP_RW);
    is_mapped = true;
}

void board_console_write(const char *text, size_t bytes)
{
    for (size_t i = 0; is_mapped && i < bytes; i++)
        mmio_write8(PRINTER, (uint8_t)text[i]);
}

int board_console_read(void)
{
    uint32_t typed = mmio_read32(KEYBOARD);

    return typed > 0 && typed <= UINT8_MAX ? (int)typed : -1; /* all ones if there is no keyboard */
}

/*
 * The simulator always exits with 0: the run script reads the status from this
 * line. With -X the simulator does not know its own instruction, and the CPU
 * continues at the halt.
 */
_Noreturn void board_exit(int status)
{
    board_print_exit(status);
    __asm__ volatile("csrci sstatus, 2\n\t"
                     "csrw stvec, %0\n\t"
                     ".word 0x8c000073" /* MSIM's own instruction: halt the machine */
                     :
                     : "r"(arch_halt)
                     : "memory");
    arch_halt();
}

void board_enter_debugger(void)
{
    __asm__ volatile("ebreak"); /* MSIM's interactive mode; halts without a terminal */
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
    return (const char *)BOOT_ARGS;
}

int board_console_irq(void)
{
    return RISCV_IRQ_EXTERNAL;
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
    (void)irq; /* cleared at its source */
}

void board_irq_enable(unsigned irq)
{
    arch_irq_enable(irq);
}

void board_irq_disable(unsigned irq)
{
    arch_irq_disable(irq);
}
