/* SPDX-License-Identifier: MIT */
/* Messages, a line each, and the end of a program that runs out of memory. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    flockfile(stderr);
    fputs("record: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    funlockfile(stderr);
    va_end(args);
}

void *must(void *memory)
{
    if (memory == NULL) {
        say("out of memory");
        exit(STATUS_NOT_RECORDED);
    }
    return memory;
}

char *text(const char *format, ...)
{
    va_list args;
    char *out = NULL;

    va_start(args, format);
    if (vasprintf(&out, format, args) < 0)
        out = NULL;
    va_end(args);
    return must(out);
}
