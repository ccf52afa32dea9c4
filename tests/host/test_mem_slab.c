/* SPDX-License-Identifier: MIT */
/*
 * The slab allocator: classes, slabs, runs of pages and step counts that a
 * reader can verify by hand, memory of every size, every kind of misuse,
 * overwritten tables, and random runs against a model.
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

#include <mem_slab.h>

#define THE(name) mem_slab_##name

enum { PAGE = MEM_SLAB_PAGE_BYTES, ENTRY = 16, PAGES = 8, HEAP_BYTES = PAGES * (PAGE + ENTRY) };

static _Alignas(64) unsigned char memory[65536];
static unsigned char *const base = memory + PAGES * ENTRY;
static struct mem_slab heap;

static int setup(void **state)
{
    (void)state;
    memset(memory, 0xa7, sizeof memory); /* entries that were never used mean nothing */
    return mem_slab_init(&heap, memory, HEAP_BYTES);
}

static struct mem_slab_stats stats_now(void)
{
    struct mem_slab_stats stats;

    mem_slab_stats(&heap, &stats);
    assert_int_equal(stats.provided + stats.total_free + stats.lost, stats.heap_bytes);
    assert_int_equal(stats.provided, mem_slab_used_bytes(&heap));
    return stats;
}

#include "teaching_test.h"

static void assert_whole(void)
{
    struct mem_slab_stats stats = stats_now();

    assert_sound();
    assert_int_equal(stats.used_blocks, 0);
    assert_int_equal(stats.slabs, 0);
    assert_int_equal(stats.free_blocks, 1);
    assert_int_equal(stats.largest_free, stats.heap_bytes);
}

static void test_fresh(void **state)
{
    (void)state;
    assert_whole();
    assert_int_equal(stats_now().heap_bytes, PAGES * PAGE);
    assert_int_equal(stats_now().table_bytes, PAGES * ENTRY);
    assert_int_equal(stats_now().steps_avg, 0);
}

/* The class of every request, and how many objects a slab of it has. */
static void test_classes(void **state)
{
    static const size_t sizes[] = {16, 32, 48, 64, 80, 96, 128, 160, 256};
    struct mem_slab_block block;
    size_t which = 0;

    (void)state;
    for (size_t bytes = 0; bytes <= 256; bytes++) {
        if (bytes > sizes[which])
            which++;
        unsigned char *at = mem_slab_alloc(&heap, bytes);

        assert_true(mem_slab_inspect(&heap, at, &block));
        assert_int_equal(block.provided, sizes[which]);
        assert_true(block.in_slab && block.used);
        free_block(at);
    }
    for (which = 0; which < sizeof sizes / sizeof sizes[0]; which++) {
        size_t count = 0;

        /* A class is the largest multiple of 16 of which so many fit into a page. */
        assert_true(PAGE / sizes[which] > PAGE / (sizes[which] + 16));
        assert_int_equal(setup(NULL), 0);
        do {
            assert_ptr_equal(mem_slab_alloc(&heap, sizes[which]), base + count++ * sizes[which]);
        } while (stats_now().slabs == 1 && count < PAGE / sizes[which]);
        assert_int_equal(stats_now().slabs, 1);
        assert_int_equal(stats_now().lost, PAGE % sizes[which]);
        assert_placed(sizes[which], base + PAGE, 2); /* a new slab: past the full one to the hole */
        assert_int_equal(stats_now().slabs, 2);
    }
}

