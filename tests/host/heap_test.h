/* SPDX-License-Identifier: MIT */
/*
 * Shared by the heap's test files: an arena, the heap's last report, and the
 * promises of each preset. test_mem_heap.c holds main() and the tests of
 * functions, mem_heap_placement.c where blocks are cut, mem_heap_random.c random
 * sequences, mem_heap_refusal.c requests that fail, mem_heap_regions.c several regions,
 * mem_heap_misuse.c reports of misuse, mem_heap_damage.c and mem_heap_invariants.c damage that the
 * check must detect, the latter also the functions that number bits. host.mk builds everything once
 * per preset and alignment.
 */
#ifndef TESTS_HOST_HEAP_TEST_H
#define TESTS_HOST_HEAP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <mem_heap.h>

#define ARENA_BYTES 65536

#define CHECKED  (MEM_HEAP_PRESET >= MEM_HEAP_DEFAULT)
#define DEBUGGED (MEM_HEAP_PRESET >= MEM_HEAP_DEBUG)
#define PARANOID (MEM_HEAP_PRESET >= MEM_HEAP_PARANOID)

/* In the debug presets a tag of 16 bytes precedes the owner's bytes, and 8 or more bytes follow. */
#define TAG (DEBUGGED ? 16u : 0u)
/* The debug presets count these bytes in failed requests. */
#define EXTRA (DEBUGGED ? 24u : 0u)

/*
 * Without optimization a reporting function is called, not jumped to, and its
 * caller is the heap.
 */
#if defined(__SANITIZE_ADDRESS__)
#define KNOWS_CALLER DEBUGGED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KNOWS_CALLER DEBUGGED
#endif
#endif
#ifndef KNOWS_CALLER
#define KNOWS_CALLER CHECKED
#endif

extern unsigned char arena[ARENA_BYTES];
extern const struct mem_heap_config config; /* reports to the next two */
extern struct mem_heap_misuse last;
extern unsigned reports;

/* The first request sets the limit of small sizes; all others are large then, and adjacent. */
void large_from_now(struct mem_heap *heap);
/* A heap in the whole arena, whose blocks are adjacent. */
struct mem_heap *fresh(void);
void assert_sound(const struct mem_heap *heap);

/* A different sequence for each seed, the same on every machine. */
void seed_random(uint32_t seed);
uint32_t random_below(uint32_t limit);

/* mem_heap_placement.c */
void test_realloc_backwards_fits_exactly(void **state);
void test_smallest_remainder(void **state);
void test_smallest_front_of_aligned(void **state);
void test_average_is_followed(void **state);
void test_average_ignores_bins(void **state);
void test_frontier(void **state);
void test_order_of_bin(void **state);
void test_second_try(void **state);
void test_leap(void **state);
/* mem_heap_random.c */
void test_random(void **state);
void test_random_regions(void **state);
void test_every_arena_size(void **state);
/* mem_heap_refusal.c */
void test_out_of_memory_hook(void **state);
void test_huge_requests(void **state);
void test_hook_may_use_the_heap(void **state);
void test_lock(void **state);
/* mem_heap_regions.c */
void test_regions(void **state);
void test_region_limits(void **state);
void test_region_neighbours(void **state);
void test_smallest_region(void **state);
void test_capacity_beyond_limit(void **state);
void test_huge_arena(void **state);
/* mem_heap_damage.c */
void test_damage_is_found(void **state);
void test_damage_is_survived(void **state);
/* mem_heap_invariants.c */
void test_each_invariant(void **state);
void test_bit_numbers(void **state);
/* mem_heap_misuse.c */
void test_misuse(void **state);
void test_sized_free(void **state);
void test_trampled_header(void **state);
void test_damage_behind_a_merge(void **state);
void test_forged_contents(void **state);
void test_debug_overflow(void **state);
void test_debug_use_after_free(void **state);
void test_debug_call_site(void **state);
void test_paranoid_looks_everywhere(void **state);

#endif
