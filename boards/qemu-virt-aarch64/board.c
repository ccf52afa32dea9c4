/* SPDX-License-Identifier: MIT */
/*
 * QEMU's `virt` machine (docs/system/arm/virt) and machines like it, as their device
 * tree describes them: console, interrupt controller, timer, memory, reserved ranges
 * and the call of the firmware. Only the start of RAM is fixed, because the image is
 * linked to an address. If something is missing, the machine is refused in one
 * sentence.
 *
 * The machine ends through semihosting with an exit status, otherwise through PSCI
 * without one.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/impl/firmware.h>
#include <arch/mmu.h>
#include <arch/probe.h>
#include <board/exit_line.h>
#include <board/impl/irq.h>
#include <drivers/fdt.h>
#include <drivers/gicv2.h>
#include <drivers/gicv3.h>
#include <drivers/mmio.h>
#include <drivers/pl011.h>

#define RAM_BASE  UINT64_C(0x40000000)
#define RAM_LIMIT UINT64_C(0x4000000000) /* 256 GiB: the window of stacks starts here */
/* The bytes of a device tree may be at most this far below the end of RAM_LIMIT. */
#define TREE_BYTES_MAX 0x200000u
/* QEMU's console, for a last sentence if no device tree names one. */
#define DEFAULT_UART 0x09000000u

#define SEMIHOSTING_WRITE0           0x04
#define SEMIHOSTING_EXIT             0x18
#define ADP_STOPPED_APPLICATION_EXIT 0x20026
#define PSCI_SYSTEM_OFF              0x84000008u

#define FIRST_PRIVATE 16
#define FIRST_SHARED  32

const char board_name[] = "qemu-virt-aarch64";

static const uint8_t *tree; /* NULL: none */
static size_t tree_bytes;
static uintptr_t uart; /* 0: none yet */
static int uart_irq = -1;
/* The interrupt controller is one of these: a GICv3 if that has a redistributor. */
static struct gicv2 gicv2;
static struct gicv3 gicv3;
/* The instruction that calls the firmware. */
static enum { NO_CONDUIT, CONDUIT_HVC, CONDUIT_SMC } conduit;

/* --- The end of the machine --------------------------------------------------------------------
 */

_Noreturn void board_exit(int status)
{
    const uint64_t reason_and_code[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint64_t)status};

    (void)aarch64_semihosting(SEMIHOSTING_EXIT, reason_and_code);
    board_print_exit(status);
    if (conduit == CONDUIT_HVC)
        (void)aarch64_hvc(PSCI_SYSTEM_OFF);
    else if (conduit == CONDUIT_SMC)
        (void)aarch64_smc(PSCI_SYSTEM_OFF);
    arch_halt();
}

static size_t length_of(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}

static void say(const char *text)
{
    if (uart != 0)
        board_console_write(text, length_of(text));
    else
        (void)aarch64_semihosting(SEMIHOSTING_WRITE0, (const uint64_t *)(const void *)text);
}

/* Whether a PL011 answers there: its identification (DDI 0183, 3.3.13 and 3.3.14). */
static bool is_pl011(uintptr_t base)
{
    static const uint8_t id[] = {0x11, 0x10, 0, 0, 0x0d, 0xf0, 0x05, 0xb1};
    uintptr_t value;

    if (!arch_probe_read(base, &value))
        return false;
    for (unsigned i = 0; i < sizeof id; i++) {
        /* Bytes 2 and 3 hold a revision. */
        if (i != 2 && i != 3 && (mmio_read32(base + 0xfe0 + 4 * i) & 0xff) != id[i])
            return false;
    }
    return true;
}

static _Noreturn void refuse(const char *why)
{
    if (uart == 0 && arch_map_direct(DEFAULT_UART, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE) &&
        is_pl011(DEFAULT_UART)) {
        pl011_init(DEFAULT_UART);
        uart = DEFAULT_UART;
    }
    say("[board] this machine is not supported: ");
    say(why);
    say("\n");
    board_exit(BOARD_EXIT_MACHINE);
}

