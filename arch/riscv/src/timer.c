/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's timer interrupt, against the counter `time`: through stimecmp
 * where S-mode may use it (Sstc), otherwise by the SBI call sbi_set_timer(),
 * which firmware or machine.S serves. MSIM has neither, but a compare register
 * for the cycle counter, scyclecmp. Deadlines are absolute, so a late tick does
 * not delay the next ones.
 */
#include <arch/timer.h>

#include <arch/irq.h>

#include "riscv.h"

#if RISCV_HAS_SCYCLECMP
#define NOW  "cycle"
#define NOWH "cycleh"
#else
#define NOW  "time"
#define NOWH "timeh"
#endif

#define SBI_TIME 0x54494d45 /* extension TIME, function 0 */

static uint32_t period_counts;
static uint64_t deadline;

static uint64_t now(void)
{
#if __riscv_xlen == 64
    uint64_t value;

    __asm__ volatile("csrr %0, " NOW : "=r"(value));
    return value;
#else
    uint32_t high, low, again;

    do {
        __asm__ volatile("csrr %0, " NOWH "\n\tcsrr %1, " NOW "\n\tcsrr %2, " NOWH
                         : "=&r"(high), "=&r"(low), "=&r"(again));
    } while (high != again);
    return (uint64_t)high << 32 | low;
#endif
}

#if RISCV_HAS_SCYCLECMP

static void set_compare(uint64_t value)
{
#if __riscv_xlen == 32
    /* Compared with the counter's lower half. A deadline behind its overflow is set to the
     * overflow, which is early by less than a period. */
    if (value >> 32 != now() >> 32)
        value = UINT32_MAX;
#endif
    WRITE_CSR(0x5c0, value);
}

const char *riscv_timer_name(void)
{
    return "scyclecmp";
}

#else

static void call_firmware(uint64_t value)
{
    register uintptr_t a0 __asm__("a0") = (uintptr_t)value;
    register uintptr_t a1 __asm__("a1") = __riscv_xlen == 32 ? (uintptr_t)(value >> 32) : 0;
    register uintptr_t a6 __asm__("a6") = 0;
    register uintptr_t a7 __asm__("a7") = SBI_TIME;

    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

static void set_stimecmp(uint64_t value)
{
#if __riscv_xlen == 64
    WRITE_CSR(0x14d, value);
#else
    WRITE_CSR(0x14d, UINT32_MAX); /* no value in between is in the past */
    WRITE_CSR(0x15d, value >> 32);
    WRITE_CSR(0x14d, value);
#endif
}

static void set_compare(uint64_t value)
{
    static bool asked, has_stimecmp;

    if (!asked) {
        has_stimecmp = riscv_has_stimecmp();
        asked = true;
    }
    if (has_stimecmp)
        set_stimecmp(value);
    else
        call_firmware(value);
}

const char *riscv_timer_name(void)
{
    return riscv_has_stimecmp() ? "stimecmp" : "SBI";
}

#endif

unsigned arch_timer_irq(void)
{
    return RISCV_IRQ_TIMER;
}

void arch_timer_start(unsigned hz)
{
    bool enabled = arch_interrupts_disable();

    period_counts = RISCV_TIMER_HZ / hz;
    if (period_counts == 0)
        period_counts = 1; /* faster than the counter: forbidden by the header, but must not hang */
    deadline = now() + period_counts;
    set_compare(deadline);
    arch_interrupts_restore(enabled);
}

unsigned arch_timer_acknowledge(void)
{
    uint64_t late = now() - deadline;
    unsigned periods = 1;

    if (late >> 63 == 0 && late >= period_counts) {
        /* Interrupts were masked for long. On RV32, which divides 32 bits only, at most 2^32
         * counts are made up for. */
        uintptr_t missed = (uintptr_t)late / period_counts;

        periods += (unsigned)missed;
        deadline += (uint64_t)missed * period_counts;
    }
    deadline += period_counts;
    set_compare(deadline);
    return periods;
}

uint32_t arch_instructions(void)
{
#if RISCV_HAS_SCYCLECMP
    return (uint32_t)READ_CSR(cycle); /* one per instruction; instret is not for S-mode there */
#else
    return (uint32_t)READ_CSR(instret);
#endif
}
