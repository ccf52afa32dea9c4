/* SPDX-License-Identifier: MIT */
/*
 * A waiting thread is counted as a waker while it is in the queue of readers. A
 * byte is not handed over to the thread that it wakes: the thread takes it from
 * the ring when it runs.
 */
#include <console.h>

#include <arch/cpu.h>
#include <board/board.h>
#include <debug.h>
#include <exc.h>
#include <irq.h>
#include <lib/print.h>
#include <lib/ring.h>
#include <proc/idle.h>
#include <proc/sched.h>
#include <proc/wait.h>

/* Reads before polling waits for a tick: pasted bytes arrive at once. */
#define POLLS_AT_ONCE 200

static uint8_t ring_bytes[CONSOLE_RING_BYTES];
static struct ring typed;
static struct wait_queue readers;
static size_t lost_reported; /* of typed.lost */
static bool initialized;
static bool by_interrupt;

/* Wake the first reader. Interrupts masked. */
static void wake_reader(void)
{
    if (wait_wake_first(&readers) != NULL)
        idle_count_wakers(-1);
}

static const char *name(const void *object)
{
    (void)object;
    return readers.name;
}

static void abandon(void *object, thread_t *thread, bool granted)
{
    (void)object;
    (void)thread;
    if (!granted)
        idle_count_wakers(-1);
    else if (typed.count > 0)
        wake_reader();
}

static const struct wait_class input_class = {
    .noun = "input from", .name = name, .abandon = abandon};

/* Bounded, so that ticks are served even if input never ends. */
static void receive(void *unused)
{
    int byte;

    (void)unused;
    for (size_t i = 0; i < CONSOLE_RING_BYTES && (byte = board_console_read()) >= 0; i++)
        (void)ring_put(&typed, (uint8_t)byte);
    if (typed.count > 0)
        wake_reader();
}

void console_init(void)
{
    if (initialized)
        return;
    initialized = true;
    ring_init(&typed, ring_bytes, sizeof ring_bytes);
    wait_queue_init(&readers, "console");
    int irq = board_console_irq();

    by_interrupt = irq >= 0 && irq_register((unsigned)irq, receive, NULL) == EOK;
    if (by_interrupt)
        board_console_enable_receive();
    else
        printk("[console] no receive interrupt: polled once a tick\n");
}

size_t console_lost_bytes(void)
{
    return *(volatile size_t *)&typed.lost;
}

static int poll(void)
{
    for (unsigned polls = 1;; polls++) {
        int byte = board_console_read();

        if (byte >= 0)
            return byte;
        if (polls < POLLS_AT_ONCE)
            thread_yield();
        else
            (void)thread_sleep_ticks(1);
    }
}

/* Take a byte from the ring. Interrupts masked; `enabled` before. */
static int wait_for_byte(bool enabled)
{
    int byte;

    while ((byte = ring_get(&typed)) < 0) {
        idle_count_wakers(1);
        wait_prepare(&readers, &input_class, &typed);
        wait_block(enabled);
    }
    if (typed.count > 0)
        wake_reader();
    return byte;
}

int console_read(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    if (!by_interrupt)
        return poll();
    bool enabled = interrupts_disable();
    int byte = wait_for_byte(enabled);
    size_t lost = typed.lost - lost_reported;

    lost_reported = typed.lost;
    sched_restore(enabled);
    if (lost > 0)
        printk("\n[console] %zu typed bytes were lost: the buffer of %u bytes was full\n", lost,
               CONSOLE_RING_BYTES);
    return byte;
}