static void test_placement(void **state)
{
    (void)state;
    unsigned char *const b = base + PAGE; /* the second page */

    assert_placed(256, base, 1);
    assert_placed(100, b, 2);          /* another class: a slab of its own */
    assert_placed(129, b + PAGE, 3);   /* ... */
    assert_placed(200, base + 256, 1); /* the first one's other object */
    assert_placed(128, b + 128, 1);
    assert_placed(257, b + 2 * PAGE, 4); /* more than the largest class: a page */
    assert_placed(2 * PAGE, b + 3 * PAGE, 5);
    assert_placed(300, b + 5 * PAGE, 6);
    assert_int_equal(stats_now().free_blocks, 2 + 2 + 1); /* the last page is a hole */
    assert_int_equal(stats_now().largest_free, PAGE);
    assert_null(mem_slab_alloc(&heap, PAGE + 1));
    assert_int_equal(stats_now().steps_last, 7);
    free_block(b);
    assert_placed(90, b + 6 * PAGE, 7); /* a new slab, although another class has objects */
    assert_placed(100, b, 1);           /* the freed object */
    assert_null(mem_slab_alloc(&heap, 40));
    assert_int_equal(stats_now().steps_last, 7);
    assert_int_equal(stats_now().failed, 2);
    assert_int_equal(stats_now().steps_max, 7);
}

/* The page of a slab is free as soon as its last object is, for other classes and runs. */
static void test_slabs_are_given_back(void **state)
{
    unsigned char *objects[PAGES * 4];

    (void)state;
    for (size_t i = 0; i < PAGES * 4; i++)
        objects[i] = mem_slab_alloc(&heap, 128);
    assert_null(mem_slab_alloc(&heap, 128));
    assert_null(mem_slab_alloc(&heap, 1));
    for (size_t i = 0; i < PAGES * 4; i += 4) {
        free_block(objects[i]);
        free_block(objects[i + 1]);
        free_block(objects[i + 2]);
    }
    assert_int_equal(stats_now().slabs, PAGES); /* one object each keeps them */
    assert_int_equal(stats_now().largest_free, 128);
    assert_null(mem_slab_alloc(&heap, 1));
    free_block(objects[3 * 4 + 3]);
    free_block(objects[4 * 4 + 3]);
    assert_int_equal(stats_now().slabs, PAGES - 2);
    assert_int_equal(stats_now().largest_free, 2 * PAGE);
    assert_placed(2 * PAGE, base + 3 * PAGE, 4);
    free_block(base + 3 * PAGE);
    for (size_t i = 0; i < PAGES; i++) {
        if (i != 3 && i != 4)
            free_block(objects[i * 4 + 3]);
    }
    assert_whole();
}

static void test_merging(void **state)
{
    static const size_t bytes[4] = {2 * PAGE, 500, 2 * PAGE, 2 * PAGE};

    (void)state;
    free_in_every_order(bytes, assert_whole);
}

static void test_every_memory(void **state)
{
    (void)state;
    assert_int_equal(mem_slab_init(&heap, NULL, 1000), MEM_INVALID);
    assert_int_equal(mem_slab_init(&heap, memory, SIZE_MAX), MEM_INVALID);
    for (size_t skew = 0; skew < 17; skew++) {
        size_t pad = (0 - (uintptr_t)(memory + skew)) % 16;

        for (size_t bytes = 0; bytes < 1200; bytes++) {
            size_t pages = bytes < pad ? 0 : (bytes - pad) / (PAGE + ENTRY);

            assert_int_equal(mem_slab_init(&heap, memory + skew, bytes),
                             pages == 0 ? MEM_NO_ROOM : MEM_OK);
            assert_int_equal(stats_now().heap_bytes, PAGE * pages);
            assert_int_equal(fill_to_the_edges(skew, bytes), 32 * pages);
        }
    }
}

static void test_absurd_sizes(void **state)
{
    static const size_t sizes[] = {SIZE_MAX,   SIZE_MAX - 15,    SIZE_MAX - 511, SIZE_MAX / 2,
                                   UINT32_MAX, UINT32_MAX - 511, PAGES * PAGE};

    (void)state;
    void *a = mem_slab_alloc(&heap, 100);
    void *b = mem_slab_alloc(&heap, 1000);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(mem_slab_alloc(&heap, sizes[i]));
        assert_null(mem_slab_realloc(&heap, a, sizes[i]));
        assert_null(mem_slab_realloc(&heap, b, sizes[i]));
    }