/* --- Reading the device tree -------------------------------------------------------------------
 */

static uintptr_t page_of(uintptr_t address)
{
    return address & ~(uintptr_t)(ARCH_PAGE_SIZE - 1);
}

/* Map whole pages around [base, base + bytes). */
static bool map_around(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    uintptr_t first = page_of(base);

    return arch_map_direct(first, page_of(base + bytes - 1) - first + ARCH_PAGE_SIZE, kind);
}

/* The header is read through an uncached mapping, which allows no speculative reads around it. */
static void find_tree(void)
{
    uintptr_t at = aarch64_device_tree != 0 ? aarch64_device_tree : RAM_BASE;
    uintptr_t value;

    if (at < RAM_BASE || at > RAM_LIMIT - TREE_BYTES_MAX || at % 8 != 0)
        refuse("the device tree's address makes no sense");
    (void)map_around(at, 8, ARCH_MAP_DEVICE);
    size_t bytes = arch_probe_read(at, &value) ? fdt_blob_bytes((const void *)at) : 0;

    arch_unmap_direct(page_of(at), ARCH_PAGE_SIZE);
    if (bytes == 0 || bytes > TREE_BYTES_MAX)
        refuse("there is no device tree, neither in x0 nor at the start of RAM");
    if (!map_around(at, bytes, ARCH_MAP_RO))
        refuse("no page tables for the device tree");
    tree = (const uint8_t *)at;
    tree_bytes = bytes;
}

/* The first enabled node that lists one of two names. */
static bool find(const char *compatible, const char *or_compatible, struct fdt_node *node)
{
    for (bool more = fdt_first(tree, tree_bytes, node); more; more = fdt_next(node)) {
        if ((fdt_is_compatible(node, compatible) || fdt_is_compatible(node, or_compatible)) &&
            fdt_is_enabled(node))
            return true;
    }
    return false;
}

/* Interrupt `index` of a node of the GIC's: type, number and trigger, a cell each; -1: none. */
static int interrupt_of(const struct fdt_node *node, unsigned index)
{
    struct fdt_property interrupts = fdt_node_property(node, "interrupts");

    if (interrupts.bytes / 12 <= index)
        return -1;
    uint64_t number = fdt_cells(interrupts, 3 * index + 1, 1);

    number += fdt_cells(interrupts, 3 * index, 1) == 0 ? FIRST_SHARED : FIRST_PRIVATE;
    return number < BOARD_IRQ_COUNT ? (int)number : -1;
}

/* Entry `index` of the node's "reg", mapped as registers; 0: there is none. */
static uintptr_t map_registers(const struct fdt_node *node, unsigned index, size_t bytes)
{
    struct fdt_range range;

    if (!fdt_reg(node, index, &range) || range.base == 0 || range.base >= RAM_LIMIT ||
        range.bytes < bytes || !map_around((uintptr_t)range.base, bytes, ARCH_MAP_DEVICE))
        return 0;
    return (uintptr_t)range.base;
}

/* --- Console -----------------------------------------------------------------------------------
 */

/* The node's unit address is part of the path in stdout-path, so two consoles are told apart. */
static bool is_chosen(const struct fdt_node *node, struct fdt_property path)
{
    size_t at = 1; /* the path of a child of the root */

    if (path.bytes < 2 || path.data[0] != '/' || node->depth != 2)
        return false;
    while (at < path.bytes && path.data[at] == (uint8_t)node->name[at - 1] && path.data[at] != '\0')
        at++;
    return at < path.bytes && node->name[at - 1] == '\0' &&
           (path.data[at] == '\0' || path.data[at] == ':');
}

