/* SPDX-License-Identifier: MIT */
/*
 * Secondary cores: QEMU keeps them off until they are started (PSCI, Arm
 * DEN0022). This test starts them at the kernel's own entry point, as firmware
 * that starts all cores would: they must park there. A core that did not would
 * zero BSS and boot again while the first one runs. Needs
 * boards/qemu-virt-aarch64/run -c N; with one core there is nothing to test.
 */
#include <arch/impl/firmware.h>
#include <exc.h>
#include <job.h>
#include <lib/print.h>
#include <proc/sched.h>

#include "../../include/tap.h"

#define PSCI_VERSION           0x84000000
#define PSCI_CPU_ON_64         0xc4000003
#define PSCI_AFFINITY_INFO_64  0xc4000004
#define PSCI_INVALID_PARAMETER (-2)
#define CORES_MAX              8
#define SETTLE_TICKS           100

extern char _start[];

static int64_t psci(uint64_t function, uint64_t core, uintptr_t third)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = core;
    register uint64_t x2 __asm__("x2") = third;
    register uint64_t x3 __asm__("x3") = 0;

    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return (int64_t)x0;
}

static int test_park(void)
{
    static volatile unsigned in_bss;
    unsigned core = 1;
    int64_t err = 0;

    bool enabled = interrupts_disable();
    bool answers = aarch64_hvc(PSCI_VERSION) > 0;

    interrupts_restore(enabled);
    if (!answers) {
        tap_ok(true, "no firmware answers here, so no core can be started");
        return tap_done();
    }
    in_bss = 1;
    while (core < CORES_MAX && (err = psci(PSCI_CPU_ON_64, core, (uintptr_t)_start)) == 0)
        core++;
    tap_ok(core == CORES_MAX || err == PSCI_INVALID_PARAMETER, "no core refuses to start: %d",
           (int)err);
    (void)thread_sleep_ticks(SETTLE_TICKS);
    for (unsigned i = 1; i < core; i++)
        tap_ok(psci(PSCI_AFFINITY_INFO_64, i, 0) == 0, "core %u is on", i);
    tap_equal(in_bss, 1, "nobody has zeroed BSS again");
    printk("# %u cores were started\n", core - 1);
    return tap_done();
}

JOB(test_park, .kind = "test", .name = "park", .run = test_park,
    .summary = "other cores park at the kernel's entry point");
