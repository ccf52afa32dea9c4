/* SPDX-License-Identifier: MIT */
/*
 * QEMU's RISC-V `virt` machine (docs/system/riscv/virt), with firmware or
 * without, 64 or 32 bits. The end of the machine: through semihosting with an
 * exit status, otherwise through the SiFive test device without one.
 *
 * QEMU puts the device tree at the end of RAM, which becomes the kernel's heap.
 * So what the kernel needs of it is copied before RAM is probed.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/impl/firmware.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <board/exit_line.h>
#include <board/impl/irq.h>
#include <drivers/fdt.h>
#include <drivers/mmio.h>
#include <drivers/ns16550.h>
#include <drivers/plic.h>

#define TEST_BASE 0x00100000u
#define TEST_PASS 0x5555u
#define PLIC_BASE 0x0c000000u
#define UART_BASE 0x10000000u
#define UART_IRQ  (ARCH_IRQ_COUNT + 10)
#define RAM_BASE  0x80000000u
#if __riscv_xlen == 64
#define RAM_LIMIT ((uintptr_t)0x2000000000) /* the stack window */
const char board_name[] = "qemu-virt-riscv64";
#else
#define RAM_LIMIT ((uintptr_t)0xc0000000) /* the most that QEMU gives a 32-bit machine */
const char board_name[] = "qemu-virt-riscv32";
#endif
/* Larger trees are not read. */
#define FDT_LIMIT ((size_t)0x10000)

#define ARGS_BYTES 2048

#define SEMIHOSTING_EXIT             0x18
#define SEMIHOSTING_EXIT_EXTENDED    0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

static struct plic plic = {.base = PLIC_BASE};
static bool console_ready;
static char args[ARGS_BYTES];
static uint64_t claimed_bytes;

/* Longer arguments than fit are no arguments. */
static void copy_args(struct fdt_property property)
{
    if (property.data == NULL || property.bytes > sizeof args)
        return;
    for (size_t i = 0; i < property.bytes; i++)
        args[i] = (char)property.data[i];
    args[sizeof args - 1] = '\0';
}

static void read_tree(void)
{
    uintptr_t page = riscv_device_tree & ~(uintptr_t)(ARCH_PAGE_SIZE - 1);
    size_t bytes = FDT_LIMIT + ARCH_PAGE_SIZE; /* it need not begin at a page */
    const void *tree = (const void *)riscv_device_tree;

    if (riscv_device_tree < RAM_BASE || !arch_map_direct(page, bytes, ARCH_MAP_RO))
        return;
    /* #address-cells = #size-cells = 2 at the root of this machine's tree. */
    claimed_bytes = fdt_cells(fdt_find(tree, FDT_LIMIT, "/memory", "reg"), 2, 2);
    copy_args(fdt_find(tree, FDT_LIMIT, "/chosen", "bootargs"));
    arch_unmap_direct(page, bytes);
}

static void say(const char *text)
{
    size_t bytes = 0;

    while (text[bytes] != '\0')
        bytes++;
    board_console_write(text, bytes);
}

void board_init(void)
{
    /* The first mappings after boot: the table array is nearly empty, so these cannot fail. */
    (void)arch_map_direct(UART_BASE, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    (void)arch_map_direct(TEST_BASE, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    ns16550_init(UART_BASE);
    console_ready = true;
    if (!riscv_can_translate()) {
        say("[board] this machine is not supported: its CPU has no Sv39, or with 32 bits no "
            "Sv32\n");
        board_exit(BOARD_EXIT_MACHINE);
    }
    read_tree();
    plic.context = 2 * cpu_local()->id + 1; /* S-mode of this hart */
    for (unsigned i = 0; i < PLIC_PAGES; i++)
        (void)arch_map_direct(plic_page(&plic, i), ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    plic_init(&plic, BOARD_IRQ_COUNT - ARCH_IRQ_COUNT - 1);
    arch_irq_enable(RISCV_IRQ_EXTERNAL);
}

void board_console_write(const char *text, size_t bytes)
{
    if (!console_ready)
        return;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n')
            ns16550_putc(UART_BASE, '\r');
        ns16550_putc(UART_BASE, text[i]);
    }
}

int board_console_read(void)
{
    return console_ready ? ns16550_getc(UART_BASE) : -1;
}

/* On RV32, only the extended operation has a status. */
_Noreturn void board_exit(int status)
{
    const uintptr_t reason_and_code[2] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)status};

    riscv_semihosting(__riscv_xlen == 64 ? SEMIHOSTING_EXIT : SEMIHOSTING_EXIT_EXTENDED,
                      reason_and_code);
    board_print_exit(status);
    mmio_write32(TEST_BASE, TEST_PASS);
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
    return claimed_bytes;
}

const char *board_boot_args(void)
{
    return args;
}

int board_console_irq(void)
{
    return UART_IRQ;
}

void board_console_enable_receive(void)
{
    ns16550_enable_receive_interrupt(UART_BASE);
}

int board_irq_claim(void)
{
    int irq = arch_irq_pending();

    if (irq != RISCV_IRQ_EXTERNAL)
        return irq;
    unsigned source = plic_claim(&plic);

    return source == 0 ? -1 : (int)(ARCH_IRQ_COUNT + source);
}

void board_irq_complete(int irq)
{
    if ((unsigned)irq >= ARCH_IRQ_COUNT)
        plic_complete(&plic, (unsigned)irq - ARCH_IRQ_COUNT);
    /* An interrupt of the CPU's own is cleared at its source. */
}

void board_irq_enable(unsigned irq)
{
    if (irq < ARCH_IRQ_COUNT)
        arch_irq_enable(irq);
    else
        plic_enable(&plic, irq - ARCH_IRQ_COUNT);
}

void board_irq_disable(unsigned irq)
{
    if (irq < ARCH_IRQ_COUNT)
        arch_irq_disable(irq);
    else
        plic_disable(&plic, irq - ARCH_IRQ_COUNT);
}
