/* SPDX-License-Identifier: MIT */
/*
 * QEMU's `malta` machine: 16550 in ISA I/O space, and firmware values as YAMON
 * passes them (argc, argv, environment). Semihosting (MIPS UHI), if enabled, passes
 * the boot arguments and gives the emulator an exit status. Otherwise the power
 * management of the PIIX4, the PCI-to-ISA bridge, turns the machine off.
 *
 * ISA interrupts arrive through the first of two 8259s at line 2 of the CPU. The
 * second 8259 is not used.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/irq.h>
#include <board/exit_line.h>
#include <drivers/i8259.h>
#include <drivers/mmio.h>
#include <drivers/ns16550.h>

/* ISA I/O space through the system controller, uncached. */
#define ISA_IO    0xb8000000u
#define PIC_BASE  (ISA_IO + 0x20)
#define ELCR      (ISA_IO + 0x4d0) /* bit n: ISA line n is level-triggered */
#define UART_BASE (ISA_IO + 0x3f8) /* COM1 */
#define UART_LINE 4
#define PIC_LINE  2              /* of the CPU */
#define FIRST_ISA ARCH_IRQ_COUNT /* IRQ number of ISA line 0 */
#define RAM_BASE  0x80000000u
#define RAM_LIMIT 0x90000000u /* devices start at 256 MiB */

/* MIPS UHI: the operation in $25, arguments from $4 on, the result in $2. */
#define UHI_EXIT    1
#define UHI_ARGC    9
#define UHI_ARGNLEN 10
#define UHI_ARGN    11
/* QEMU's $a0 if arguments must be requested through UHI: only then is there semihosting. */
#define ARGC_ASK_UHI 0xffffffffu

#define ARGS_BYTES 256

/* PCI configuration space through the system controller, a GT-64120. */
#define PCI_ADDRESS 0xbbe00cf8u
#define PCI_DATA    0xbbe00cfcu
#define PIIX4_POWER(r) \
    (0x80000000u | 10u << 11 | 3u << 8 | (r)) /* device 10, function 3, register r */
#define PMBA        0x40                      /* base of the power registers in I/O space */
#define PMREGMISC   0x80                      /* bit 0: they can be accessed */
#define POWER_BASE  0x1000u
#define PMCNTRL     4       /* in I/O space */
#define PMCNTRL_OFF 0x2000u /* suspend, of type 0: soft off */

#ifndef BOARD_NAME
#define BOARD_NAME "malta"
#endif
const char board_name[] = BOARD_NAME;

void board_init(void)
{
    ns16550_init(UART_BASE);
    i8259_init(PIC_BASE);
    /* With an edge-triggered line, a handler that leaves bytes unread would not be called again. */
    mmio_write8(ELCR, 1u << UART_LINE);
    arch_irq_enable(PIC_LINE);
    if (mips32_tlb_pairs() == 0) {
        static const char text[] = "[board] this machine is not supported: the CPU has no TLB, "
                                   "which guarded stacks need\n";

        board_console_write(text, sizeof text - 1);
        board_exit(BOARD_EXIT_MACHINE);
    }
}

void board_console_write(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n')
            ns16550_putc(UART_BASE, '\r');
        ns16550_putc(UART_BASE, text[i]);
    }
}

int board_console_read(void)
{
    return ns16550_getc(UART_BASE);
}

static int uhi_call(int operation, int first, uintptr_t second)
{
    register int code __asm__("$25") = operation;
    register int result __asm__("$2");
    register int a0 __asm__("$4") = first;
    register uintptr_t a1 __asm__("$5") = second;

    /* sdbbp 1: not an instruction of mips2. */
    __asm__ volatile(".word 0x7000007f"
                     : "=r"(result), "+r"(code), "+r"(a0), "+r"(a1)
                     :
                     : "$3", "memory");
    return result;
}

static bool is_semihosted(void)
{
    return mips32_boot_registers[0] == ARGC_ASK_UHI;
}

/* The system controller's own registers and PCI are little endian. It swaps what it passes on as
 * configuration data. */
static uint32_t little(uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
#else
    return value;
#endif
}

/* Real hardware also needs a special PCI cycle. */
static void power_off(void)
{
    mmio_write32(PCI_ADDRESS, little(PIIX4_POWER(PMBA)));
    mmio_write32(PCI_DATA, POWER_BASE);
    mmio_write32(PCI_ADDRESS, little(PIIX4_POWER(PMREGMISC)));
    mmio_write32(PCI_DATA, 1);
    mmio_write32(ISA_IO + POWER_BASE + PMCNTRL, little(PMCNTRL_OFF));
}

/* Without semihosting, its instruction would enter a debug exception in the ROM. */
_Noreturn void board_exit(int status)
{
    if (is_semihosted())
        (void)uhi_call(UHI_EXIT, status & 0xff, 0);
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

static bool same(const char *left, const char *right)
{
    while (*left == *right && *left != '\0') {
        left++;
        right++;
    }
    return *left == *right;
}

/* YAMON's environment: names and values in turn, then NULL. */
uint64_t board_ram_claimed_bytes(void)
{
    const char *const *environment = (const char *const *)mips32_boot_registers[2];
    uint64_t bytes = 0;

    if (environment == NULL)
        return 0;
    for (; environment[0] != NULL && environment[1] != NULL; environment += 2) {
        if (!same(environment[0], "memsize"))
            continue;
        for (const char *digit = environment[1]; *digit >= '0' && *digit <= '9'; digit++)
            bytes = bytes * 10 + (uint64_t)(*digit - '0');
    }
    return bytes;
}

/* Join all arguments but the program's name into one line. */
static void ask_uhi(char *line)
{
    size_t used = 0;
    int count = uhi_call(UHI_ARGC, 0, 0);

    for (int i = 1; i < count; i++) {
        int length = uhi_call(UHI_ARGNLEN, i, 0);

        if (length <= 0 || (size_t)length > ARGS_BYTES - 2 - used)
            break;
        if (used > 0)
            line[used++] = ' ';
        if (uhi_call(UHI_ARGN, i, (uintptr_t)&line[used]) != 0)
            break;
        used += (size_t)length;
    }
    line[used] = '\0';
}

const char *board_boot_args(void)
{
    static char line[ARGS_BYTES];
    static bool asked;
    const char *const *arguments = (const char *const *)mips32_boot_registers[1];

    if (!is_semihosted())
        return mips32_boot_registers[0] >= 2 && arguments != NULL ? arguments[1] : NULL;
    if (!asked) {
        ask_uhi(line);
        asked = true;
    }
    return line;
}

int board_console_irq(void)
{
    return FIRST_ISA + UART_LINE;
}

void board_console_enable_receive(void)
{
    ns16550_enable_receive_interrupt(UART_BASE);
}

int board_irq_claim(void)
{
    int line = arch_irq_pending();

    if (line != PIC_LINE)
        return line;
    line = i8259_claim(PIC_BASE);
    return line < 0 ? -1 : FIRST_ISA + line;
}

void board_irq_complete(int irq)
{
    if (irq >= FIRST_ISA)
        i8259_complete(PIC_BASE, (unsigned)irq - FIRST_ISA);
    /* An interrupt of the CPU's own lines is cleared at its device. */
}

void board_irq_enable(unsigned irq)
{
    if (irq < FIRST_ISA)
        arch_irq_enable(irq);
    else
        i8259_enable(PIC_BASE, irq - FIRST_ISA);
}

void board_irq_disable(unsigned irq)
{
    if (irq < FIRST_ISA)
        arch_irq_disable(irq);
    else
        i8259_disable(PIC_BASE, irq - FIRST_ISA);
}
