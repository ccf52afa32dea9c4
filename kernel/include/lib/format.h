/* SPDX-License-Identifier: MIT */
/*
 * Formatted printing into a sink. It is independent of the console, has no
 * state, allocates no memory, uses under 512 bytes of stack (1 KiB with %pL),
 * and needs no runtime library: 64-bit decimals are divided here even on 32-bit
 * machines.
 *
 *     %[flags][width][.precision][length]conversion
 *
 *     flags       - left adjust, 0 pad with zeros, + and space as a sign,
 *                 # 0x or 0 in front
 *     width       a number or *; a negative * adjusts left
 *     precision   a number or *: minimum of digits, or maximum of characters of %s;
 *                 a negative * counts as none
 *     length      hh h l ll z t j, for d i u x X o
 *     conversion  d i u x X o c s p %
 *
 * As in C, with these differences: %p prints 0x and the digits (0x0 for NULL)
 * and ignores a precision, # and signs; %s prints (null) for NULL, in full even
 * under a short precision; width and precision are limited to 9999.
 *
 * The letters L, F and A right after %p print more about the pointer:
 *     %pL  a list:       0xADDR[empty], or 0xADDR[3: 0xA-0xB-0xC], or, if its links
 *          disagree, 0xADDR[corrupt after 2: 0xA-0xB]
 *     %pF  a function:   the pointer, then its first four machine words in brackets
 *     %pA  an allocation: the pointer, then the output of kmem_describe() in brackets
 * With CONFIG_PRINT_POINTER_EXTENSIONS 0 only L has this meaning; F and A are
 * ordinary text. With CONFIG_PRINT_NIL 1, a NULL pointer prints (nil).
 *
 * Any other conversion (also %n, %f, a % at the end, a length where it makes no
 * sense) prints itself. The number of its arguments is unknown, so everything
 * after it prints itself too, and no further argument is read.
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* The destination of the text. */
struct format_sink {
    /* Takes `count` bytes, which are not terminated; count > 0. */
    void (*write)(void *context, const char *text, size_t count);
    void *context;
    size_t written; /* bytes so far; starts at 0 */
};

/*
 * Print into the sink. Cost: linear in the output. Does not block by itself;
 * from any context in which the sink's write may be called.
 */
void format_vprint(struct format_sink *sink, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void format_print(struct format_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Print the part of %pL, %pF and %pA after the pointer, brackets included.
 * These functions are linked, not registered, so they work from the first
 * printk on.
 */
void format_pointer_list(struct format_sink *sink, const void *list);
void format_pointer_function(struct format_sink *sink, const void *function);
void format_pointer_allocation(struct format_sink *sink, const void *block);

#endif
