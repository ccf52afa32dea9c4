/* SPDX-License-Identifier: MIT */
/*
 * First fit: placement and step counts that a reader can verify by hand, every
 * kind of misuse, overwritten headers, and random runs against a model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <mem_first_fit.h>

#define THE(name) mem_first_fit_##name

#define HEAP_BYTES 65536
#define HEADER     MEM_FIRST_FIT_HEADER_BYTES

static _Alignas(64) unsigned char memory[HEAP_BYTES + 64];
static struct mem_first_fit heap;

static int setup(void **state)
{
    (void)state;
    return mem_first_fit_init(&heap, memory, HEAP_BYTES);
}

static struct mem_first_fit_stats stats_now(void)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(&heap, &stats);
    assert_int_equal(stats.header_bytes + stats.provided + stats.total_free, stats.heap_bytes);
    return stats;
}

#include "teaching_test.h"

static void assert_all_free(void)
{
    struct mem_first_fit_stats stats = stats_now();

    assert_sound();
    assert_int_equal(stats.used_blocks, 0);
    assert_int_equal(stats.free_blocks, 1);
    assert_int_equal(stats.total_free, stats.heap_bytes - HEADER);
    assert_int_equal(stats.largest_free, stats.total_free);
}

static void test_fresh(void **state)
{
    (void)state;
    assert_all_free();
    assert_int_equal(stats_now().heap_bytes, HEAP_BYTES);
    assert_int_equal(stats_now().header_bytes, HEADER);
    assert_int_equal(stats_now().steps_avg, 0);
}

static void test_placement(void **state)
{
    (void)state;
    unsigned char *a = mem_first_fit_alloc(&heap, 100);
    unsigned char *b = mem_first_fit_alloc(&heap, 16);
    unsigned char *c = mem_first_fit_alloc(&heap, 1);
    unsigned char *d = mem_first_fit_alloc(&heap, 0);

    assert_ptr_equal(a, memory + HEADER);
    assert_ptr_equal(b, a + 112 + HEADER);
    assert_ptr_equal(c, b + 16 + HEADER);
    assert_ptr_equal(d, c + 16 + HEADER);
    free_block(a);
    free_block(c);
    /* The first that fits, not the best: a's place, although c's fits exactly. */
    assert_placed(16, a, 1);
    /* The rest of a holds 80 bytes: too small for 81, which is placed behind d. */
    assert_placed(81, d + 16 + HEADER, 6);
    assert_placed(80, a + 16 + HEADER, 2);
    assert_sound();
}

/* The lab's workload: fill, free every other block, request a large one. */
static void test_external_fragmentation(void **state)
{
    unsigned char *blocks[HEAP_BYTES / 272 + 1];
    size_t count = 0;

    (void)state;
    while ((blocks[count] = mem_first_fit_alloc(&heap, 250)) != NULL)
        count++;
    assert_int_equal(count, HEAP_BYTES / 272);
    assert_int_equal(stats_now().allocs, count);
    assert_int_equal(stats_now().failed, 1);
    /* Each search passes all earlier blocks: 1, 2, ... count, and the failed one all count + 1. */
    size_t searches = count + 1;
    size_t sum = searches * (searches + 1) / 2;

    assert_int_equal(stats_now().steps_total, sum);
    assert_int_equal(stats_now().steps_avg, sum / searches);
    assert_int_equal(stats_now().steps_max, searches);
    assert_int_equal(stats_now().requested, count * 250);
    assert_int_equal(stats_now().provided, count * 256);

    for (size_t i = 0; i < count; i += 2)
        free_block(blocks[i]);
    struct mem_first_fit_stats stats = stats_now();
    struct mem_frag frag;

    assert_int_equal(count % 2, 0); /* the last block stays, before the rest of the heap */
    assert_int_equal(stats.free_blocks, count / 2 + 1);
    assert_int_equal(stats.largest_free, 256);
    assert_int_equal(stats.total_free, count / 2 * 256 + (HEAP_BYTES - count * 272 - HEADER));
    mem_first_fit_frag(&heap, &frag);
    assert_int_equal(frag.free_largest, stats.largest_free);
    assert_int_equal(mem_frag_external_pct(frag.free_largest, frag.free_total), 100);
    assert_null(mem_first_fit_alloc(&heap, 257));
    assert_int_equal(stats_now().steps_last, count + 1);
    assert_non_null(mem_first_fit_alloc(&heap, 256));
    assert_int_equal(stats_now().steps_last, 1);
    assert_sound();
}

