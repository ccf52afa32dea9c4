/* SPDX-License-Identifier: MIT */
/*
 * Threads: every success and every error of proc/thread.h, and the exhaustion
 * of objects and stacks.
 */
#include <arch/mmu.h>
#include <config/thread_max.h>
#include <exc.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mm/heap.h>
#include <proc/sched.h>
#include <proc/thread.h>
#include <proc/thread_object.h>

#include "../include/order.h"

static void *return_data(void *data)
{
    return data;
}

static void *finish_early(void *data)
{
    thread_finish(data);
}

static void *suspend_self(void *woken)
{
    thread_suspend();
    ++*(int *)woken;
    return NULL;
}

static void *spin_forever(void *unused)
{
    for (;;)
        ;
    return unused;
}

static thread_t *make(thread_entry_func_t entry, void *data)
{
    thread_t *thread = NULL;

    tap_equal(thread_create(&thread, entry, data, 0, "test"), EOK, "thread_create succeeds");
    return thread;
}

static void test_create_and_join(void)
{
    void *retval = NULL;
    int value = 0;
    bool enabled = interrupts_disable(); /* so that it does not run before it is looked at */
    thread_t *thread = make(return_data, &value);
    bool finished = thread_has_finished(thread);

    interrupts_restore(enabled);
    tap_ok(!finished, "a new thread has not finished");
    tap_equal(thread_join(thread, &retval), EOK, "join succeeds");
    tap_ok(retval == &value, "join hands over what the entry function returned");
    thread = make(finish_early, &value);
    retval = NULL;
    tap_equal(thread_join(thread, &retval), EOK, "join after thread_finish succeeds");
    tap_ok(retval == &value, "join hands over what thread_finish was given");
    thread = make(return_data, NULL);
    tap_equal(thread_join(thread, NULL), EOK, "join without asking for a value succeeds");
}

static void test_bad_arguments(void)
{
    thread_t *untouched = (thread_t *)&untouched;
    thread_t *thread = untouched;

    tap_equal(thread_create(NULL, return_data, NULL, 0, "x"), EINVAL, "create refuses no result");
    tap_equal(thread_create(&thread, NULL, NULL, 0, "x"), EINVAL, "create refuses no entry");
    tap_equal(thread_create(&thread, return_data, NULL, 0, NULL), EINVAL, "create refuses no name");
    tap_equal(thread_create(&thread, return_data, NULL, 0x80, "x"), EINVAL,
              "create refuses an unknown flag");
    tap_ok(thread == untouched, "a failed create leaves the result alone");
    tap_equal(thread_join(NULL, NULL), EINVAL, "join refuses NULL");
    tap_equal(thread_join(thread_get_current(), NULL), EINVAL, "join refuses the caller itself");
    tap_equal(thread_wakeup(NULL), EINVAL, "wakeup refuses NULL");
    tap_equal(thread_kill(NULL), EINVAL, "kill refuses NULL");
}

static void test_name(void)
{
    char name[] = "a name of more than thirty-one letters";
    thread_t *thread = NULL;

    tap_equal(thread_create(&thread, return_data, NULL, 0, name), EOK, "a long name is accepted");
    name[0] = 'A';
    tap_ok(strcmp(thread->name, "a name of more than thirty-one ") == 0,
           "copied, and cut to 31 letters: \"%s\"", thread->name);
    (void)thread_join(thread, NULL);
    thread = make(return_data, NULL);
    tap_ok(strcmp(thread->name, "test") == 0, "a short one is not longer than it is");
    (void)thread_join(thread, NULL);
}

static void test_suspend_and_wakeup(void)
{
    int woken = 0;
    thread_t *thread = make(suspend_self, &woken);

    let_others_run();
    tap_equal(thread->state, THREAD_SUSPENDED, "the thread suspended itself");
    let_others_run();
    tap_equal((uintptr_t)woken, 0, "it stays suspended");
    bool enabled = interrupts_disable(); /* so that it stays ready */

    tap_equal(thread_wakeup(thread), EOK, "wakeup succeeds");
    tap_equal(thread_wakeup(thread), EOK, "waking a ready thread succeeds and does nothing");
    interrupts_restore(enabled);
    let_others_run();
    tap_equal((uintptr_t)woken, 1, "it ran on once");
    tap_ok(thread_has_finished(thread), "and finished");
    tap_equal(thread_wakeup(thread), EEXITED, "waking a finished thread says so");
    tap_equal(thread_kill(thread), EEXITED, "killing a finished thread says so");
    tap_equal(thread_join(thread, NULL), EOK, "joining a finished thread succeeds");
}

