/* SPDX-License-Identifier: MIT */
/*
 * Printing on the console. Interrupts are masked during a call, so the output
 * of two contexts never interleaves within one call. There is no lock and no
 * buffer, so a fault handler may print even if the fault occurred inside
 * printk. Slow: every call waits until the console has accepted its bytes.
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
 * Print into a buffer of `bytes` bytes. The text is terminated with NUL if
 * bytes > 0, and truncated if it does not fit. Returns the length of the whole
 * text without the NUL: it was truncated iff the result is >= bytes. Masks
 * interrupts only while %pA inspects the allocators.
 */
size_t snprintk(char *buffer, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t vsnprintk(char *buffer, size_t bytes, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
