/* SPDX-License-Identifier: MIT */
/*
 * Threads that never yield allocate, check and free at the same time; in the
 * end no memory is missing. KTEST_SEED is the first seed, KTEST_SEEDS the
 * number of seeds.
 */
#include "../theap.h"

#include <proc/thread.h>

#ifndef KTEST_SEED
#define KTEST_SEED 1
#endif
#ifndef KTEST_SEEDS
#define KTEST_SEEDS 2
#endif
#define THREADS 4
#define SLOTS   16
#define STEPS   1500

struct worker {
    uint32_t state;
    unsigned refused;
    unsigned switches; /* how often another thread ran in between */
};

static volatile unsigned running;

/* The shared generator would make the threads depend on each other. */
static uint32_t next(struct worker *worker, uint32_t limit)
{
    worker->state = worker->state * 1664525u + 1013904223u;
    return (worker->state >> 16) % limit;
}

static void *work(void *data)
{
    struct worker *worker = data;
    unsigned me = worker->state;
    void *blocks[SLOTS] = {NULL};
    size_t bytes[SLOTS];

    for (unsigned i = 0; i < STEPS; i++) {
        uint32_t slot = next(worker, SLOTS);

        worker->switches += running != me;
        running = me;
        if (blocks[slot] != NULL) {
            check_filled(blocks[slot], bytes[slot], me + slot);
            kfree(blocks[slot]);
            blocks[slot] = NULL;
            continue;
        }
        bytes[slot] = next(worker, next(worker, 4) == 0 ? 1000 : 60) + 1;
        blocks[slot] = kmalloc(bytes[slot]);
        if (blocks[slot] == NULL)
            worker->refused++;
        else
            fill(blocks[slot], bytes[slot], me + slot);
    }
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        if (blocks[slot] != NULL)
            check_filled(blocks[slot], bytes[slot], me + slot);
        kfree(blocks[slot]);
    }
    return data;
}

static void round(uint32_t seed)
{
    thread_t *threads[THREADS];
    struct worker workers[THREADS];
    unsigned switches = 0;
    unsigned refused = 0;

    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.state = seed * THREADS + i};
        ktest_assert_errno(thread_create(&threads[i], work, &workers[i], 0, "worker"),
                           "thread_create");
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        ktest_assert_errno(thread_join(threads[i], NULL), "thread_join");
        switches += workers[i].switches;
        refused += workers[i].refused;
    }
    printk("figure: seed %u, %u times another thread had run, %u requests refused\n",
           (unsigned)seed, switches, refused);
    ktest_assert(switches > 2 * THREADS, "they ran one after the other");
}

void kernel_test(void)
{
    ktest_start("heap/threads");
    round(0); /* the threads' stacks are allocated now and kept */
    size_t largest = largest_block();

    for (uint32_t seed = KTEST_SEED; seed < KTEST_SEED + KTEST_SEEDS; seed++) {
        printk("seed %u\n", (unsigned)seed);
        round(seed);
        size_t now = largest_block();

        ktest_assert(now == largest, "largest block %u, %u at the start", (unsigned)now,
                     (unsigned)largest);
    }
    ktest_passed();
}
