/* SPDX-License-Identifier: MIT */
/*
 * Formatted printing into a sink. Knows no console, keeps no state, allocates
 * nothing, uses under 512 bytes of stack (1 KiB with %pL), and needs no runtime library: also
 * 64-bit decimals on 32-bit machines are divided here.
 *
 *   %[flags][width][.precision][length]conversion
 *
 *   flags       - left adjust, 0 pad with zeros, + and space as a sign,
 *               # 0x or 0 in front
 *   width       a number or *; a negative * adjusts left
 *   precision   a number or *; the fewest digits, or the most characters of %s;
 *               a negative * is as none
 *   length      hh h l ll z t j, for d i u x X o
 *   conversion  d i u x X o c s p %
 *
 * As in C, with these differences: %p prints 0x and the digits (0x0 for NULL)
 * and ignores a precision, # and signs; %s prints (null) for NULL, whole even
 * under a short precision; width and precision stop at 9999.
 *
 * The letters L, F and A right after %p ask for more about the pointer:
 *   %pL  a list:       0xADDR[empty], or 0xADDR[3: 0xA-0xB-0xC], or, when its links
 *        disagree, 0xADDR[corrupt after 2: 0xA-0xB]
 *   %pF  a function:   the pointer, then its first machine words in brackets
 *   %pA  an allocation: the pointer, then what kmem_describe() says in brackets
 * With CONFIG_PRINT_POINTER_EXTENSIONS 0, only L does; F and A are ordinary text.
 *
 * A conversion that is none of these (also %n, %f, a % at the end, a length
 * where it makes no sense) prints itself. How many arguments it stands for is
 * not known, so everything after it prints itself too: no argument is read
 * that may not be there.
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where text goes. */
struct format_sink {
    /* Takes `count` bytes, which are not terminated; count > 0. */
    void (*write)(void *context, const char *text, size_t count);
    void *context;
    size_t written; /* bytes so far; starts at 0 */
};

/*
 * Print into the sink. Cost: linear in the output. Never blocks by itself;
 * from anywhere that the sink's write is allowed.
 */
void format_vprint(struct format_sink *sink, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void format_print(struct format_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Pass text to the sink as it is. */
void format_write(struct format_sink *sink, const char *text, size_t count);

/*
 * What follows the pointer of %pL, %pF and %pA, brackets included. Not
 * attached by registration but by linking, so that they work from the first
 * printk on.
 */
void format_pointer_list(struct format_sink *sink, const void *list);
void format_pointer_function(struct format_sink *sink, const void *function);
void format_pointer_allocation(struct format_sink *sink, const void *block);

#endif