static void test_kill(void)
{
    int woken = 0;
    void *retval = &woken;
    thread_t *thread = make(suspend_self, &woken);

    let_others_run();
    tap_equal(thread_kill(thread), EOK, "killing a suspended thread succeeds");
    tap_equal(thread_join(thread, &retval), EKILLED, "joining it tells that it was killed");
    tap_ok(retval == &woken, "and leaves the value alone");
    bool enabled = interrupts_disable();

    thread = make(return_data, NULL);
    tap_equal(thread_kill(thread), EOK, "killing a ready thread succeeds");
    interrupts_restore(enabled);
    tap_equal(thread_join(thread, NULL), EKILLED, "joining it tells that it was killed");
    thread = make(spin_forever, NULL);
    thread_yield();
    tap_ok(!thread_has_finished(thread), "a thread that never yields was preempted");
    tap_equal(thread_kill(thread), EOK, "killing it succeeds");
    tap_equal(thread_join(thread, NULL), EKILLED, "joining it tells that it was killed");
}

static void *join_data(void *thread)
{
    return (void *)(uintptr_t)thread_join(thread, NULL);
}

static void test_second_joiner(void)
{
    int woken = 0;
    void *retval = NULL;
    thread_t *sleeper = make(suspend_self, &woken);
    thread_t *joiner = make(join_data, sleeper);

    let_others_run();
    tap_equal(thread_join(sleeper, NULL), EBUSY, "a second joiner is refused");
    (void)thread_wakeup(joiner); /* a wrong wakeup must not end its join */
    let_others_run();
    tap_ok(!thread_has_finished(joiner), "a joiner that is woken too early waits on");
    (void)thread_wakeup(sleeper);
    tap_equal(thread_join(joiner, &retval), EOK, "the first joiner comes back");
    tap_equal((uintptr_t)retval, EOK, "with EOK");
}

static volatile unsigned turns[3];

static void *count_turns(void *slot)
{
    volatile unsigned *mine = slot;

    while (turns[0] < 3 || turns[1] < 3 || turns[2] < 3) {
        uint32_t start = sched_ticks();

        ++*mine;
        while (sched_ticks() == start)
            ;
    }
    return NULL;
}

static void test_preemption(void)
{
    thread_t *threads[3];

    for (size_t i = 0; i < 3; i++)
        threads[i] = make(count_turns, (void *)(uintptr_t)&turns[i]);
    for (size_t i = 0; i < 3; i++)
        (void)thread_join(threads[i], NULL);
    tap_ok(turns[0] >= 3 && turns[1] >= 3 && turns[2] >= 3,
           "three threads that never yield all get their turns");
}

/* Allocate the whole heap as a list of blocks, with small ones in the end. */
static void **take_heap(void)
{
    void **last = NULL;

    for (size_t bytes = 1u << 30; bytes >= sizeof last; bytes /= 2) {
        void **block;

        while ((block = kmalloc(bytes)) != NULL) {
            *block = last;
            last = block;
        }
    }
    return last;
}

/* While no stack is in the cache, stacks are exhausted before thread objects. */
static void test_no_memory_for_stack(void)
{
    thread_t *untouched = (thread_t *)&untouched;
    thread_t *thread = untouched;
    size_t available = thread_available();

    if (!kheap_frees())
        return;
    void **block = take_heap();
    errno_t err = thread_create(&thread, return_data, NULL, 0, "x");

    tap_equal(thread_available(), available, "without memory for a stack no object is lost");
    while (block != NULL) {
        void **next = *block;

        kfree(block);
        block = next;
    }
    tap_equal(err, ENOMEM, "it is ENOMEM");
    tap_ok(thread == untouched, "and leaves the result alone");
    tap_equal(thread_join(make(return_data, NULL), NULL), EOK, "with memory again, it works");
}