/* The PL011 that /chosen names; if it names another device or none, the first one. */
static void find_console(void)
{
    struct fdt_property path = fdt_find(tree, tree_bytes, "/chosen", "stdout-path");
    struct fdt_node node, first;
    bool found = false;

    for (bool more = fdt_first(tree, tree_bytes, &node) && fdt_next_compatible(&node, "arm,pl011");
         more; more = fdt_next_compatible(&node, "arm,pl011")) {
        if (!found || is_chosen(&node, path))
            first = node;
        found = true;
    }
    uintptr_t base = found ? map_registers(&first, 0, ARCH_PAGE_SIZE) : 0;

    if (base == 0)
        refuse("the device tree names no console that this kernel drives (arm,pl011)");
    pl011_init(base);
    uart = base;
    uart_irq = interrupt_of(&first, 0);
}

void board_console_write(const char *text, size_t bytes)
{
    if (uart == 0)
        return;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n')
            pl011_putc(uart, '\r');
        pl011_putc(uart, text[i]);
    }
}

int board_console_read(void)
{
    return uart != 0 ? pl011_getc(uart) : -1;
}

int board_console_irq(void)
{
    return uart_irq;
}

void board_console_enable_receive(void)
{
    pl011_enable_receive_interrupt(uart);
}

/* --- Interrupts --------------------------------------------------------------------------------
 */

/* The frames of all CPUs follow each other; only this CPU's stay mapped. 0: none is this CPU's. */
static uintptr_t find_redistributor(const struct fdt_node *node, uint64_t affinity)
{
    struct fdt_property count = fdt_node_property(node, "#redistributor-regions");
    unsigned regions = count.data == NULL ? 1 : (unsigned)fdt_cells(count, 0, 1);
    struct fdt_range region;

    for (unsigned i = 1; i <= regions && fdt_reg(node, i, &region); i++) {
        uintptr_t stride = GICV3_REDISTRIBUTOR_BYTES;

        for (uint64_t at = 0; stride != 0 && at < region.bytes; at += stride) {
            uintptr_t base = (uintptr_t)(region.base + at);

            if (!arch_map_direct(base, GICV3_REDISTRIBUTOR_BYTES, ARCH_MAP_DEVICE))
                return 0;
            if (gicv3_is_redistributor_of(base, affinity, &stride))
                return base;
            arch_unmap_direct(base, GICV3_REDISTRIBUTOR_BYTES);
        }
    }
    return 0;
}

static void find_gicv3(const struct fdt_node *node)
{
    gicv3.affinity = aarch64_affinity();
    gicv3.secure = aarch64_entry_level == 3;
    gicv3.distributor = map_registers(node, 0, 0x10000);
    gicv3.redistributor = find_redistributor(node, gicv3.affinity);
    if (gicv3.distributor == 0 || gicv3.redistributor == 0)
        refuse("the GICv3 has no registers for this core in the device tree");
    if (!gicv3_init(&gicv3))
        refuse("the GICv3's system registers are not accessible at EL1 (ICC_SRE_EL1.SRE = 0)");
}

static void find_interrupts(void)
{
    struct fdt_node node;

    if (find("arm,gic-v3", "arm,gic-v3", &node)) {
        find_gicv3(&node);
        return;
    }
    if (!find("arm,cortex-a15-gic", "arm,gic-400", &node))
        refuse("the device tree names no interrupt controller that this kernel drives "
               "(arm,gic-v3, arm,cortex-a15-gic, arm,gic-400)");
    gicv2.distributor = map_registers(&node, 0, 0x1000);
    gicv2.cpu_interface = map_registers(&node, 1, 0x1000);
    if (gicv2.distributor == 0 || gicv2.cpu_interface == 0)
        refuse("the GICv2 has no registers in the device tree");
    gicv2_init(&gicv2);
}