#if SIZE_MAX > UINT32_MAX
    assert_null(mem_slab_alloc(&heap, (size_t)PAGE << 32));
    assert_null(mem_slab_realloc(&heap, b, ((size_t)PAGE << 32) + PAGE));
#endif
    assert_int_equal(stats_now().used_blocks, 2);
    assert_sound();
}

static void test_misuse(void **state)
{
    int other;
    unsigned char *a = mem_slab_alloc(&heap, 48);
    unsigned char *b = mem_slab_alloc(&heap, 48);
    unsigned char *run = mem_slab_alloc(&heap, 3 * PAGE);

    (void)state;
    memset(a, 0xff, 48);
    memset(run, 0x5a, 3 * PAGE);
    assert_int_equal(mem_slab_free(&heap, NULL), MEM_OK);
    assert_int_equal(mem_slab_free(&heap, &other), MEM_FOREIGN);
    assert_int_equal(mem_slab_free(&heap, memory), MEM_FOREIGN); /* the table */
    assert_int_equal(mem_slab_free(&heap, base - 1), MEM_FOREIGN);
    assert_int_equal(mem_slab_free(&heap, memory + HEAP_BYTES), MEM_FOREIGN);
    assert_int_equal(mem_slab_free(&heap, run + 3 * PAGE), MEM_FOREIGN); /* never used */
    assert_int_equal(mem_slab_free(&heap, a + 480), MEM_FOREIGN); /* behind the last object */
    assert_int_equal(mem_slab_free(&heap, a + 96), MEM_DOUBLE_FREE);
    for (int i = 1; i < 48; i++)
        assert_int_equal(mem_slab_free(&heap, a + i), MEM_MISALIGNED);
    for (int i = 1; i < 3 * PAGE; i++)
        assert_int_equal(mem_slab_free(&heap, run + i), MEM_MISALIGNED);
    assert_null(mem_slab_realloc(&heap, a + 16, 10));
    assert_int_equal(stats_now().rejected, 7 + 47 + 3 * PAGE - 1 + 1);
    assert_int_equal(stats_now().used_blocks, 3);
    assert_sound();

    free_block(b);
    assert_int_equal(mem_slab_free(&heap, b), MEM_DOUBLE_FREE);
    free_block(a);
    assert_int_equal(mem_slab_free(&heap, a), MEM_DOUBLE_FREE); /* the page is free, too */
    free_block(run);
    assert_int_equal(mem_slab_free(&heap, run), MEM_DOUBLE_FREE);
    assert_int_equal(mem_slab_free(&heap, run + PAGE), MEM_DOUBLE_FREE);
    assert_null(mem_slab_realloc(&heap, b, 5));
    assert_whole();
}

/*
 * Slabs that are full, in use and in use; a run; a hole; a run; the hole at the
 * end. Any bit of the table changed: check detects it. Calls then refuse or
 * succeed, but nothing outside the heap is touched, which the sanitizer sees.
 */
static void test_overwritten_table(void **state)
{
    for (size_t bit = 0; bit < PAGES * ENTRY * 8; bit++) {
        unsigned char *blocks[8];
        const void *where = NULL;

        assert_int_equal(setup(state), 0);
        for (int i = 0; i < 2; i++)
            blocks[i] = mem_slab_alloc(&heap, 256);
        for (int i = 2; i < 7; i++)
            blocks[i] = mem_slab_alloc(&heap, 128); /* a full slab and one in use */
        void *gap = mem_slab_alloc(&heap, 2 * PAGE);

        blocks[7] = mem_slab_alloc(&heap, 2 * PAGE);
        free_block(gap);
        memory[bit / 8] ^= (unsigned char)(1u << bit % 8);
        size_t word = bit / 32 % 4;
        size_t page = bit / 128;
        bool matters = page <= 2   ? word == 0 || word == 3 || (page == 2 && word < 3)
                       : page == 7 ? word == 0 || word >= 2
                       : page == 3 ? word == 0 || (word == 3 && bit % 32 < 16)
                       : page == 4 ? word == 2 || (word == 3 && bit % 32 < 16)
                       : page == 5 ? word == 0 || (word == 3 && bit % 32 < 16)
                                   : word == 3 && bit % 32 < 16;

        if (page == 7 && word == 3)
            matters = bit % 32 < 16;
        assert_int_equal(mem_slab_check(&heap, &where), matters ? MEM_CORRUPT : MEM_OK);
        assert_int_equal(where != NULL, matters);
        for (int i = 0; i < 8; i++)
            (void)mem_slab_free(&heap, blocks[i]);
        for (int i = 0; i < 20; i++)
            (void)mem_slab_alloc(&heap, i % 2 == 0 ? 600 : 128);
    }
}

