/* SPDX-License-Identifier: MIT */
/*
 * The end of a kernel that found itself broken. Interrupts stay masked, so
 * nothing runs after the message. A panic while panicking (the report follows
 * structures that may be broken) prints its message and ends at once.
 */
#include <debug.h>

#include <stdarg.h>

#include <arch/cpu.h>
#include <drivers/machine.h>
#include <exit.h>
#include <lib/print.h>

void debug_panic(const char *file, int line, const char *function, const char *format, ...)
{
    static bool panicking;
    bool first = !panicking;
    va_list arguments;

    (void)arch_interrupts_disable();
    panicking = true;

    /* The newline ends whatever line was being printed. */
    printk("\nKernel panic: ");
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n  at %s:%d in %s()\n", file, line, function);

    if (first)
        panic_report();
    machine_fail(EXIT_PANIC);
}

void debug_trace(const char *file, int line, const char *function, const char *format, ...)
{
    va_list arguments;
    /* Three calls, one line: no other context in between. */
    bool enabled = arch_interrupts_disable();

    printk("[debug] %s:%d %s(): ", file, line, function);
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n");
    arch_interrupts_restore(enabled);
}