/* Create threads until it fails. Returns their number, and the error in *err. */
static size_t create_all(thread_t **threads, errno_t *err)
{
    size_t count = 0;

    for (;;) {
        thread_t *thread = NULL;

        *err = thread_create(&thread, return_data, NULL, 0, "many");
        if (*err != EOK)
            return count;
        if (count < CONFIG_THREAD_MAX)
            threads[count] = thread;
        count++;
    }
}

static void test_exhaustion(void)
{
    thread_t **threads = kcalloc(CONFIG_THREAD_MAX, sizeof *threads);
    errno_t err;

    tap_ok(threads != NULL, "memory for %u pointers", CONFIG_THREAD_MAX);
    if (threads == NULL)
        return;
    size_t first = create_all(threads, &err);

    tap_equal(err, ENOMEM, "running out of threads is ENOMEM");
    tap_equal(first, CONFIG_THREAD_MAX - 2, "all but init and idle could be made");
    size_t used = kheap_used_bytes();

    for (size_t i = 0; i < first; i++)
        (void)thread_join(threads[i], NULL);
    /* Stacks are kept, so it is the objects whose memory comes back. */
    if (kheap_frees() && THREAD_OBJECTS_KEPT < CONFIG_THREAD_MAX)
        tap_ok(kheap_used_bytes() < used, "joining them gives memory of their objects back");
    size_t second = create_all(threads, &err);

    tap_equal(second, first, "after joining them as many can be made again");
    for (size_t i = 0; i < second; i++)
        (void)thread_join(threads[i], NULL);
    kfree(threads);
}

static volatile unsigned detached_runs;

static void *count_detached(void *unused)
{
    detached_runs++;
    return unused;
}

static void *kill_self(void *unused)
{
    (void)thread_kill(thread_get_current());
    return unused;
}

static void test_detached(void)
{
    unsigned made = 0;

    for (unsigned i = 0; i < 3 * CONFIG_THREAD_MAX; i++) {
        thread_t *thread;

        made += thread_create(&thread, count_detached, NULL, THREAD_DETACHED, "gone") == EOK;
        if (i % 8 == 7)
            thread_yield();
    }
    let_others_run();
    tap_equal(made, 3 * CONFIG_THREAD_MAX, "detached threads give their place back");
    tap_equal(detached_runs, made, "and all of them ran");
    size_t available = thread_available();
    thread_t *thread;

    bool enabled = interrupts_disable();

    (void)thread_create(&thread, count_detached, NULL, THREAD_DETACHED, "gone");
    tap_equal(thread_available(), available - 1, "a detached thread takes an object");
    interrupts_restore(enabled);
    let_others_run();
    tap_equal(thread_available(), available, "and gives it back when it ends");
    (void)thread_create(&thread, suspend_self, &made, THREAD_DETACHED, "gone");
    let_others_run();
    (void)thread_kill(thread);
    tap_equal(thread_available(), available, "or when it is killed");
    (void)thread_create(&thread, kill_self, NULL, THREAD_DETACHED, "gone");
    let_others_run();
    tap_equal(thread_available(), available, "also by itself");
}

static void test_stack(void)
{
    thread_t *self = thread_get_current();
    size_t before = thread_stack_high_watermark_bytes(self);

    tap_equal((uintptr_t)thread_stack_guard_ok(self), 1, "an intact guard region is 1");
    tap_ok(before > 0 && before < THREAD_STACK_SIZE, "the watermark lies inside the stack");
    bool enabled = interrupts_disable(); /* otherwise the tick would detect it */

    *(volatile uint8_t *)self->stack->base ^= 1;
    tap_equal((uintptr_t)thread_stack_guard_ok(self), 0,
              "one changed bit in the guard region is 0");
    *(volatile uint8_t *)self->stack->base ^= 1;
    interrupts_restore(enabled);
    tap_equal((uintptr_t)thread_stack_guard_ok(self), 1, "and 1 again when it is put back");
    tap_ok(thread_find_by_stack((uintptr_t)&before) == self, "a local variable is on our stack");
    tap_ok(thread_find_by_stack(0) == NULL, "address 0 is on nobody's stack");
    if (arch_stack_window().bytes != 0)
        tap_ok(self->stack->guard_bytes >= 2 * ARCH_PAGE_SIZE,
               "at least two unmapped pages lie below a stack");
}

