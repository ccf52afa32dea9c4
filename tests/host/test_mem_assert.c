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

    heap->absorbed = WILD_SLOT;
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

/* A heap with used blocks on both sides of a free one, whose payload is *hole. */
static struct mem_heap *heap_with_a_hole(char **hole)
{
    struct mem_heap *heap = mem_heap_init(memory, sizeof memory, NULL);

    (void)mem_heap_free(heap, mem_heap_alloc(heap, 1)); /* larger ones are adjacent from now on */
    (void)mem_heap_alloc(heap, 100);
    char *block = mem_heap_alloc(heap, 300);

    (void)mem_heap_alloc(heap, 100);
    (void)mem_heap_free(heap, block);
    *hole = block - TAG_BYTES;
    return heap;
}

static void heap_has_a_wrong_word_of_its_wilderness(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);

    BACK(wilderness(heap)) -= 4;
    (void)mem_heap_alloc(heap, 8);
}

static void flip_bit(struct mem_heap *heap, heap_size class)
{
    heap->map[class / MAP_WORD_BITS] ^= (heap_map_word)1 << (class % MAP_WORD_BITS);
}

static void heap_has_a_block_in_the_bin_of_another_class(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);
    heap_size class = class_of(head_size(HEAD(hole)));

    flip_bit(heap, class);
    flip_bit(heap, class + 1);
    SLOT(heap, class) = NULL_BLOCK;
    SLOT(heap, class + 1) = offset_of(heap, hole);
    BACK(hole) = (uint32_t)(4 * (class + 1));
    (void)mem_heap_alloc(heap, 200);
}

static void heap_has_no_bit_for_a_bin(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);

    flip_bit(heap, class_of(head_size(HEAD(hole))));
    (void)mem_heap_free(heap, hole + head_size(HEAD(hole)) + TAG_BYTES);
}

static void heap_says_that_a_free_block_is_used(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);

    HEAD(hole + head_size(HEAD(hole))) |= PREV_USED;
    (void)mem_heap_alloc(heap, 300);
}

static void heap_has_an_average_above_all_requests(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);

    cold_of(heap)->average = 32 * sizeof memory;
    (void)mem_heap_alloc(heap, 1000);
}

static void heap_has_a_threshold_that_is_not_the_average(void)
{
    char *hole;
    struct mem_heap *heap = heap_with_a_hole(&hole);

    cold_of(heap)->threshold++;
    (void)mem_heap_realloc(heap, first_payload(heap) + TAG_BYTES, 1000); /* moves */
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
    {"the words of the heap's wilderness", heap_has_a_wrong_word_of_its_wilderness, "mem_heap.c"},
    {"the class of a bin", heap_has_a_block_in_the_bin_of_another_class, "mem_heap.c"},
    {"the bit of a bin", heap_has_no_bit_for_a_bin, "mem_heap.c"},
    {"the block behind a free one", heap_says_that_a_free_block_is_used, "mem_heap.c"},
    {"the average of requests", heap_has_an_average_above_all_requests, "mem_heap.c"},
    {"the placement's threshold", heap_has_a_threshold_that_is_not_the_average, "mem_heap.c"},
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
