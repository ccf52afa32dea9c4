/* SPDX-License-Identifier: MIT */
/*
 * Next, best and worst fit, with first fit beside them: placement and step
 * counts that a reader can verify by hand, and random runs in which a model
 * predicts every placement and every step count. They share first fit's blocks,
 * whose own test is test_mem_first_fit.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <mem_allocator.h>
#include <mem_best_fit.h>
#include <mem_next_fit.h>
#include <mem_worst_fit.h>

enum { ARENA_BYTES = 8192, HEADER = MEM_FIRST_FIT_HEADER_BYTES };

static _Alignas(16) unsigned char arena[ARENA_BYTES];
static struct mem_next_fit state; /* the largest of the structs; all begin with first fit's */
static const struct mem_allocator *fit;
static struct mem_instance *heap;

static void use(const char *name)
{
    for (size_t i = 0; mem_allocators[i] != NULL; i++) {
        if (strcmp(mem_allocators[i]->name, name) == 0)
            fit = mem_allocators[i];
    }
    assert_string_equal(fit->name, name);
    assert_true(fit->state_bytes <= sizeof state);
    heap = fit->init(&state, arena, ARENA_BYTES, NULL);
    assert_non_null(heap);
}

static size_t steps_last(void)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(&state.blocks, &stats);
    return stats.steps_last;
}

static void assert_sound(void)
{
    const void *where = &heap;

    assert_int_equal(fit->check(heap, &where), MEM_OK);
    assert_null(where);
}

static void assert_placed(size_t bytes, const unsigned char *at, size_t steps)
{
    assert_ptr_equal(fit->alloc(heap, bytes), at);
    assert_int_equal(steps_last(), steps);
    assert_sound();
}

/*
 * Holes of 112, 48, 64 and 48 bytes between used blocks, then the rest:
 *     block    0  1  2  3  4  5  6  7  8
 *     hole   112    48    64    48    rest
 */
static unsigned char *holes[5];

static void make_holes(const char *name)
{
    static const size_t sizes[4] = {112, 48, 64, 48};

    use(name);
    for (size_t i = 0; i < 4; i++) {
        holes[i] = fit->alloc(heap, sizes[i]);
        holes[4] = fit->alloc(heap, 16);
    }
    holes[4] += 16 + HEADER;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fit->free(heap, holes[i]), MEM_OK);
    assert_sound();
}

static void test_first_fit(void **unused)
{
    (void)unused;
    make_holes("first_fit");
    assert_placed(48, holes[0], 1);
    assert_placed(48, holes[0] + 48 + HEADER, 2);
    assert_placed(60, holes[2], 6);
}

static void test_next_fit(void **unused)
{
    (void)unused;
    make_holes("next_fit");
    /* The last block taken lies before the rest: the search begins there. */
    assert_placed(48, holes[4], 1);
    assert_placed(100, holes[4] + 48 + HEADER, 1);
    /* More than the rest: round to the start, past all ten blocks and once again the rest. */
    assert_null(fit->alloc(heap, ARENA_BYTES));
    assert_int_equal(steps_last(), 11);
    /* Fill the rest; the next search begins at the start, and the one after behind its block. */
    struct mem_allocator_stats stats;

    fit->stats(heap, &stats);
    assert_placed(stats.largest_free, holes[4] + 48 + HEADER + 112 + HEADER, 1);
    assert_placed(16, holes[0], 1);
    assert_placed(48, holes[0] + 16 + HEADER, 1);
    assert_placed(48, holes[1], 3); /* the leftover of 16 bytes, a used block, the hole */
    assert_placed(16, holes[2], 2);
}

static void test_best_fit(void **unused)
{
    (void)unused;
    make_holes("best_fit");
    /* All nine blocks are looked at, unless a hole fits exactly. */
    assert_placed(49, holes[2], 5); /* rounded to 64: exactly this hole */
    assert_placed(20, holes[1], 9); /* the first of the two smallest */
    assert_placed(48, holes[3], 7);
    assert_placed(10, holes[0], 9);
    assert_placed(81, holes[4], 10); /* 80 bytes remain of the first hole */
}

static void test_worst_fit(void **unused)
{
    (void)unused;
    make_holes("worst_fit");
    assert_placed(48, holes[4], 9);
    struct mem_allocator_stats stats;

    fit->stats(heap, &stats);
    assert_placed(stats.largest_free, holes[4] + 48 + HEADER, 10);
    assert_placed(16, holes[0], 10);                     /* 112, now the largest: 80 remain */
    assert_placed(16, holes[0] + 16 + HEADER, 11);       /* 80, more than 64: 48 remain */
    assert_placed(16, holes[2], 12);                     /* 64 */
    assert_placed(48, holes[0] + 2 * (16 + HEADER), 13); /* the first of three with 48 */
    assert_null(fit->alloc(heap, 49));
    assert_int_equal(steps_last(), 13);
}

