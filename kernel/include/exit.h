/* SPDX-License-Identifier: MIT */
/*
 * The machine's exit statuses. Every run of the kernel ends with one of them.
 */
#ifndef EXIT_H
#define EXIT_H

enum exit_status {
    EXIT_OK = 0,        /* everything requested succeeded */
    EXIT_FAILED = 1,    /* the verdict of a lab or test is FAIL */
    EXIT_PANIC = 2,     /* panic: the kernel detected an internal error */
    EXIT_EXCEPTION = 3, /* the CPU raised an unhandled exception */
    EXIT_NESTED = 4,    /* an exception inside an exception handler */
    EXIT_USAGE = 5,     /* the boot arguments name an unknown job, or are wrong for theirs */
    EXIT_DEADLOCK = 6,  /* deadlock, or no thread that could run */
    EXIT_MACHINE = 7,   /* the machine lacks a device that the kernel needs, or is not known */
};

#endif
