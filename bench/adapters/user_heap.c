/* SPDX-License-Identifier: MIT */
/*
 * A user's heap, HEAP=FILE.c, as a shared library for the benchmark on the host
 * (docs/bench.md). USER(alloc) is FILE_alloc. The kernel's functions that such a
 * file may call do nothing here, except that a panic ends the program.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

bool USER(init)(void *arena, size_t bytes);
void *USER(alloc)(size_t bytes);
void USER(free)(void *block);

int bench_arena(void *arena, size_t bytes)
{
    return USER(init)(arena, bytes) ? 0 : -1;
}

void *malloc(size_t bytes)
{
    return USER(alloc)(bytes == 0 ? 1 : bytes);
}

void free(void *block)
{
    if (block != NULL)
        USER(free)(block);
}

void printk(const char *format, ...)
{
    (void)format;
}

_Noreturn void debug_panic(const char *file, int line, const char *function, const char *format,
                           ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "%s:%d: %s(): panic: ", file, line, function);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    _exit(1);
}
