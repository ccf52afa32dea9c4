/* SPDX-License-Identifier: MIT */
/*
 * Exceptions. The port decodes them; the kernel decides what to do. The kernel
 * implements the upcalls, which run on the CPU's exception stack with
 * interrupts masked.
 */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include <stdbool.h>
#include <stdint.h>

struct arch_context;

/* One exception, decoded as far as every CPU can. */
struct arch_trap {
    const char *short_name; /* as manuals abbreviate it: "DABT", "TLBS" */
    const char *long_name;  /* in words */
    uintptr_t syndrome;     /* ESR_EL1, Cause: raw */
    uintptr_t address;      /* FAR_EL1, BadVAddr; valid iff has_address */
    bool has_address;       /* the exception concerns a data or instruction address */
    bool is_write;          /* valid iff has_address */
    bool nested;            /* raised inside a handler: print a short report and end */
    struct arch_context
        *context; /* the interrupted registers; may be changed to resume elsewhere */
};

/* Upcall: a device interrupt is pending. Set cpu_local()->context to switch threads. */
void kernel_interrupt(void);

/*
 * Upcall: an exception that the port did not handle itself. Returning resumes
 * at cpu_local()->context, which the kernel must have replaced or repaired.
 */
void kernel_trap(struct arch_trap *trap);

/*
 * Print a line that begins with "[EXC]" and all registers of the trap, through
 * a printk-like function.
 */
void arch_trap_print(const struct arch_trap *trap, void (*print)(const char *format, ...));

#endif
