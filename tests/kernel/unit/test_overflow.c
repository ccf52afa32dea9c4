/* SPDX-License-Identifier: MIT */
/*
 * Stack overflow with STACK_OVERFLOW=kill: however a thread overflows, only
 * this thread ends, its joiner gets EKILLED, and its stack is reused.
 */
#include <arch/mmu.h>
#include <job.h>
#include <proc/cpu_stack.h>
#include <proc/mutex.h>
#include <proc/overflow.h>
#include <proc/sched.h>

#include "../include/order.h"

#define ROUNDS 40

static mutex_t mutex;
static volatile uint32_t progress;

__attribute__((noinline)) static uintptr_t recurse(uintptr_t depth)
{
    volatile uintptr_t local = depth;

    return local == UINTPTR_MAX ? 0 : recurse(local + 1) + local;
}

static void *recursion_main(void *unused)
{
    return (void *)(recurse((uintptr_t)unused) & 1);
}

/* More than a page below the stack, with no write in between. */
static void *jump_main(void *unused)
{
    uint8_t frame[THREAD_STACK_SIZE + 2 * ARCH_PAGE_SIZE];

    __asm__ volatile("" : : "r"(frame) : "memory");
    *(volatile uint8_t *)frame = 1;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

/* Beyond the unmapped range, never written. */
static void *far_jump_main(void *unused)
{
    uint8_t frame[8 * THREAD_STACK_SIZE];

    for (;;)
        __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static void *trample_main(void *unused)
{
    *(volatile uint8_t *)thread_get_current()->stack->base ^= 0x10;
    for (;;)
        ;
    return unused;
}

static void *locking_main(void *unused)
{
    mutex_lock(&mutex);
    return recursion_main(unused);
}

static void *bystander_main(void *unused)
{
    for (;;) {
        progress++;
        (void)thread_sleep_ticks(1);
    }
    return unused;
}

static void overflow(thread_entry_func_t entry, const char *what)
{
    thread_t *thread = start(entry, NULL, THREAD_PRIORITY_DEFAULT, "victim");

    tap_equal(thread_join(thread, NULL), EKILLED, what);
}

static int test_overflow(void)
{
    bool before = overflow_set_kill(true);
    size_t available = thread_available();
    thread_t *bystander = start(bystander_main, NULL, THREAD_PRIORITY_DEFAULT, "bystander");

    overflow(trample_main, "a corrupted guard region ends the thread");
    overflow(far_jump_main, "a stack pointer beyond all guards ends the thread");
    if (arch_stack_window().bytes != 0) {
        overflow(recursion_main, "recursion into the unmapped pages ends the thread");
        overflow(jump_main, "a frame that jumps over the first page ends the thread");
        (void)mutex_init_with(&mutex, true, "unlucky");
        overflow(locking_main, "so it does when it holds a mutex");
        tap_equal(mutex_trylock(&mutex), EBUSY, "which then stays locked");
        unsigned killed = 0;

        for (unsigned i = 0; i < ROUNDS; i++) {
            thread_t *thread =
                start(i % 2 ? jump_main : recursion_main, NULL, THREAD_PRIORITY_DEFAULT, "victim");

            killed += thread_join(thread, NULL) == EKILLED;
        }
        tap_equal(killed, ROUNDS, "again and again");
    }
    thread_t *detached;
    size_t before_detached = thread_available();

    (void)thread_create(&detached, far_jump_main, NULL, THREAD_DETACHED, "detached");
    (void)thread_sleep_ticks(3);
    tap_equal(thread_available(), before_detached, "a detached thread is ended and gone");
    (void)thread_sleep_ticks(1); /* ticks that printing delayed arrive as one */
    uint32_t seen = progress;

    (void)thread_sleep_ticks(5);
    tap_ok(progress - seen >= 4, "meanwhile another thread goes on");
    tap_equal(thread_kill(bystander), EOK, "until it is killed");
    expect_join(bystander, EKILLED, "join");
    tap_equal(thread_available(), available, "all thread objects are back");
    tap_equal(overflow_set_kill(before), true, "the policy was kill");
    for (unsigned i = 0; i < CPU_STACK_COUNT; i++) {
        struct cpu_stack stack = cpu_stack_get(i);
        size_t used = cpu_stack_high_watermark_bytes(i);

        tap_ok(cpu_stack_guard_ok(i), "the guard of the %s stack is intact", stack.name);
        tap_ok(used > 0 && used < stack.bytes - KSTACK_GUARD_BYTES, "it used %zu of %zu bytes",
               used, stack.bytes);
    }
    return tap_done();
}

JOB(test_overflow, .kind = "test", .name = "overflow", .run = test_overflow,
    .summary = "stack overflows that end one thread only; the CPU's own stacks");