static void find_timer(void)
{
    struct fdt_node node;

    if (aarch64_timer_hz() == 0)
        refuse("firmware has not set the frequency of the timer's counter (CNTFRQ_EL0 = 0)");
    /* In order: secure physical, physical, virtual, hypervisor. */
    if (!find("arm,armv8-timer", "arm,armv8-timer", &node) || interrupt_of(&node, 2) < 0)
        refuse("the device tree names no virtual timer (arm,armv8-timer)");
    aarch64_timer_set_irq((unsigned)interrupt_of(&node, 2));
}

static bool is_v3(void)
{
    return gicv3.redistributor != 0;
}

int board_irq_claim(void)
{
    return is_v3() ? gicv3_claim() : gicv2_claim(&gicv2);
}

void board_irq_complete(int irq)
{
    if (is_v3())
        gicv3_complete(irq);
    else
        gicv2_complete(&gicv2, irq);
}

void board_irq_enable(unsigned irq)
{
    if (is_v3())
        gicv3_enable(&gicv3, irq);
    else
        gicv2_enable(&gicv2, irq);
}

void board_irq_disable(unsigned irq)
{
    if (is_v3())
        gicv3_disable(&gicv3, irq);
    else
        gicv2_disable(&gicv2, irq);
}

/* --- Memory, arguments -------------------------------------------------------------------------
 */

struct board_ram_window board_ram_window(void)
{
    return (struct board_ram_window){.base = RAM_BASE, .limit = RAM_LIMIT};
}

/* The bytes that some node of memory claims from `at` on; 0: none does. */
static uint64_t claimed_at(uint64_t at)
{
    struct fdt_node node;
    struct fdt_range range;

    for (bool more = fdt_first(tree, tree_bytes, &node); more; more = fdt_next(&node)) {
        struct fdt_property type = fdt_node_property(&node, "device_type");

        if (type.bytes != sizeof "memory" || type.data[0] != 'm' || !fdt_is_enabled(&node))
            continue;
        for (unsigned i = 0; fdt_reg(&node, i, &range); i++) {
            if (range.base == at)
                return range.bytes;
        }
    }
    return 0;
}

/* Nodes may follow each other: a machine with several banks has one for each. */
uint64_t board_ram_claimed_bytes(void)
{
    uint64_t bytes = 0, more;

    while ((more = claimed_at(RAM_BASE + bytes)) != 0)
        bytes += more;
    return bytes;
}

bool board_reserved(unsigned index, struct board_range *range)
{
    struct fdt_range entry = {(uintptr_t)tree, tree_bytes};

    if (index > 0 && !fdt_reserved(tree, tree_bytes, index - 1, &entry))
        return false;
    *range = (struct board_range){(uintptr_t)entry.base, (size_t)entry.bytes};
    return true;
}

const char *board_boot_args(void)
{
    struct fdt_property args = fdt_find(tree, tree_bytes, "/chosen", "bootargs");

    if (args.data == NULL || args.bytes == 0 || args.data[args.bytes - 1] != '\0')
        return NULL;
    return (const char *)args.data;
}

/* --- Boot --------------------------------------------------------------------------------------
 */

/* "hvc", or "smc" if the machine has an EL2. After EL3 nothing answers, whatever the tree says. */
static void find_conduit(void)
{
    struct fdt_property method = fdt_find(tree, tree_bytes, "/psci", "method");

    if (aarch64_entry_level == 3 || method.bytes != sizeof "hvc")
        return;
    if (method.data[0] == 'h')
        conduit = CONDUIT_HVC;
    else if (method.data[0] == 's')
        conduit = CONDUIT_SMC;
}

void board_init(void)
{
    find_tree();
    find_conduit();
    find_console();
    find_interrupts();
    find_timer();
    if (board_ram_claimed_bytes() > RAM_LIMIT - RAM_BASE)
        refuse("it has RAM above 256 GiB, and the kernel's 39-bit address space ends at 512 GiB, "
               "with the stacks' window between");
}

void board_enter_debugger(void)
{
    /* A location for gdb: `break board_enter_debugger`. Without gdb this does nothing. */
    __asm__ volatile("nop");
}
