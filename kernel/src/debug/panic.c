/* SPDX-License-Identifier: MIT */
/*
 * Panics. Interrupts stay masked, so no other code runs after the message. A
 * panic inside a panic (the report reads structures that may be damaged) prints
 * its message and ends at once.
 */
#include <debug.h>

#include <stdarg.h>

#include <arch/cpu.h>
#include <drivers/machine.h>
#include <exit.h>
#include <lib/print.h>

static void (*report)(void);

void panic_set_report(void (*new_report)(void))
{
    report = new_report;
}

void debug_panic(const char *file, int line, const char *function, const char *format, ...)
{
    static bool panicking;
    bool first = !panicking;
    va_list arguments;

    (void)arch_interrupts_disable();
    panicking = true;

    /* The newline ends a partly printed line. */
    printk("\nKernel panic: ");
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n  at %s:%d in %s()\n", file, line, function);

    if (first && report != NULL)
        report();
    machine_fail(EXIT_PANIC);
}

void debug_trace(const char *file, int line, const char *function, const char *format, ...)
{
    va_list arguments;
    /* Three calls print one line: no other context may print in between. */
    bool enabled = arch_interrupts_disable();

    printk("[debug] %s:%d %s(): ", file, line, function);
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n");
    arch_interrupts_restore(enabled);
}