/* --- A model of the search -------------------------------------------------------------------- */

enum { BLOCKS_MAX = ARENA_BYTES / 32, SLOTS = 60 };

struct model {
    struct mem_first_fit_block blocks[BLOCKS_MAX];
    size_t count;
    const unsigned char *rover; /* the end of the last block that was taken */
};

static struct model model;

/* List the blocks, in address order. */
static void list_blocks(void)
{
    const unsigned char *at = arena;

    for (model.count = 0; at < arena + ARENA_BYTES; model.count++) {
        struct mem_first_fit_block *block = &model.blocks[model.count];

        assert_true(mem_first_fit_inspect(&state.blocks, at, block));
        at = (const unsigned char *)block->start + block->provided;
    }
}

static bool fits(size_t index, size_t bytes)
{
    return !model.blocks[index].used && model.blocks[index].provided >= bytes;
}

/* The block that the rover lies in, which is the one that its block has been merged into. */
static size_t rover_index(void)
{
    size_t index = 0;

    while (index < model.count &&
           (const unsigned char *)model.blocks[index].start + model.blocks[index].provided <=
               model.rover)
        index++;
    return index % model.count;
}

/* The index of the block that the search takes, model.count if none; and the steps that it needs.
 */
static size_t predict(size_t bytes, size_t *steps)
{
    size_t from = strcmp(fit->name, "next_fit") == 0 ? rover_index() : 0;
    size_t chosen = model.count;

    *steps = model.count;
    for (size_t i = 0; i < model.count; i++) {
        size_t index = (from + i) % model.count;
        size_t provided = model.blocks[index].provided;

        if (!fits(index, bytes))
            continue;
        if (fit->name[0] == 'f' || fit->name[0] == 'n' ||
            (fit->name[0] == 'b' && provided < bytes + 16)) {
            *steps = i + 1;
            return index;
        }
        if (chosen == model.count ||
            (fit->name[0] == 'b' ? provided < model.blocks[chosen].provided
                                 : provided > model.blocks[chosen].provided))
            chosen = index;
    }
    return chosen;
}

static void assert_taken(const unsigned char *block, size_t bytes)
{
    size_t rounded = bytes == 0 ? 16 : (bytes + 15) / 16 * 16;
    size_t steps;
    size_t chosen = predict(rounded, &steps);

    assert_int_equal(steps_last(), steps);
    assert_ptr_equal(block, chosen == model.count ? NULL : model.blocks[chosen].start);
    if (block != NULL)
        model.rover = block + fit->usable_size(heap, block);
}

/* Returns how many requests were refused. */
static unsigned play(void)
{
    unsigned char *blocks[SLOTS] = {NULL};
    unsigned refused = 0;

    model.rover = arena;
    for (unsigned step = 0; step < 4000; step++) {
        size_t slot = (size_t)rand() % SLOTS;
        size_t bytes = (size_t)rand() % (rand() % 8 == 0 ? 1000 : 200);

        list_blocks();
        if (blocks[slot] == NULL) {
            blocks[slot] = fit->alloc(heap, bytes);
            assert_taken(blocks[slot], bytes);
            refused += blocks[slot] == NULL;
        } else if (rand() % 3 == 0) {
            unsigned char *moved = fit->resize(heap, blocks[slot], bytes);

            if (moved != blocks[slot])
                assert_taken(moved, bytes);
            if (moved != NULL)
                blocks[slot] = moved;
        } else {
            assert_int_equal(fit->free(heap, blocks[slot]), MEM_OK);
            blocks[slot] = NULL;
        }
        assert_sound();
    }
    for (size_t i = 0; i < SLOTS; i++)
        assert_int_equal(fit->free(heap, blocks[i]), MEM_OK);
    return refused;
}

static void test_random_against_model(void **unused)
{
    static const char *const names[] = {"first_fit", "next_fit", "best_fit", "worst_fit"};

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct mem_allocator_stats stats;

        srand(7);
        use(names[i]);
        assert_true(play() > 20); /* it has been full */
        assert_sound();
        fit->stats(heap, &stats);
        assert_int_equal(stats.free_blocks, 1);
    }
}

/* --- Damage, and each function under its own name --------------------------------------------- */

