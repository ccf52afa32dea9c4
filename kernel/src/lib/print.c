/* SPDX-License-Identifier: MIT */
/*
 * printk and related functions: the formatter with the console or a buffer as
 * its sink. The console gets each piece as soon as it is formatted, so if
 * formatting faults (a bad pointer for %s), the preceding text has been
 * printed.
 */
#include <lib/print.h>

#include <arch/cpu.h>
#include <board/board.h>
#include <lib/format.h>
#include <lib/string.h>

static void console_sink_write(void *context, const char *text, size_t count)
{
    (void)context;
    board_console_write(text, count);
}

void vprintk(const char *format, va_list arguments)
{
    struct format_sink sink = {.write = console_sink_write};
    bool enabled = arch_interrupts_disable();

    format_vprint(&sink, format, arguments);
    arch_interrupts_restore(enabled);
}

void printk(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
}

void puts(const char *text)
{
    printk("%s\n", text);
}

struct buffer_sink {
    char *next;
    size_t room; /* without the NUL */
};

static void buffer_sink_write(void *context, const char *text, size_t count)
{
    struct buffer_sink *buffer = context;
    size_t fits = count < buffer->room ? count : buffer->room;

    memcpy(buffer->next, text, fits);
    buffer->next += fits;
    buffer->room -= fits;
}

size_t vsnprintk(char *buffer, size_t bytes, const char *format, va_list arguments)
{
    char nowhere[1];
    struct buffer_sink target = {.next = bytes > 0 ? buffer : nowhere,
                                 .room = bytes > 0 ? bytes - 1 : 0};
    struct format_sink sink = {.write = buffer_sink_write, .context = &target};

    format_vprint(&sink, format, arguments);
    *target.next = '\0';
    return sink.written;
}

size_t snprintk(char *buffer, size_t bytes, const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = vsnprintk(buffer, bytes, format, arguments);
    va_end(arguments);
    return length;
}
