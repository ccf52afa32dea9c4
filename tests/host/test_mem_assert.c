/* SPDX-License-Identifier: MIT */
/*
 * libmem's assertions. Each function here writes to a private member or word of an allocator, which
 * breaks a belief, and then calls the allocator, which relies on it. host.mk builds the test four
 * times. With -DMEM_ASSERTS=1 and in the paranoid preset, a process that does so ends by a trap. An
 * application's own MEM_ASSERT is called. By default the process ends well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <mem_bump.h>
#include <mem_pool.h>
#include <mem_stack.h>

#include "../../libmem/src/mem_heap_layout.h"

#ifndef ASSERT_IS_OWN
#define ASSERT_IS_OWN 0
#endif

static unsigned char memory[4096] __attribute__((aligned(64)));

static void bump_used_more_than_it_has(void)
{
    struct mem_bump bump;

    mem_bump_init(&bump, memory, sizeof memory);
    bump.used = sizeof memory + 1;
    (void)mem_bump_alloc(&bump, 8, 8);
}

static void pool_lists_more_than_it_touched(void)
{
    struct mem_pool pool;
    struct mem_pool_stats stats;

    if (mem_pool_init(&pool, memory, sizeof memory, 32, 8) != MEM_OK)
        abort();
    pool.listed = 1;
    mem_pool_stats(&pool, &stats);
}

static void stack_wraps_round(void)
{
    void *volatile low = (void *)(UINTPTR_MAX - 7);

    /* Stacks of 0 bytes are not read, so this ends well. */
    (void)mem_stack_high_watermark(low, 0, 0);
    if (MEM_ASSERTS || ASSERT_IS_OWN)
        (void)mem_stack_high_watermark(low, 64, 0);
}

static void heap_has_lost_its_wilderness(void)
{
    struct mem_heap *heap = mem_heap_init(memory, sizeof memory, NULL);

    heap->absorbed = 0;
    (void)mem_heap_alloc(heap, 8);
}

static void heap_has_a_link_overwritten(void)
{
    struct mem_heap *heap = mem_heap_init(memory, sizeof memory, NULL);
    char *before = mem_heap_alloc(heap, 100);
    char *block = mem_heap_alloc(heap, 100);

    (void)mem_heap_alloc(heap, 100);
    if (before > block) { /* small ones come from the back */
        char *other = before;

        before = block;
        block = other;
    }
    (void)mem_heap_free(heap, before);
    BACK(before - TAG_BYTES) += 4; /* no preset but paranoid looks at it */
    (void)mem_heap_free(heap, block);
}

static const struct {
    const char *name;
    void (*rely)(void);
    const char *file;
} beliefs[] = {
    {"a bump allocator's used bytes", bump_used_more_than_it_has, "mem_bump.c"},
    {"a pool's free list", pool_lists_more_than_it_touched, "mem_pool.c"},
    {"where a stack ends", stack_wraps_round, "mem_stack.c"},
    {"the heap's wilderness", heap_has_lost_its_wilderness, "mem_heap.c"},
    {"the heap's links", heap_has_a_link_overwritten, "mem_heap.c"},
};
#define BELIEFS (sizeof beliefs / sizeof beliefs[0])

#if ASSERT_IS_OWN
static jmp_buf failed;
static const char *failed_condition, *failed_file;

void belief_failed(const char *condition, const char *file)
{
    failed_condition = condition;
    failed_file = file;
    longjmp(failed, 1);
}

static void test_own_assertion_is_called(void **state)
{
    (void)state;
    for (volatile size_t i = 0; i < BELIEFS; i++) {
        failed_condition = NULL;
        if (setjmp(failed) == 0)
            beliefs[i].rely();
        if (failed_condition == NULL || strstr(failed_file, beliefs[i].file) == NULL)
            fail_msg("%s: no assertion failed in %s", beliefs[i].name, beliefs[i].file);
    }
}
#endif

/* The signal that ends a process that relies on a broken belief; 0 if it ends well. */
static int signal_of(void (*rely)(void))
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        (void)signal(SIGILL, SIG_DFL); /* the sanitizers have handlers of their own */
        (void)signal(SIGTRAP, SIG_DFL);
        rely();
        _exit(0);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void test_traps_where_it_is_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < BELIEFS && !ASSERT_IS_OWN; i++) {
        int sent = signal_of(beliefs[i].rely);

        if (MEM_ASSERTS ? sent != SIGILL && sent != SIGTRAP : sent != 0)
            fail_msg("%s: ended by signal %d", beliefs[i].name, sent);
    }
}

static void test_conditions_are_not_evaluated_when_off(void **state)
{
    unsigned evaluated = 0;

    (void)state;
    MEM_ASSERT(++evaluated != 0);
    assert_int_equal(evaluated, MEM_ASSERTS || ASSERT_IS_OWN ? 1 : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if ASSERT_IS_OWN
        cmocka_unit_test(test_own_assertion_is_called),
#endif
        cmocka_unit_test(test_traps_where_it_is_on),
        cmocka_unit_test(test_conditions_are_not_evaluated_when_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