/* A search that meets a damaged header takes no block behind it. */
static void test_damage(void **unused)
{
    static const char *const names[] = {"next_fit", "best_fit", "worst_fit"};

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const void *where;

        make_holes(names[i]);
        memset(holes[1], 0x41, 48 + HEADER); /* up to the header of the block behind */
        unsigned char *block = fit->alloc(heap, 48);

        /* Next fit's search had begun behind the damage. */
        assert_true(i == 0 ? block == holes[4] : block == holes[1] || block == holes[0]);
        assert_int_equal(fit->check(heap, &where), MEM_CORRUPT);
        assert_ptr_equal(where, holes[1] + 48);
        assert_null(fit->alloc(heap, i == 0 ? ARENA_BYTES - HEADER : 200));
    }
}

/* A rover that is no block's header is found. */
static void test_rover_is_checked(void **unused)
{
    static const uint32_t wrong[] = {16, ARENA_BYTES, ARENA_BYTES + 16, UINT32_MAX};
    const void *where;

    (void)unused;
    make_holes("next_fit");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        state.rover = wrong[i];
        assert_int_equal(mem_next_fit_check(&state, &where), MEM_CORRUPT);
        assert_ptr_equal(where, &state.rover);
        assert_int_equal(mem_next_fit_check(&state, NULL), MEM_CORRUPT);
    }
    state.rover = 0;
    assert_sound();
}

/* All functions of a fit by their names, on an ordinary heap and on one without memory. */
#define TEST_FUNCTIONS(name)                                                                \
    static void test_functions_of_##name(void **unused)                                     \
    {                                                                                       \
        struct mem_##name one = {0};                                                        \
        struct mem_first_fit_stats stats;                                                   \
        struct mem_first_fit_block block;                                                   \
        struct mem_frag frag;                                                               \
                                                                                            \
        (void)unused;                                                                       \
        assert_null(mem_##name##_alloc(&one, 1));                                           \
        assert_null(mem_##name##_realloc(&one, arena + 16, 1));                             \
        assert_int_equal(mem_##name##_free(&one, arena + 16), MEM_FOREIGN);                 \
        assert_int_equal(mem_##name##_check(&one, NULL), MEM_OK);                           \
        assert_int_equal(mem_##name##_init(&one, NULL, 100), MEM_INVALID);                  \
        assert_int_equal(mem_##name##_init(&one, arena, 31), MEM_NO_ROOM);                  \
        assert_null(mem_##name##_alloc(&one, 1));                                           \
        assert_int_equal(mem_##name##_init(&one, arena, 1000), MEM_OK);                     \
        unsigned char *at = mem_##name##_alloc(&one, 20);                                   \
                                                                                            \
        assert_ptr_equal(at, arena + HEADER);                                               \
        assert_ptr_equal(mem_##name##_realloc(&one, at, 30), at);                           \
        assert_true(mem_##name##_inspect(&one, at, &block));                                \
        assert_true(block.used &&block.requested == 30 && block.provided == 32);            \
        assert_true(mem_##name##_owns(&one, at) && !mem_##name##_owns(&one, arena + 1000)); \
        mem_##name##_stats(&one, &stats);                                                   \
        assert_int_equal(stats.heap_bytes, 992);                                            \
        assert_int_equal(stats.requested, 30);                                              \
        mem_##name##_frag(&one, &frag);                                                     \
        assert_int_equal(frag.free_largest, 992 - 32 - 2 * HEADER);                         \
        assert_int_equal(mem_##name##_free(&one, NULL), MEM_OK);                            \
        assert_int_equal(mem_##name##_free(&one, at + 1), MEM_MISALIGNED);                  \
        assert_int_equal(mem_##name##_free(&one, at), MEM_OK);                              \
        assert_int_equal(mem_##name##_free(&one, at), MEM_DOUBLE_FREE);                     \
        assert_int_equal(mem_##name##_check(&one, NULL), MEM_OK);                           \
    }

TEST_FUNCTIONS(next_fit)
TEST_FUNCTIONS(best_fit)
TEST_FUNCTIONS(worst_fit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_fit),
        cmocka_unit_test(test_next_fit),
        cmocka_unit_test(test_best_fit),
        cmocka_unit_test(test_worst_fit),
        cmocka_unit_test(test_random_against_model),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_rover_is_checked),
        cmocka_unit_test(test_functions_of_next_fit),
        cmocka_unit_test(test_functions_of_best_fit),
        cmocka_unit_test(test_functions_of_worst_fit),
    };

    return cmocka_run_group_tests_name("mem_fits", tests, NULL, NULL);
}
