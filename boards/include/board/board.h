/* SPDX-License-Identifier: MIT */
/*
 * What a board provides: console, interrupts, where RAM may be, boot
 * arguments, and an end with a status. One board is linked into one image.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The board's name as in BOARD=, for the banner. */
extern const char board_name[];

/* Map and set up console and interrupt controller. Called once, first thing in kernel_main(). */
void board_init(void);

/*
 * Send bytes to the console; "\n" goes out as "\r\n" where a terminal wants
 * it. Waits for room in the UART. From anywhere, also before board_init()
 * (then the bytes are dropped if the console is not reachable yet).
 */
void board_console_write(const char *text, size_t bytes);

/* The next byte typed, or -1 when there is none. Never blocks; from anywhere. */
int board_console_read(void);

/*
 * End the machine; the emulator exits with `status` (0 to 255) where it can,
 * and prints a line with the status where it cannot. Never returns.
 */
_Noreturn void board_exit(int status);

/* Stop in the emulator's or an attached debugger and go on from there; does nothing where there is
 * none. */
void board_enter_debugger(void);

/*
 * The direct addresses that RAM may occupy: [base, limit). RAM is one
 * contiguous block that holds the kernel image; how far it reaches is for the
 * probe to find.
 */
struct board_ram_window {
    uintptr_t base;
    uintptr_t limit;
    bool watched; /* absent memory is watched: touch no more of it than the first page */
};
struct board_ram_window board_ram_window(void);

/* What firmware says about the size of RAM in bytes, or 0 when there is no firmware to ask. */
uint64_t board_ram_claimed_bytes(void);

/* The boot arguments, or NULL when the board has none to give. Lives as long as the kernel. */
const char *board_boot_args(void);

/* The IRQ number of the console's receive interrupt, or -1 when it must be polled. */
int board_console_irq(void);

/*
 * The highest-priority pending interrupt, now being served, or -1 if it went
 * away. Every claimed one must be completed. Interrupt context.
 */
int board_irq_claim(void);
void board_irq_complete(int irq);

/* Let an interrupt through. */
void board_irq_enable(unsigned irq);

#endif
