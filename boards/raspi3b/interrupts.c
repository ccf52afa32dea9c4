/* SPDX-License-Identifier: MIT */
/*
 * Two controllers: the core's own has its timers and one line from the GPU's, which
 * has the devices (BCM2836 ARM-local peripherals, 4.6 and 4.10; BCM2835 ARM
 * Peripherals, 7). All are level-sensitive, and none has priorities. The number of a
 * timer is that of its interrupt at a GIC, so code of the CPU knows it.
 */
#include <board/board.h>

#include <arch/impl/boot.h>
#include <arch/mmu.h>
#include <board/impl/irq.h>
#include <drivers/mmio.h>

#include "raspi3b.h"

/* Per core, 4 bytes each. */
#define LOCAL_TIMERS  (LOCAL + 0x40) /* enables */
#define LOCAL_SOURCE  (LOCAL + 0x60) /* what is pending */
#define LOCAL_ROUTING (LOCAL + 0x0c) /* the core that gets the GPU's interrupts */
#define SOURCE_GPU    (1u << 8)
#define SOURCE_TIMERS 0xfu
#define SOURCE_TICK   (1u << 3)
#define TICK_IRQ      27

#define GPU_IRQ        (PERIPHERALS + 0xb200)
#define GPU_PENDING(n) (GPU_IRQ + 0x04 + 4 * (n)) /* n: 0 or 1, for 32 interrupts each */
#define GPU_ENABLE(n)  (GPU_IRQ + 0x10 + 4 * (n))
#define GPU_DISABLE(n) (GPU_IRQ + 0x1c + 4 * (n))
#define FIRST_GPU      32u

/* Secure physical, physical, hypervisor, virtual: in the order of the bits. */
static const uint8_t timer_numbers[4] = {29, 30, 26, TICK_IRQ};

static unsigned core;
static uintptr_t source_register; /* of this core */

void raspi3b_interrupts_init(void)
{
    /* The page also has the mailbox. */
    (void)arch_map_direct(GPU_IRQ & ~(uintptr_t)(ARCH_PAGE_SIZE - 1), ARCH_PAGE_SIZE,
                          ARCH_MAP_DEVICE);
    (void)arch_map_direct(LOCAL, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE);
    core = (unsigned)aarch64_affinity() & 3;
    source_register = LOCAL_SOURCE + 4 * core;
    mmio_write32(LOCAL_TIMERS + 4 * core, 0);
    mmio_write32(LOCAL_ROUTING, core);
    for (unsigned i = 0; i < 2; i++)
        mmio_write32(GPU_DISABLE(i), 0xffffffff);
}

int board_irq_claim(void)
{
    uint32_t source = mmio_read32(source_register);

    if ((source & SOURCE_TICK) != 0) /* the most frequent one */
        return TICK_IRQ;
    if ((source & SOURCE_TIMERS) != 0)
        return timer_numbers[__builtin_ctz(source)];
    if ((source & SOURCE_GPU) == 0)
        return -1;
    for (unsigned i = 0; i < 2; i++) {
        uint32_t pending = mmio_read32(GPU_PENDING(i));

        if (pending != 0)
            return (int)(FIRST_GPU + 32 * i) + __builtin_ctz(pending);
    }
    return -1;
}

void board_irq_complete(int irq)
{
    (void)irq; /* cleared at its device */
}

static void set_timer(unsigned irq, bool enabled)
{
    uint32_t timers = mmio_read32(LOCAL_TIMERS + 4 * core);

    for (unsigned i = 0; i < sizeof timer_numbers; i++) {
        if (timer_numbers[i] == irq)
            timers = enabled ? timers | 1u << i : timers & ~(1u << i);
    }
    mmio_write32(LOCAL_TIMERS + 4 * core, timers);
}

void board_irq_enable(unsigned irq)
{
    if (irq < FIRST_GPU)
        set_timer(irq, true);
    else
        mmio_write32(GPU_ENABLE(irq / 32 - 1), 1u << irq % 32);
}

void board_irq_disable(unsigned irq)
{
    if (irq < FIRST_GPU)
        set_timer(irq, false);
    else
        mmio_write32(GPU_DISABLE(irq / 32 - 1), 1u << irq % 32);
}
