/* SPDX-License-Identifier: MIT */
/*
 * The GPU's firmware: a message with one question (its property interface), and the
 * power management block, through which it also turns the machine off.
 */
#include <arch/cache.h>
#include <arch/mmu.h>
#include <drivers/mmio.h>

#include "raspi3b.h"

/* Mailbox 0 is read, mailbox 1 written; a message's low four bits are its channel. */
#define MAILBOX          (PERIPHERALS + 0xb880)
#define MAILBOX0_READ    (MAILBOX + 0x00)
#define MAILBOX0_STATUS  (MAILBOX + 0x18)
#define MAILBOX1_WRITE   (MAILBOX + 0x20)
#define MAILBOX1_STATUS  (MAILBOX + 0x38)
#define STATUS_FULL      (1u << 31)
#define STATUS_EMPTY     (1u << 30)
#define CHANNEL_PROPERTY 8u
#define CHANNEL_MASK     0xfu
/* The GPU's alias of memory that goes past its own cache. */
#define BUS_ALIAS 0xc0000000u

#define TAG_ARM_MEMORY 0x00010005u
#define ANSWERED       0x80000000u
/* Looks at a status register before the firmware counts as silent. */
#define PATIENCE 1000000

#define PM            (PERIPHERALS + 0x100000)
#define PM_RSTC       (PM + 0x1c)
#define PM_RSTS       (PM + 0x20)
#define PM_WDOG       (PM + 0x24)
#define PM_PASSWORD   0x5a000000u
#define RSTS_HALT     0x555u /* partition 63: do not boot again */
#define RSTC_CLEAR    0xffffffcfu
#define RSTC_FULL     0x20u
#define WDOG_TICKS    10u
#define WORDS_OF_LINE 16

static bool wait_until_clear(uintptr_t status, uint32_t bit)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if ((mmio_read32(status) & bit) == 0)
            return true;
    }
    return false;
}

/* A whole cache line, so that no neighbour shares it: the GPU reads and writes memory past the
 * caches. */
static _Alignas(4 * WORDS_OF_LINE) uint32_t message[WORDS_OF_LINE];

uint32_t raspi3b_memory_end(void)
{
    uint32_t address = (uint32_t)(uintptr_t)message;

    message[0] =
        8 * sizeof message[0]; /* size; request; tag, bytes of its value, its request; value; end */
    message[1] = 0;
    message[2] = TAG_ARM_MEMORY;
    message[3] = 8;
    message[4] = 0;
    message[5] = message[6] = message[7] = 0;
    arch_cache_clean_invalidate((uintptr_t)message, sizeof message);
    if (!wait_until_clear(MAILBOX1_STATUS, STATUS_FULL))
        return 0;
    mmio_write32(MAILBOX1_WRITE, address | BUS_ALIAS | CHANNEL_PROPERTY);
    do {
        if (!wait_until_clear(MAILBOX0_STATUS, STATUS_EMPTY))
            return 0;
    } while ((mmio_read32(MAILBOX0_READ) & CHANNEL_MASK) != CHANNEL_PROPERTY);
    arch_cache_invalidate((uintptr_t)message, sizeof message);
    const volatile uint32_t *answer = message;

    return answer[1] == ANSWERED ? answer[5] + answer[6] : 0;
}

void raspi3b_power_off(void)
{
    if (!arch_map_direct(PM, ARCH_PAGE_SIZE, ARCH_MAP_DEVICE))
        return;
    mmio_write32(PM_RSTS, PM_PASSWORD | mmio_read32(PM_RSTS) | RSTS_HALT);
    mmio_write32(PM_WDOG, PM_PASSWORD | WDOG_TICKS);
    mmio_write32(PM_RSTC, PM_PASSWORD | (mmio_read32(PM_RSTC) & RSTC_CLEAR) | RSTC_FULL);
}
