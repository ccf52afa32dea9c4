/* SPDX-License-Identifier: MIT */
/*
 * Printing on the console. Interrupts are masked for the duration of a call,
 * so output of two contexts never interleaves inside one; there is no lock and
 * no buffer, so a fault handler may print even when the fault happened inside
 * printk. Slow: every call waits until the console has taken its bytes.
 */
#ifndef LIB_PRINT_H
#define LIB_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Print. The formats are those of lib/format.h. From anywhere. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Print a string and a newline. NULL prints (null). From anywhere. */
void puts(const char *text);

/*
 * Print into a buffer of `bytes` bytes, terminated with NUL whenever bytes > 0,
 * cut off when it does not fit. Returns the length of the whole text, without
 * the NUL: it was cut iff the result is >= bytes. Leaves interrupts alone.
 */
size_t snprintk(char *buffer, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t vsnprintk(char *buffer, size_t bytes, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
