/* SPDX-License-Identifier: MIT */
/*
 * Prints through the board's own console function, without printk: a board does
 * not include the kernel.
 */
#include <board/exit_line.h>

#include <board/board.h>

void board_print_exit(int status)
{
    char line[] = "[exit] status=   \n";
    size_t at = sizeof line - 5;
    unsigned value = (unsigned)status & 0xff;
    unsigned power = value >= 100 ? 100 : value >= 10 ? 10 : 1;

    for (; power > 0; power /= 10)
        line[at++] = (char)('0' + value / power % 10);
    line[at++] = '\n';
    board_console_write(line, at);
}
