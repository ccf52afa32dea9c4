/* SPDX-License-Identifier: MIT */
/*
 * The interface of a board: console, interrupts, RAM window, boot arguments,
 * and ending the machine with a status. One board is linked into one image.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The board's name as in BOARD=, for the banner. */
extern const char board_name[];

/*
 * Map and set up console and interrupt controller. Called once, first in kernel_main().
 * What firmware has left in RAM behind the image, such as a device tree, must be read
 * or copied here: that RAM is probed next, and then belongs to the heap, unless it is reserved.
 * If the machine lacks what the kernel needs, prints one sentence about it, wherever
 * that can be read, and ends the machine with BOARD_EXIT_MACHINE.
 */
void board_init(void);

/* EXIT_MACHINE of the kernel's exit statuses. */
#define BOARD_EXIT_MACHINE 7

/*
 * Send bytes to the console; "\n" is sent as "\r\n" if a terminal needs it.
 * Waits for room in the UART. From anywhere. Before board_init() the bytes are
 * dropped if the console is not reachable yet.
 */
void board_console_write(const char *text, size_t bytes);

/*
 * The next byte typed, or -1 when there is none. Never blocks; from anywhere.
 * Once all have been read, the receive interrupt is not raised any more.
 */
int board_console_read(void);

/*
 * The IRQ number of the console's receive interrupt, or -1 if the console must be
 * polled. After board_console_enable_receive(), and while the number is enabled,
 * it is pending as long as there are typed bytes to read.
 */
int board_console_irq(void);

/* Let the console raise its receive interrupt. Does nothing if it has none. O(1). */
void board_console_enable_receive(void);

/*
 * End the machine. The emulator exits with `status` (0 to 255) if it can;
 * otherwise the last line of output states the status: "[exit] status=N". Never
 * returns: a machine that cannot be ended halts. With interrupts masked; from
 * anywhere, also from an exception handler.
 */
_Noreturn void board_exit(int status);

/* Stop in the emulator's or an attached debugger, which can continue; without one, ends the machine
 * or does nothing. */
void board_enter_debugger(void);

/*
 * The direct addresses that RAM may occupy: [base, limit). RAM is one
 * contiguous block that contains the kernel image, reserved ranges included; probing
 * finds its end.
 */
struct board_ram_window {
    uintptr_t base;
    uintptr_t limit;
    bool watched; /* accesses to absent memory are reported: touch at most its first page */
};
struct board_ram_window board_ram_window(void);

/* A range of direct addresses. */
struct board_range {
    uintptr_t base;
    size_t bytes;
};

/*
 * Entry `index` of the ranges that belong to firmware, to another processor or to the
 * device tree. The kernel neither probes nor maps them, nor gives them to the heap. Any
 * order; they may overlap, have any alignment, and lie outside of RAM. False when there
 * are no more. A board that has any sets BOARD_HAS_RESERVED to 1 in its BOARD_CFLAGS.
 */
#ifndef BOARD_HAS_RESERVED
#define BOARD_HAS_RESERVED 0
#endif
#if BOARD_HAS_RESERVED
bool board_reserved(unsigned index, struct board_range *range);
#else
static inline bool board_reserved(unsigned index, struct board_range *range)
{
    (void)index;
    (void)range;
    return false;
}
#endif

/* The size of RAM in bytes according to firmware, or 0 if there is none to ask. */
uint64_t board_ram_claimed_bytes(void);

/* The boot arguments, or NULL if there are none. Valid as long as the kernel runs. */
const char *board_boot_args(void);

/*
 * The highest-priority pending interrupt, or -1 if it is no longer pending. The
 * number is below BOARD_IRQ_COUNT, which the board defines in board/impl/irq.h.
 * Every interrupt claimed must be completed. Interrupt context.
 */
int board_irq_claim(void);
void board_irq_complete(int irq);

/*
 * Enable or mask an interrupt (below BOARD_IRQ_COUNT), also while it is being
 * served. O(1); with interrupts masked, or in an interrupt.
 */
void board_irq_enable(unsigned irq);
void board_irq_disable(unsigned irq);

#endif