static void test_merging(void **state)
{
    static const size_t bytes[4] = {40, 40, 40, 40};

    (void)state;
    free_in_every_order(bytes, assert_all_free);
}

static void test_largest_free_is_the_limit(void **state)
{
    (void)state;
    size_t largest = stats_now().largest_free;

    assert_int_equal(largest, HEAP_BYTES - HEADER);
    assert_null(mem_first_fit_alloc(&heap, largest + 1));
    void *all = mem_first_fit_alloc(&heap, largest);

    assert_non_null(all);
    assert_int_equal(stats_now().free_blocks, 0);
    assert_int_equal(stats_now().total_free, 0);
    assert_null(mem_first_fit_alloc(&heap, 0));
    free_block(all);
    assert_all_free();
}

/* A remainder too small for a block stays with the block and counts as provided. */
static void test_small_remainder(void **state)
{
    (void)state;
    void *a = mem_first_fit_alloc(&heap, 64);
    void *b = mem_first_fit_alloc(&heap, 1);

    free_block(a);
    assert_ptr_equal(mem_first_fit_alloc(&heap, 48), a);
    assert_int_equal(stats_now().provided, 64 + 16);
    free_block(a);
    assert_ptr_equal(mem_first_fit_alloc(&heap, 32), a);
    assert_int_equal(stats_now().provided, 32 + 16);
    assert_int_equal(stats_now().free_blocks, 2);
    free_block(b);
}

static void test_absurd_sizes(void **state)
{
    static const size_t sizes[] = {SIZE_MAX,        SIZE_MAX - 15, SIZE_MAX - 16,   SIZE_MAX - 32,
                                   SIZE_MAX / 2,    UINT32_MAX,    UINT32_MAX - 15, UINT32_MAX - 31,
                                   UINT32_MAX - 47, HEAP_BYTES};

    (void)state;
    void *a = mem_first_fit_alloc(&heap, 100);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(mem_first_fit_alloc(&heap, sizes[i]));
        assert_null(mem_first_fit_realloc(&heap, a, sizes[i]));
    }
#if SIZE_MAX > UINT32_MAX
    assert_null(mem_first_fit_alloc(&heap, (size_t)1 << 32));
    assert_null(mem_first_fit_alloc(&heap, ((size_t)1 << 32) + 16));
#endif
    assert_int_equal(stats_now().used_blocks, 1);
    assert_sound();
}

static void test_misuse(void **state)
{
    (void)state;
    int other;
    unsigned char *a = mem_first_fit_alloc(&heap, 100);
    unsigned char *b = mem_first_fit_alloc(&heap, 100);
    struct mem_first_fit_stats before = stats_now();

    memset(a, 0, 100);
    assert_int_equal(mem_first_fit_free(&heap, NULL), MEM_OK);
    assert_int_equal(mem_first_fit_free(&heap, &other), MEM_FOREIGN);
    assert_int_equal(mem_first_fit_free(&heap, memory), MEM_FOREIGN);
    assert_int_equal(mem_first_fit_free(&heap, (void *)((uintptr_t)memory - 16)), MEM_FOREIGN);
    assert_int_equal(mem_first_fit_free(&heap, memory + HEAP_BYTES), MEM_FOREIGN);
    assert_int_equal(mem_first_fit_free(&heap, a + 1), MEM_MISALIGNED);
    assert_int_equal(mem_first_fit_free(&heap, a + 15), MEM_MISALIGNED);
    assert_int_equal(mem_first_fit_free(&heap, a + 16), MEM_FOREIGN);
    assert_null(mem_first_fit_realloc(&heap, a + 16, 10));
    /* A used header copied into a block is not accepted as a header there. */
    memcpy(a + 16, a - HEADER, HEADER);
    assert_int_equal(mem_first_fit_free(&heap, a + 32), MEM_FOREIGN);
    assert_int_equal(stats_now().rejected, 9);
    assert_int_equal(stats_now().used_blocks, before.used_blocks);
    assert_sound();

    free_block(b); /* merged into the following block */
    assert_int_equal(mem_first_fit_free(&heap, b), MEM_DOUBLE_FREE);
    free_block(a);
    assert_int_equal(mem_first_fit_free(&heap, a), MEM_DOUBLE_FREE);
    assert_int_equal(mem_first_fit_free(&heap, b), MEM_DOUBLE_FREE);
    assert_null(mem_first_fit_realloc(&heap, b, 5));
    assert_all_free();
}

