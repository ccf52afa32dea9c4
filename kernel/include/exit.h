/* SPDX-License-Identifier: MIT */
/*
 * The machine's exit statuses. Every run of the kernel ends with one.
 */
#ifndef EXIT_H
#define EXIT_H

enum exit_status {
    EXIT_OK = 0,        /* all that was asked for held */
    EXIT_FAILED = 1,    /* a lab's or a test's verdict */
    EXIT_PANIC = 2,     /* the kernel found itself broken */
    EXIT_EXCEPTION = 3, /* the CPU raised an exception that nobody mends */
    EXIT_NESTED = 4,    /* an exception while one was handled */
    EXIT_USAGE = 5,     /* boot arguments that name no job */
    EXIT_DEADLOCK = 6,  /* threads that wait for each other, or nothing left that could run */
};

#endif
