/* SPDX-License-Identifier: MIT */
/* Messages on standard error, and memory allocation that ends the program on failure. */
#ifndef TOOLS_RECORD_PROGRAM_SAY_H
#define TOOLS_RECORD_PROGRAM_SAY_H

/* Exit statuses; 126, 127 and 128 as used by env, nice and the shell. */
enum exit_status {
    STATUS_NOT_RECORDED = 1,
    STATUS_USAGE = 2,
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128, /* and the signal's number */
};

/* Print a line that begins with "record: ". */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

/* Returns its argument; if that is NULL, ends the program. */
void *must(void *memory);

/* Returns a new formatted string. */
__attribute__((format(printf, 1, 2))) char *text(const char *format, ...);

#endif