/*
 * Any bit of a block's header changed: free refuses, check detects it, and the
 * damage does not spread.
 */
static void test_overwritten_headers(void **state)
{
    for (int victim = 0; victim < 3; victim++) {
        for (int bit = 0; bit < HEADER * 8; bit++) {
            unsigned char *blocks[3];
            const void *where = NULL;

            if (bit / 32 == 2)
                continue; /* the requested size: nothing depends on it */
            assert_int_equal(setup(state), 0);
            for (int i = 0; i < 3; i++)
                blocks[i] = mem_first_fit_alloc(&heap, 40);
            unsigned char *header = blocks[victim] - HEADER;

            header[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_int_equal(mem_first_fit_check(&heap, &where), MEM_CORRUPT);
            assert_true((const unsigned char *)where >= header);
            int err = mem_first_fit_free(&heap, blocks[victim]);

            assert_true(err == MEM_CORRUPT || err == MEM_FOREIGN);
            header[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_sound();
            free_block(blocks[victim]);
        }
    }
}

/* The size that the owner asked for lies in front of the tag: an underflow that spares the tag may
 * change it, and realloc would copy that many bytes. */
static void test_overwritten_request(void **state)
{
    enum { ASKED_OFFSET = 8 }; /* below the payload */
    (void)state;
    for (unsigned byte = 0; byte < 4; byte++) {
        assert_int_equal(mem_first_fit_init(&heap, memory, HEAP_BYTES), MEM_OK);
        unsigned char *first = mem_first_fit_alloc(&heap, 40);
        unsigned char *next = mem_first_fit_alloc(&heap, 40);
        struct mem_first_fit_stats before = stats_now();

        memset(next, 0x5a, 40);
        first[(int)byte - ASKED_OFFSET] = 0xff;
        /* Nothing is copied, nothing is freed, and the walk ends in front of it. */
        assert_null(mem_first_fit_realloc(&heap, first, 1000));
        assert_int_equal(mem_first_fit_free(&heap, first), MEM_CORRUPT);
        assert_int_equal(heap.rejected, before.rejected + 2);
        assert_int_equal(mem_first_fit_check(&heap, NULL), MEM_CORRUPT);
        for (unsigned i = 0; i < 40; i++)
            assert_int_equal(next[i], 0x5a);
    }
}

/* Two adjacent free blocks are an error even if everything else is consistent. */
static void test_check_sees_unmerged_blocks(void **state)
{
    (void)state;
    unsigned char *a = mem_first_fit_alloc(&heap, 40);
    unsigned char *b = mem_first_fit_alloc(&heap, 40);
    const void *where;

    mem_first_fit_alloc(&heap, 40);
    unsigned char used_tag[4];

    memcpy(used_tag, a - 4, 4);
    free_block(a);
    for (int i = 0; i < 4; i++) /* change b's tag as free changed a's */
        b[i - 4] ^= (unsigned char)(a[i - 4] ^ used_tag[i]);
    assert_int_equal(mem_first_fit_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, b - HEADER);
}

/* An overflow into the next header: searches that reach it end and return no block behind it. */
static void test_overflow_is_contained(void **state)
{
    (void)state;
    unsigned char *a = mem_first_fit_alloc(&heap, 40);
    unsigned char *b = mem_first_fit_alloc(&heap, 40);
    struct mem_first_fit_block block;

    memset(a, 0x41, 48 + HEADER);
    assert_int_equal(mem_first_fit_free(&heap, a), MEM_CORRUPT);
    assert_int_equal(mem_first_fit_free(&heap, b), MEM_FOREIGN);
    assert_null(mem_first_fit_alloc(&heap, 8));
    assert_false(mem_first_fit_inspect(&heap, b, &block));
    const void *where;

    assert_int_equal(mem_first_fit_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, b - HEADER);
    memset(b - HEADER, 0, HEADER); /* a size of 0 must not stop a walk from ending */
    assert_null(mem_first_fit_alloc(&heap, 8));
    assert_int_equal(mem_first_fit_check(&heap, &where), MEM_CORRUPT);
}

static void test_resize(void **state)
{
    (void)state;
    unsigned char *a = mem_first_fit_realloc(&heap, NULL, 100);
    unsigned char *b = mem_first_fit_alloc(&heap, 100);

    for (int i = 0; i < 100; i++)
        a[i] = (unsigned char)i;
    assert_ptr_equal(mem_first_fit_realloc(&heap, a, 112), a); /* its present size */
    assert_ptr_equal(mem_first_fit_realloc(&heap, a, 20), a);  /* in place */
    assert_int_equal(stats_now().free_blocks, 2);
    assert_ptr_equal(mem_first_fit_realloc(&heap, a, 100), a); /* back again */
    assert_int_equal(stats_now().free_blocks, 1);
    assert_sound();
    unsigned char *moved = mem_first_fit_realloc(&heap, a, 113);

    assert_true(moved > b);
    for (int i = 0; i < 20; i++)
        assert_int_equal(moved[i], i);
    assert_int_equal(mem_first_fit_free(&heap, a), MEM_DOUBLE_FREE);
    /* No room: the block stays. */
    assert_null(mem_first_fit_realloc(&heap, moved, HEAP_BYTES));
    assert_int_equal(moved[5], 5);
    assert_sound();
    /* The rest of a shrunk block merges with the hole behind it. */
    assert_ptr_equal(mem_first_fit_realloc(&heap, moved, 0), moved);
    assert_int_equal(stats_now().free_blocks, 2);
    assert_sound();
    free_block(moved);
    free_block(b);
    assert_all_free();
}

static void test_inspect(void **state)
{
    (void)state;
    unsigned char *a = mem_first_fit_alloc(&heap, 30);
    unsigned char *b = mem_first_fit_alloc(&heap, 50);
    struct mem_first_fit_block block;

    mem_first_fit_free(&heap, a);
    for (int i = -HEADER; i < 64; i++) {
        assert_true(mem_first_fit_inspect(&heap, b + i, &block));
        assert_ptr_equal(block.start, b);
        assert_int_equal(block.requested, 50);
        assert_int_equal(block.provided, 64);
        assert_true(block.used && block.has_before && block.has_after);
        assert_false(block.before_used || block.after_used);
        assert_int_equal(block.before, 32);
        assert_int_equal(block.after, HEAP_BYTES - 48 - 80 - HEADER);
    }
    assert_true(mem_first_fit_inspect(&heap, a, &block));
    assert_false(block.used || block.has_before);
    assert_int_equal(block.requested, 0);
    assert_true(mem_first_fit_inspect(&heap, memory + HEAP_BYTES - 1, &block));
    assert_false(block.has_after);
    assert_false(mem_first_fit_inspect(&heap, memory + HEAP_BYTES, &block));
    assert_false(mem_first_fit_inspect(&heap, NULL, &block));
    assert_true(mem_first_fit_owns(&heap, memory));
    assert_false(mem_first_fit_owns(&heap, memory + HEAP_BYTES));
}

static void test_init(void **state)
{
    (void)state;
    assert_int_equal(mem_first_fit_init(&heap, NULL, 1000), MEM_INVALID);
    assert_int_equal(mem_first_fit_init(&heap, memory, SIZE_MAX), MEM_INVALID);
    assert_int_equal(mem_first_fit_init(&heap, memory, 0), MEM_NO_ROOM);
    assert_int_equal(mem_first_fit_init(&heap, memory, 31), MEM_NO_ROOM);
    assert_int_equal(mem_first_fit_init(&heap, memory + 1, 46), MEM_NO_ROOM);
    assert_null(mem_first_fit_alloc(&heap, 1));
    assert_int_equal(mem_first_fit_free(&heap, memory + 16), MEM_FOREIGN);
    assert_int_equal(mem_first_fit_check(&heap, NULL), MEM_OK);
    for (size_t skew = 0; skew < 32; skew++) {
        for (size_t bytes = 64; bytes < 100; bytes++) {
            assert_int_equal(mem_first_fit_init(&heap, memory + skew, bytes), MEM_OK);
            assert_true(fill_to_the_edges(skew, bytes) > 0);
        }
    }
}

/* The smallest memory has room for one payload of 16 bytes; less is refused. */
static void test_smallest_memory(void **state)
{
    (void)state;
    for (size_t skew = 0; skew < 32; skew++) {
        size_t least = (size_t)(-(uintptr_t)(memory + skew) % 16) + 32;

        for (size_t bytes = 0; bytes < 80; bytes++)
            assert_int_equal(mem_first_fit_init(&heap, memory + skew, bytes),
                             bytes < least ? MEM_NO_ROOM : MEM_OK);
        assert_int_equal(mem_first_fit_init(&heap, memory + skew, least), MEM_OK);
        assert_null(mem_first_fit_alloc(&heap, 17));
        void *block = mem_first_fit_alloc(&heap, 16);

        assert_non_null(block);
        assert_null(mem_first_fit_alloc(&heap, 0));
        free_block(block);
        assert_all_free();
    }
}

/* Of more than 4 GiB, sizes and offsets reach 4 GiB less 16 bytes. Touches a few pages. */
static void test_beyond_4_gib(void **state)
{
    (void)state;
#if SIZE_MAX > UINT32_MAX
    const size_t managed = UINT32_MAX - 15u;
    unsigned char *big = map_big_memory();

    assert_int_equal(mem_first_fit_init(&heap, big, big_bytes), MEM_OK);
    assert_int_equal(stats_now().heap_bytes, managed);
    assert_null(mem_first_fit_alloc(&heap, managed - HEADER + 1));
    unsigned char *all = mem_first_fit_alloc(&heap, managed - HEADER);

    assert_ptr_equal(all, big + HEADER);
    all[managed - HEADER - 1] = 1;
    assert_null(mem_first_fit_alloc(&heap, 0));
    assert_true(mem_first_fit_owns(&heap, big + managed - 1));
    assert_false(mem_first_fit_owns(&heap, big + managed));
    assert_false(mem_first_fit_owns(&heap, all + ((size_t)1 << 32)));
    assert_int_equal(mem_first_fit_free(&heap, all + ((size_t)1 << 32)), MEM_FOREIGN);
    assert_null(mem_first_fit_realloc(&heap, all, (size_t)1 << 32));
    assert_ptr_equal(mem_first_fit_realloc(&heap, all, 100), all);
    unsigned char *last = mem_first_fit_alloc(&heap, managed - HEADER - 112 - HEADER);

    assert_ptr_equal(last, big + HEADER + 112 + HEADER);
    assert_sound();
    free_block(all);
    free_block(last);
    assert_all_free();
    assert_int_equal(munmap(big, big_bytes), 0);
#endif
}

static void look(size_t used, size_t requested)
{
    assert_int_equal(stats_now().used_blocks, used);
    assert_int_equal(stats_now().requested, requested);
    assert_largest(stats_now().largest_free);
}

static void test_random_against_model(void **state)
{
    assert_int_equal(setup(state), 0);
    run_at_random(60000, look);
    assert_true(stats_now().failed > 60000 / 16 + 100); /* it has been full */
    assert_all_free();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fresh, setup),
        cmocka_unit_test_setup(test_placement, setup),
        cmocka_unit_test_setup(test_external_fragmentation, setup),
        cmocka_unit_test_setup(test_merging, setup),
        cmocka_unit_test_setup(test_largest_free_is_the_limit, setup),
        cmocka_unit_test_setup(test_small_remainder, setup),
        cmocka_unit_test_setup(test_absurd_sizes, setup),
        cmocka_unit_test_setup(test_misuse, setup),
        cmocka_unit_test_setup(test_overwritten_headers, setup),
        cmocka_unit_test_setup(test_overwritten_request, setup),
        cmocka_unit_test_setup(test_check_sees_unmerged_blocks, setup),
        cmocka_unit_test_setup(test_overflow_is_contained, setup),
        cmocka_unit_test_setup(test_resize, setup),
        cmocka_unit_test_setup(test_inspect, setup),
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_smallest_memory),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_beyond_4_gib),
        cmocka_unit_test(test_random_against_model),
    };

    return cmocka_run_group_tests_name("mem_first_fit", tests, NULL, NULL);
}