static void test_check_sees_members(void **state)
{
    uint32_t *members[] = {&heap.touched, &heap.partial[0], &heap.partial[8]};
    static const uint32_t wrong[] = {0, 1, 2, 7, 8, 9, UINT32_MAX};
    const void *where;

    (void)state;
    assert_non_null(mem_slab_alloc(&heap, 256));
    assert_non_null(mem_slab_alloc(&heap, 600));
    assert_sound();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        uint32_t right = *members[i];

        for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
            *members[i] = wrong[k];
            assert_int_equal(mem_slab_check(&heap, &where) == MEM_OK, wrong[k] == right);
        }
        *members[i] = right;
    }
    heap.used_bytes++;
    assert_int_equal(mem_slab_check(&heap, &where), MEM_CORRUPT);
    assert_ptr_equal(where, &heap.used_bytes);
    heap.used_bytes--;
    assert_sound();
}

static void test_resize(void **state)
{
    (void)state;
    unsigned char *a = mem_slab_realloc(&heap, NULL, 100);

    for (int i = 0; i < 100; i++)
        a[i] = (unsigned char)i;
    assert_ptr_equal(mem_slab_realloc(&heap, a, 128), a);
    assert_ptr_equal(mem_slab_realloc(&heap, a, 0), a); /* an object stays */
    unsigned char *run = mem_slab_realloc(&heap, a, 1000);

    assert_ptr_equal(run, base + PAGE); /* found while the slab was still there */
    for (int i = 0; i < 100; i++)
        assert_int_equal(run[i], i);
    assert_int_equal(mem_slab_free(&heap, a), MEM_DOUBLE_FREE);
    assert_int_equal(stats_now().slabs, 0);
    assert_ptr_equal(mem_slab_realloc(&heap, run, 4 * PAGE), run); /* over the hole behind */
    assert_int_equal(stats_now().provided, 4 * PAGE);
    assert_sound();
    assert_ptr_equal(mem_slab_realloc(&heap, run, 1), run); /* gives three pages back */
    assert_int_equal(stats_now().provided, PAGE);
    assert_int_equal(stats_now().free_blocks, 2);
    assert_sound();
    unsigned char *behind = mem_slab_alloc(&heap, 2 * PAGE);
    unsigned char *moved = mem_slab_realloc(&heap, run, PAGE + 1);

    assert_ptr_equal(behind, run + PAGE);
    assert_ptr_equal(moved, behind + 2 * PAGE);
    assert_int_equal(moved[99], 99);
    assert_sound();
    /* No room: the block stays. */
    assert_null(mem_slab_realloc(&heap, moved, 5 * PAGE));
    assert_int_equal(moved[5], 5);
    free_block(moved);
    free_block(behind);
    assert_whole();
}