/* A pointer to a thread that is gone must not reach the one that uses its object next. */
static void test_stale_pointers(void)
{
    size_t present = CONFIG_THREAD_MAX - thread_available();
    thread_t *stale = make(return_data, NULL);
    int woken = 0;
    static const char told[] = ", used; its thread is gone]";
    char text[120];

    (void)thread_join(stale, NULL);
    thread_t *next = make(suspend_self, &woken);

    let_others_run();
    tap_ok(next != stale, "the object of a joined thread is not used again at once");
    tap_equal(thread_kill(stale), EEXITED, "kill of a joined thread is refused");
    tap_equal(thread_wakeup(stale), EEXITED, "so is waking it");
    tap_equal(thread_set_priority(stale, 1), EEXITED, "and setting its priority");
    tap_equal(thread_join(stale, NULL), EINVAL, "and joining it again");
    tap_equal(thread_join_ticks(stale, NULL, 0), EINVAL, "with a limit, too");
    tap_ok(thread_has_finished(stale), "it has finished");
    tap_equal(next->state, THREAD_SUSPENDED, "the new thread is not disturbed");
    snprintk(text, sizeof text, "%pA", (void *)stale);
    tap_ok(strlen(text) > sizeof told && strcmp(text + strlen(text) + 1 - sizeof told, told) == 0,
           "%%pA tells that it is gone: %s", text);
    thread_t *detached;

    (void)thread_create(&detached, return_data, NULL, THREAD_DETACHED, "gone");
    let_others_run();
    tap_equal(thread_kill(detached), EEXITED, "kill of a detached thread that has ended");
    tap_equal(thread_join(detached, NULL), EINVAL, "and joining it");
    size_t created = 2;
    thread_t *thread;

    do {
        thread = make(return_data, NULL);
        (void)thread_join(thread, NULL);
        created++;
    } while (thread != stale && created <= CONFIG_THREAD_MAX);
    tap_equal(created, THREAD_OBJECTS_KEPT - present, "its object is used again after all others");
    (void)thread_kill(next);
    (void)thread_join(next, NULL);
    tap_equal(thread_kill((thread_t *)&woken), EINVAL, "kill of what is no thread object");
    tap_equal(thread_join((thread_t *)&woken, NULL), EINVAL, "join of what is none");
    tap_equal(thread_set_priority((thread_t *)&woken, 1), EINVAL, "set_priority of what is none");
}

#define DEEP_BYTES 2048

static void *deep_main(void *unused)
{
    uint8_t buffer[DEEP_BYTES];

    memset(buffer, 1, sizeof buffer);
    __asm__ volatile("" : : "r"(buffer) : "memory");
    return unused;
}

static size_t watermark_of(thread_entry_func_t entry, struct kstack **stack)
{
    thread_t *thread = make(entry, NULL);

    while (!thread_has_finished(thread))
        thread_yield();
    size_t bytes = thread_stack_high_watermark_bytes(thread);

    *stack = thread->stack;
    (void)thread_join(thread, NULL);
    return bytes;
}

/* A reused stack shows only the second thread's use. */
static void test_reused_stack(void)
{
    struct kstack *first, *second;

    tap_ok(watermark_of(deep_main, &first) >= DEEP_BYTES, "a deep thread leaves its mark");
    tap_ok(watermark_of(return_data, &second) < DEEP_BYTES, "the next one's is its own");
    tap_ok(first == second, "though it had the same stack");
}

static int test_threads(void)
{
    test_no_memory_for_stack(); /* before any stack is freed */
    test_stale_pointers();      /* before all thread objects have been used */
    test_create_and_join();
    test_bad_arguments();
    test_name();
    test_suspend_and_wakeup();
    test_kill();
    test_second_joiner();
    test_preemption();
    test_exhaustion();
    test_detached();
    test_stack();
    test_reused_stack();
    return tap_done();
}

JOB(test_thread, .kind = "test", .name = "thread", .run = test_threads,
    .summary = "threads: create, join, kill, suspend, preempt, run out");
