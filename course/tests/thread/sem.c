/* SPDX-License-Identifier: MIT */
/*
 * A bounded buffer with two semaphores: no item is lost, duplicated or
 * reordered.
 */
#include <ktest.h>
#include <proc/sem.h>
#include <proc/thread.h>

#define ROOM  4
#define ITEMS 200

static sem_t empty, full;
static unsigned buffer[ROOM];

static void *produce(void *unused)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        sem_wait(&empty);
        buffer[i % ROOM] = i;
        sem_post(&full);
    }
    return unused;
}

void kernel_test(void)
{
    thread_t *producer;

    ktest_start("thread/sem");
    ktest_assert_errno(sem_init(&empty, ROOM), "sem_init");
    ktest_assert_errno(sem_init(&full, 0), "sem_init");
    ktest_assert(sem_get_value(&empty) == ROOM && sem_get_value(&full) == 0, "values");
    ktest_assert(sem_trywait(&full) == EBUSY, "trywait of nothing");
    ktest_assert_errno(thread_create(&producer, produce, NULL, 0, "producer"), "thread_create");
    for (unsigned i = 0; i < ITEMS; i++) {
        sem_wait(&full);
        ktest_assert(buffer[i % ROOM] == i, "item %u is %u", i, buffer[i % ROOM]);
        sem_post(&empty);
    }
    ktest_assert_errno(thread_join(producer, NULL), "thread_join");
    ktest_assert(sem_get_value(&empty) == ROOM && sem_get_value(&full) == 0, "values");
    ktest_assert_errno(sem_trywait(&empty), "sem_trywait");
    sem_destroy(&empty);
    sem_destroy(&full);
    ktest_passed();
}