static void test_inspect(void **state)
{
    struct mem_slab_block block;

    (void)state;
    unsigned char *a = mem_slab_alloc(&heap, 40);
    unsigned char *run = mem_slab_alloc(&heap, 600);

    for (int i = 0; i < 480; i++) {
        assert_true(mem_slab_inspect(&heap, a + i, &block));
        assert_ptr_equal(block.start, a + i / 48 * 48);
        assert_int_equal(block.provided, 48);
        assert_int_equal(block.used, i < 48);
        assert_true(block.in_slab);
    }
    assert_false(mem_slab_inspect(&heap, a + 480, &block)); /* lost */
    for (int i = 0; i < 2 * PAGE; i++) {
        assert_true(mem_slab_inspect(&heap, run + i, &block));
        assert_ptr_equal(block.start, run);
        assert_int_equal(block.provided, 2 * PAGE);
        assert_true(block.used && !block.in_slab);
    }
    assert_true(mem_slab_inspect(&heap, base + PAGES * PAGE - 1, &block));
    assert_ptr_equal(block.start, run + 2 * PAGE);
    assert_int_equal(block.provided, 5 * PAGE);
    assert_false(block.used || block.in_slab);
    assert_false(mem_slab_inspect(&heap, base + PAGES * PAGE, &block));
    assert_false(mem_slab_inspect(&heap, base - 1, &block));
    assert_false(mem_slab_inspect(&heap, NULL, &block));
    assert_true(mem_slab_owns(&heap, base));
    assert_false(mem_slab_owns(&heap, base - 1));
    assert_false(mem_slab_owns(&heap, base + PAGES * PAGE));
}

/* Of more than 4 GiB, all but the last page of 4 GiB are used. */
static void test_beyond_4_gib(void **state)
{
    (void)state;
#if SIZE_MAX > UINT32_MAX
    const size_t managed = ((size_t)1 << 32) - PAGE;
    unsigned char *big = map_big_memory();

    assert_int_equal(mem_slab_init(&heap, big, big_bytes), MEM_OK);
    assert_int_equal(stats_now().heap_bytes, managed);
    unsigned char *small = mem_slab_alloc(&heap, 16);

    assert_null(mem_slab_alloc(&heap, managed));
    unsigned char *all = mem_slab_alloc(&heap, managed - PAGE);

    assert_ptr_equal(all, small + PAGE);
    all[managed - PAGE - 1] = 1;
    assert_null(mem_slab_alloc(&heap, 300));
    assert_int_equal(mem_slab_free(&heap, small + ((size_t)1 << 32)), MEM_FOREIGN);
    assert_int_equal(mem_slab_free(&heap, all + managed - PAGE - 1), MEM_MISALIGNED);
    assert_ptr_equal(mem_slab_realloc(&heap, all, 1), all);
    assert_sound();
    free_block(all);
    free_block(small);
    assert_whole();
    assert_int_equal(munmap(big, big_bytes), 0);
#endif
}

static void look(size_t used, size_t requested)
{
    size_t largest = stats_now().largest_free;

    (void)requested;
    assert_int_equal(stats_now().used_blocks, used);
    if (largest >= PAGE) /* a hole: a request of its size succeeds */
        assert_largest(largest);
    else /* an object, for requests of its class only */
        assert_null(mem_slab_alloc(&heap, largest + 1));
}

static void test_random_against_model(void **state)
{
    (void)state;
    memset(memory, 0xa7, sizeof memory);
    assert_int_equal(mem_slab_init(&heap, memory + 3, sizeof memory - 3), MEM_OK);
    run_at_random(40000, look);
    assert_true(stats_now().failed > 40000 / 16 + 100); /* it has been full */
    assert_whole();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fresh, setup),
        cmocka_unit_test_setup(test_classes, setup),
        cmocka_unit_test_setup(test_placement, setup),
        cmocka_unit_test_setup(test_slabs_are_given_back, setup),
        cmocka_unit_test_setup(test_merging, setup),
        cmocka_unit_test(test_every_memory),
        cmocka_unit_test_setup(test_absurd_sizes, setup),
        cmocka_unit_test_setup(test_misuse, setup),
        cmocka_unit_test(test_overwritten_table),
        cmocka_unit_test_setup(test_check_sees_members, setup),
        cmocka_unit_test_setup(test_resize, setup),
        cmocka_unit_test_setup(test_inspect, setup),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_beyond_4_gib),
        cmocka_unit_test(test_random_against_model),
    };

    return cmocka_run_group_tests_name("mem_slab", tests, NULL, NULL);
}
