/* SPDX-License-Identifier: MIT */
/*
 * Debugging aids. panic() and panic_if() are always active; dprintk() and
 * assert() only with KERNEL_DEBUG (make KERNEL_DEBUG=1). Conditions and
 * arguments must have no side effects: without KERNEL_DEBUG they are compiled
 * but never evaluated.
 */
#ifndef DEBUG_H
#define DEBUG_H

#include <config/kernel_debug.h>

#if CONFIG_KERNEL_DEBUG && !defined(KERNEL_DEBUG)
#define KERNEL_DEBUG 1
#endif

/* The text of a macro's value: QUOTE_ME(PAGE_BYTES) is "4096". */
#define QUOTE_ME_UNEXPANDED(text) #text
#define QUOTE_ME(text)            QUOTE_ME_UNEXPANDED(text)

/*
 * Called by the macros. debug_panic() prints "Kernel panic: " and the message
 * on one line and the location on the next, calls the function that
 * panic_set_report() has set, and ends the machine with EXIT_PANIC. From
 * anywhere, also with interrupts masked and inside a fault handler; a panic
 * inside a panic skips the report.
 */
_Noreturn void debug_panic(const char *file, int line, const char *function, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));
void debug_trace(const char *file, int line, const char *function, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Set the function that debug_panic() calls after its message, to print threads
 * and a backtrace; NULL: none. It runs with interrupts masked and may panic
 * itself. O(1), from anywhere.
 */
void panic_set_report(void (*report)(void));

/*
 * End the machine, for states in which continuing would give wrong results.
 * Takes a printk format and arguments. Never returns.
 */
#define panic(...) debug_panic(__FILE__, __LINE__, __func__, __VA_ARGS__)

/*
 * panic(format, ...) if `condition` is true. The condition is evaluated once,
 * with and without KERNEL_DEBUG.
 */
#define panic_if(condition, ...) \
    do {                         \
        if (condition)           \
            panic(__VA_ARGS__);  \
    } while (0)

#undef assert /* a hosted <assert.h> may have come first */

#ifdef KERNEL_DEBUG
/* Print a message, its location and a newline; an expression of type void. Costs nothing without
 * KERNEL_DEBUG. */
#define dprintk(...) debug_trace(__FILE__, __LINE__, __func__, __VA_ARGS__)

/* State a condition that must hold; an expression of type void. Panics if it is false. */
#define assert(expression) ((expression) ? (void)0 : panic("assertion failed: %s", #expression))
#else
/* Course tests contain arguments that do not compile. */
#ifdef KERNEL_TEST
#define dprintk(...) ((void)0)
#else
#define dprintk(...) ((void)(0 ? debug_trace(__FILE__, __LINE__, __func__, __VA_ARGS__) : (void)0))
#endif
#define assert(expression) ((void)sizeof((expression) ? 1 : 0))
#endif

#endif
