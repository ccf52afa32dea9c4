/* SPDX-License-Identifier: MIT */
/*
 * TAP on the console. The plan comes last, so a boot that ends early has none.
 */
#include "../include/tap.h"

#include <exit.h>
#include <lib/print.h>

static unsigned checks;
static unsigned failures;

bool tap_ok(bool holds, const char *description, ...)
{
    char text[96];
    va_list arguments;

    va_start(arguments, description);
    vsnprintk(text, sizeof text, description, arguments);
    va_end(arguments);
    checks++;
    failures += !holds;
    printk("%s %u - %s\n", holds ? "ok" : "not ok", checks, text);
    return holds;
}

bool tap_equal(uintptr_t actual, uintptr_t expected, const char *what)
{
    bool holds = tap_ok(actual == expected, "%s", what);

    if (!holds)
        printk("# actual %lu (0x%lx), expected %lu (0x%lx)\n", (unsigned long)actual,
               (unsigned long)actual, (unsigned long)expected, (unsigned long)expected);
    return holds;
}

int tap_done(void)
{
    printk("1..%u\n", checks);
    return failures == 0 && checks > 0 ? EXIT_OK : EXIT_FAILED;
}
