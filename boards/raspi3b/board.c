/* SPDX-License-Identifier: MIT */
/*
 * Raspberry Pi 3 Model B. RAM starts at address 0; the GPU keeps its upper end, and its
 * firmware tells how much. Below the image lie the firmware's code for parked cores and
 * their spin table; the kernel neither maps nor uses that memory, so page 0 stays
 * unmapped. A device tree is used if firmware passes one: for boot arguments and
 * reserved memory.
 */
#include <board/board.h>

#include <arch/cpu.h>
#include <arch/impl/boot.h>
#include <arch/impl/firmware.h>
#include <arch/mmu.h>
#include <board/exit_line.h>
#include <drivers/fdt.h>

#include "raspi3b.h"

/* What the GPU leaves with the default split, if its firmware does not answer. */
#define DEFAULT_MEMORY_END 0x3b400000u
#define TREE_BYTES_MAX     0x200000u

#define SEMIHOSTING_COMMAND_LINE     0x15
#define SEMIHOSTING_EXIT             0x18
#define ADP_STOPPED_APPLICATION_EXIT 0x20026
#define ARGS_BYTES                   512

const char board_name[] = "raspi3b";

static uint32_t memory_end; /* as firmware says; 0: it does not say */
static const uint8_t *tree; /* NULL: none */
static size_t tree_bytes;

_Noreturn void board_exit(int status)
{
    const uint64_t reason_and_code[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint64_t)status};

    (void)aarch64_semihosting(SEMIHOSTING_EXIT, reason_and_code);
    board_print_exit(status);
    raspi3b_power_off();
    arch_halt();
}

static _Noreturn void refuse(const char *why)
{
    static const char text[] = "[board] this machine is not supported: ";
    size_t bytes = 0;

    while (why[bytes] != '\0')
        bytes++;
    board_console_write(text, sizeof text - 1);
    board_console_write(why, bytes);
    board_console_write("\n", 1);
    board_exit(BOARD_EXIT_MACHINE);
}

/* Map [base, base + bytes), in whole pages. */
static bool map_tree(uintptr_t base, size_t bytes, enum arch_map_kind kind)
{
    uintptr_t first = base & ~(uintptr_t)(ARCH_PAGE_SIZE - 1);
    uintptr_t last = (base + bytes - 1) & ~(uintptr_t)(ARCH_PAGE_SIZE - 1);

    return arch_map_direct(first, last - first + ARCH_PAGE_SIZE, kind);
}

/* If x0 is no address of a tree, there is none: firmware without one passes other values. */
static void find_tree(void)
{
    uintptr_t at = aarch64_device_tree;

    if (at == 0 || at % 8 != 0 || at >= DEFAULT_MEMORY_END || !map_tree(at, 8, ARCH_MAP_DEVICE))
        return;
    size_t bytes = fdt_blob_bytes((const void *)at);

    arch_unmap_direct(at & ~(uintptr_t)(ARCH_PAGE_SIZE - 1), ARCH_PAGE_SIZE);
    if (bytes == 0 || bytes > TREE_BYTES_MAX || !map_tree(at, bytes, ARCH_MAP_RO))
        return;
    tree = (const uint8_t *)at;
    tree_bytes = bytes;
}

void board_init(void)
{
    raspi3b_console_init();
    raspi3b_interrupts_init();
    memory_end = raspi3b_memory_end();
    find_tree();
    if (aarch64_timer_hz() == 0)
        refuse("firmware has not set the frequency of the timer's counter (CNTFRQ_EL0 = 0)");
}

void board_enter_debugger(void)
{
    /* A location for gdb: `break board_enter_debugger`. Without gdb this does nothing. */
    __asm__ volatile("nop");
}

struct board_ram_window board_ram_window(void)
{
    uint32_t limit = memory_end != 0 ? memory_end : DEFAULT_MEMORY_END;

    return (struct board_ram_window){.base = 0, .limit = limit & ~(ARCH_PAGE_SIZE - 1)};
}

uint64_t board_ram_claimed_bytes(void)
{
    return memory_end;
}

bool board_reserved(unsigned index, struct board_range *range)
{
    struct fdt_range entry = {(uintptr_t)tree, tree_bytes};

    if (tree == NULL || (index > 0 && !fdt_reserved(tree, tree_bytes, index - 1, &entry)))
        return false;
    *range = (struct board_range){(uintptr_t)entry.base, (size_t)entry.bytes};
    return true;
}

/* The command line of semihosting begins with the name of the kernel. */
static const char *ask_semihosting(void)
{
    static char line[ARGS_BYTES];
    const uint64_t block[2] = {(uintptr_t)line, sizeof line};
    const char *at = line;

    if (line[0] == '\0' && aarch64_semihosting(SEMIHOSTING_COMMAND_LINE, block) != 0)
        return NULL;
    while (*at != '\0' && *at != ' ')
        at++;
    return *at == ' ' ? at + 1 : at;
}

const char *board_boot_args(void)
{
    struct fdt_property args = {NULL, 0};

    if (tree != NULL)
        args = fdt_find(tree, tree_bytes, "/chosen", "bootargs");
    if (args.data != NULL && args.bytes > 0 && args.data[args.bytes - 1] == '\0')
        return (const char *)args.data;
    return ask_semihosting();
}
