/* SPDX-License-Identifier: MIT */
/*
 * QEMU's `virt` machine with GICv3 (docs/system/arm/virt): addresses, and the
 * end of the machine: through semihosting with an exit status, otherwise through
 * PSCI without one.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/firmware.h>
#include <arch/mmu.h>
#include <board/exit_line.h>
#include <drivers/fdt.h>
#include <drivers/gicv3.h>
#include <drivers/pl011.h>

#define GICD_BASE  0x08000000u
#define GICD_BYTES 0x10000u
#define GICR_BASE  0x080a0000u
#define GICR_BYTES 0x20000u
#define UART_BASE  0x09000000u
#define UART_IRQ   33 /* SPI 1 */
#define RAM_BASE   UINT64_C(0x40000000)
#define RAM_LIMIT  UINT64_C(0x4000000000) /* 256 GiB: PCIe and high devices start here */
/* The tree lies in the 2 MiB between the start of RAM and the image. */
#define FDT_LIMIT 0x200000u

#define SEMIHOSTING_EXIT             0x18
#define ADP_STOPPED_APPLICATION_EXIT 0x20026
#define PSCI_SYSTEM_OFF              0x84000008u

const char board_name[] = "qemu-virt-aarch64";

static const struct gicv3 gic = {.distributor = GICD_BASE, .redistributor = GICR_BASE};
static bool console_ready;

void board_init(void)
{
    /* The first mappings after boot: the table array is nearly empty, so these cannot fail. */
    (void)arch_map_direct(UART_BASE, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    (void)arch_map_direct(GICD_BASE, GICD_BYTES, ARCH_MAP_DEVICE);
    (void)arch_map_direct(GICR_BASE, GICR_BYTES, ARCH_MAP_DEVICE);
    pl011_init(UART_BASE);
    console_ready = true;
    gicv3_init(&gic);
}

void board_console_write(const char *text, size_t bytes)
{
    if (!console_ready)
        return;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n')
            pl011_putc(UART_BASE, '\r');
        pl011_putc(UART_BASE, text[i]);
    }
}

int board_console_read(void)
{
    return console_ready ? pl011_getc(UART_BASE) : -1;
}

/* The firmware's node states the conduit: "hvc", or "smc" if the machine has an EL2. */
static void power_off(void)
{
    struct fdt_property method = fdt_find((const void *)RAM_BASE, FDT_LIMIT, "/psci", "method");

    if (method.data == NULL || method.bytes != sizeof "hvc")
        return;
    if (method.data[0] == 'h')
        aarch64_hvc(PSCI_SYSTEM_OFF);
    else if (method.data[0] == 's')
        aarch64_smc(PSCI_SYSTEM_OFF);
}

_Noreturn void board_exit(int status)
{
    const uint64_t reason_and_code[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint64_t)status};

    aarch64_semihosting(SEMIHOSTING_EXIT, reason_and_code);
    board_print_exit(status);
    power_off();
    arch_halt();
}

void board_enter_debugger(void)
{
    /* A location for gdb: `break board_enter_debugger`. Without gdb this does nothing. */
    __asm__ volatile("nop");
}

struct board_ram_window board_ram_window(void)
{
    return (struct board_ram_window){.base = RAM_BASE, .limit = RAM_LIMIT};
}

uint64_t board_ram_claimed_bytes(void)
{
    /* #address-cells = #size-cells = 2 at the root of this machine's tree. */
    return fdt_cells(fdt_find((const void *)RAM_BASE, FDT_LIMIT, "/memory", "reg"), 2, 2);
}

const char *board_boot_args(void)
{
    struct fdt_property args = fdt_find((const void *)RAM_BASE, FDT_LIMIT, "/chosen", "bootargs");

    if (args.data == NULL || args.bytes == 0 || args.data[args.bytes - 1] != '\0')
        return NULL;
    return (const char *)args.data;
}

int board_console_irq(void)
{
    return UART_IRQ;
}

void board_console_enable_receive(void)
{
    pl011_enable_receive_interrupt(UART_BASE);
}

int board_irq_claim(void)
{
    return gicv3_claim();
}

void board_irq_complete(int irq)
{
    gicv3_complete(irq);
}

void board_irq_enable(unsigned irq)
{
    gicv3_enable(&gic, irq);
}

void board_irq_disable(unsigned irq)
{
    gicv3_disable(&gic, irq);
}
