/* SPDX-License-Identifier: MIT */
/*
 * The exit status as a line of output, for boards whose machine cannot pass it
 * to the emulator's caller.
 */
#ifndef BOARD_EXIT_LINE_H
#define BOARD_EXIT_LINE_H

/* Print "[exit] status=N", N in decimal, 0 to 255. For board_exit(): it should be the last line.
 * O(1). */
void board_print_exit(int status);

#endif
