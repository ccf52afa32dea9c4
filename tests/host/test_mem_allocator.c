/* SPDX-License-Identifier: MIT */
/*
 * The contract of mem_allocator.h, for every allocator in the table. Each test
 * runs on all of them and prints their names; properties and NULL members
 * decide which parts apply.
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

enum { ARENA_BYTES = 16384, GUARD_BYTES = 64, GUARD = 0xc5, BLOCKS = 64, LARGEST = 300 };

struct block {
    unsigned char *at; /* NULL: none */
    size_t bytes;
    unsigned char fill;
};

/* One instance with a guard zone on both sides of its arena. */
struct world {
    struct mem_instance *heap;
    void *state; /* of its own, so that the sanitizer sees what lies outside */
    unsigned char *arena;
    size_t arena_bytes;
    struct block blocks[BLOCKS];
    _Alignas(4096) unsigned char memory[4096 + ARENA_BYTES + GUARD_BYTES];
};

static const struct mem_allocator *a; /* the one under test */
static struct world first;
static struct world second;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static bool next_allocator(size_t index)
{
    a = mem_allocators[index];
    if (a != NULL)
        print_message("# %s/%s\n", a->name, a->preset);
    return a != NULL;
}

#define FOR_EACH_ALLOCATOR for (size_t turn = 0; next_allocator(turn); turn++)

/* Make an instance in `bytes` bytes, `offset` bytes behind an aligned address. */
static bool start_at(struct world *world, size_t offset, size_t bytes,
                     const struct mem_allocator_options *options)
{
    unsigned char *at = world->memory + 2 * GUARD_BYTES + offset;

    free(world->state);
    world->state = malloc(a->state_bytes);
    memset(world->memory, GUARD, sizeof world->memory);
    memset(world->blocks, 0, sizeof world->blocks);
    world->arena = at;
    world->arena_bytes = bytes;
    world->heap = a->init(world->state, at, bytes, options);
    return world->heap != NULL;
}

static void start(struct world *world)
{
    const struct mem_allocator_options options = {.largest_request = LARGEST};

    assert_true(start_at(world, 0, ARENA_BYTES, &options));
}

static void assert_inside(const struct world *world, const void *at, size_t bytes)
{
    uintptr_t offset = (uintptr_t)at - (uintptr_t)world->arena;

    assert_true(offset < world->arena_bytes && bytes <= world->arena_bytes - offset);
}

static struct mem_allocator_stats stats_of(const struct world *world)
{
    struct mem_allocator_stats stats;

    memset(&stats, 0xff, sizeof stats);
    a->stats(world->heap, &stats);
    assert_true(stats.total_bytes <= world->arena_bytes);
    assert_true(stats.used_bytes <= stats.total_bytes);
    assert_true(stats.free_bytes <= stats.total_bytes - stats.used_bytes);
    assert_true(stats.largest_free <= stats.free_bytes);
    assert_int_equal(stats.free_blocks != 0, stats.free_bytes != 0);
    assert_int_equal(a->used_bytes(world->heap), stats.used_bytes);
    return stats;
}

/* Invariants, the guards and the contents of all blocks. */
static void assert_sound(const struct world *world)
{
    const unsigned char *end = world->arena + world->arena_bytes;
    const void *where = world;

    for (size_t i = 1; i <= GUARD_BYTES; i++) {
        assert_int_equal(world->arena[-(ptrdiff_t)i], GUARD);
        assert_int_equal(end[i - 1], GUARD);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        for (size_t k = 0; world->blocks[i].at != NULL && k < world->blocks[i].bytes; k++)
            assert_int_equal(world->blocks[i].at[k], world->blocks[i].fill);
    if (a->check != NULL) {
        assert_int_equal(a->check(world->heap, &where), MEM_OK);
        assert_int_equal(a->check(world->heap, NULL), MEM_OK);
    }
    (void)stats_of(world);
}

/* Record a block and fill it; false if `at` is NULL. */
static bool hold(struct world *world, size_t id, void *at, size_t bytes)
{
    if (at == NULL)
        return false;
    assert_inside(world, at, bytes);
    world->blocks[id] = (struct block){at, bytes, (unsigned char)(1 + random_below(255))};
    memset(at, world->blocks[id].fill, bytes);
    return true;
}

static bool take(struct world *world, size_t id, size_t bytes)
{
    void *at = a->alloc(world->heap, bytes);

    assert_int_equal((uintptr_t)at % a->alignment, 0);
    assert_true(stats_of(world).steps >= 1);
    return hold(world, id, at, bytes);
}

static void give(struct world *world, size_t id)
{
    assert_int_equal(a->free(world->heap, world->blocks[id].at), MEM_OK);
    world->blocks[id].at = NULL;
}

/* Take blocks of one size until the request fails. */
static size_t take_all(struct world *world, size_t bytes)
{
    size_t count = 0;

    while (count < BLOCKS && take(world, count, bytes))
        count++;
    return count;
}

static bool detects_misuse(void)
{
    return strcmp(a->preset, "tiny") != 0;
}

/* --- The tests -------------------------------------------------------------------------------- */

static void test_properties(void **unused)
{
    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        assert_non_null(a->name);
        assert_null(strchr(a->name, ' '));
        assert_true(a->title[0] != '\0' && a->preset[0] != '\0');
        assert_true(a->alignment != 0 && (a->alignment & (a->alignment - 1)) == 0);
        assert_true(a->init != NULL && a->alloc != NULL && a->free != NULL);
        assert_true(a->used_bytes != NULL && a->stats != NULL);
        assert_true(a->usable_size != NULL || !a->frees);
        assert_true(a->undo == NULL || !a->frees);
        for (size_t i = 0; i < turn; i++)
            assert_string_not_equal(a->name, mem_allocators[i]->name);
    }
    assert_true(mem_allocators[0] != NULL);
}

/* An arena of any size is either refused or usable; nothing outside it is written. */
static void test_every_arena(void **unused)
{
    const struct mem_allocator_options options = {.largest_request = 8};
    bool served;

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        assert_null(a->init(first.memory, NULL, 1000, &options));
        assert_false(start_at(&first, 0, 0, &options));
        for (size_t offset = 0; offset < 20; offset++) {
            served = false;
            for (size_t bytes = 1; bytes < 700; bytes++) {
                bool started = start_at(&first, offset, bytes, &options);

                served = started && a->alloc(first.heap, 8) != NULL;
                if (started)
                    assert_sound(&first);
            }
            assert_true(served);
        }
    }
}

static void test_options(void **unused)
{
    struct mem_allocator_options options = {.largest_request = 100, .alignment = 64};

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        assert_int_equal(start_at(&first, 0, ARENA_BYTES, NULL), a->any_size);
        options.alignment = 64;
        assert_true(start_at(&first, 8, ARENA_BYTES - 8, &options));
        bool chosen = strcmp(a->name, "bump") == 0 || strcmp(a->name, "pool") == 0;

        for (size_t i = 0; i < 5; i++) {
            assert_true(take(&first, i, 10));
            assert_true((uintptr_t)first.blocks[i].at % 64 == 0 || !chosen);
        }
        if (!a->any_size) {
            assert_null(a->alloc(first.heap, 129));
            assert_true(a->alloc(first.heap, 100) != NULL);
        }
        options.alignment = 24;
        if (chosen)
            assert_false(start_at(&first, 0, ARENA_BYTES, &options));
    }
}

static void test_sizes(void **unused)
{
    static const size_t huge[] = {ARENA_BYTES + 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX - 100,
                                  SIZE_MAX - 8,    SIZE_MAX - 1, SIZE_MAX};

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        start(&first);
        assert_int_equal(stats_of(&first).used_bytes, 0);
        for (size_t i = 0; i < 50; i++)
            assert_true(take(&first, i, i < 2 ? 0 : i));
        assert_ptr_not_equal(first.blocks[0].at, first.blocks[1].at);
        assert_sound(&first);
        size_t used = stats_of(&first).used_bytes;

        for (size_t i = 0; i < sizeof huge / sizeof huge[0]; i++)
            assert_null(a->alloc(first.heap, huge[i]));
        assert_int_equal(stats_of(&first).used_bytes, used);
        assert_null(a->alloc(first.heap, stats_of(&first).largest_free + 1));
        for (size_t i = 0; i < 50; i++)
            give(&first, i);
        assert_int_equal(stats_of(&first).used_bytes == 0, a->frees);
        assert_sound(&first);
    }
}

static void assert_explained(size_t bytes)
{
    struct mem_allocator_why why;

    assert_null(a->alloc(first.heap, bytes));
    if (a->explain == NULL)
        return;
    memset(&why, 0, sizeof why);
    a->explain(first.heap, bytes, a->alignment, &why);
    assert_true(why.reason != NULL && why.reason[0] != '\0');
    assert_true(why.needed >= bytes);
    assert_int_equal(why.free_bytes, stats_of(&first).free_bytes);
    assert_true(why.largest_free <= why.free_bytes);
}

static void test_exhaustion(void **unused)
{
    const struct mem_allocator_options options = {.largest_request = 40};

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        assert_true(start_at(&first, 0, 2000, &options));
        size_t count = take_all(&first, 40);

        assert_true(count > 20 && count <= 50);
        assert_sound(&first);
        assert_explained(40);
        for (size_t i = 0; i < count; i += 2)
            give(&first, i);
        assert_explained(400);
        for (size_t i = 1; i < count; i += 2)
            give(&first, i);
        assert_int_equal(take_all(&first, 40), a->frees ? count : 0);
        /* A new instance in the same memory is empty. */
        first.heap = a->init(first.state, first.arena, first.arena_bytes, &options);
        assert_int_equal(stats_of(&first).used_bytes, 0);
        assert_int_equal(take_all(&first, 40), count);
        assert_sound(&first);
    }
}

static void test_aligned(void **unused)
{
    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->aligned == NULL)
            continue;
        start(&first);
        for (size_t i = 0; i <= 12; i++) {
            assert_true(hold(&first, i, a->aligned(first.heap, (size_t)1 << i, 40), 40));
            assert_int_equal((uintptr_t)first.blocks[i].at % ((size_t)1 << i), 0);
            assert_sound(&first);
        }
        assert_null(a->aligned(first.heap, 0, 8));
        assert_null(a->aligned(first.heap, 3, 8));
        assert_null(a->aligned(first.heap, 24, 8));
        assert_null(a->aligned(first.heap, SIZE_MAX / 2 + 1, 8));
        assert_null(a->aligned(first.heap, 64, SIZE_MAX - 32));
        for (size_t i = 0; i <= 12; i++)
            give(&first, i);
        assert_int_equal(stats_of(&first).used_bytes == 0, a->frees);
        assert_sound(&first);
    }
}

/* A refused pointer changes nothing. */
static void refuse(void *block, bool is_block)
{
    struct mem_allocator_stats before = stats_of(&first);
    int error = a->free(first.heap, block);
    struct mem_allocator_stats after = stats_of(&first);

    assert_int_equal(error == MEM_OK, is_block);
    assert_true(error >= MEM_OK && error < MEM_ERROR_COUNT);
    assert_memory_equal(&before, &after, sizeof before);
    if (a->resize != NULL && !is_block)
        assert_null(a->resize(first.heap, block, 10));
    assert_sound(&first);
}

static void test_misuse(void **unused)
{
    int local = 0;

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        start(&first);
        for (size_t i = 0; i < 4; i++) {
            assert_true(take(&first, i, 100));
            first.blocks[i].fill = 0;
            memset(first.blocks[i].at, 0, 100);
        }
        assert_int_equal(a->free(first.heap, NULL), MEM_OK);
        if (!detects_misuse())
            continue;
        unsigned char *block = first.blocks[1].at;

        refuse(&local, false);
        refuse(first.arena - 16, false);
        refuse(first.arena + ARENA_BYTES, false);
        refuse((void *)(uintptr_t)8, false);
        refuse((void *)UINTPTR_MAX, false);
        /* An allocator that does not reuse memory accepts every address in it. */
        refuse(block + 1, !a->frees);
        refuse(block + a->alignment, !a->frees);
        refuse(block + 4 * a->alignment, !a->frees);
        give(&first, 1);
        refuse(block, !a->frees);
        give(&first, 0);
        give(&first, 2);
        refuse(block, !a->frees);
        give(&first, 3);
        assert_int_equal(stats_of(&first).used_bytes == 0, a->frees);
    }
}

/* An address that is not that of a block is refused. */
static void refuse_unless_block(uintptr_t address)
{
    for (size_t i = 0; i < BLOCKS; i++)
        if (address == 0 || (uintptr_t)first.blocks[i].at == address)
            return;
    if (a->free(first.heap, (void *)address) == MEM_OK)
        fail_msg("freed arena + %zd", (ssize_t)(address - (uintptr_t)first.arena));
}

/* Every address in and around the arena, and those at a power of two from a block. Not a byte of
 * the arena changes. */
static void test_hostile_addresses(void **unused)
{
    static unsigned char before[ARENA_BYTES];

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (!detects_misuse() || !a->frees)
            continue;
        start(&first);
        for (size_t i = 0; i < 20; i++) {
            assert_true(take(&first, i, 40));
            first.blocks[i].fill = 0;
            memset(first.blocks[i].at, 0, 40);
        }
        uintptr_t at = (uintptr_t)first.blocks[10].at;

        for (size_t i = 0; i < 20; i += 3)
            give(&first, i);
        memcpy(before, first.arena, sizeof before);
        for (size_t i = 0; i < GUARD_BYTES + ARENA_BYTES + GUARD_BYTES; i++)
            refuse_unless_block((uintptr_t)first.arena - GUARD_BYTES + i);
        for (uintptr_t distance = 1; distance != 0; distance *= 2) {
            refuse_unless_block(at + distance);
            refuse_unless_block(at - distance);
        }
        assert_memory_equal(before, first.arena, sizeof before);
        assert_sound(&first);
    }
}

/* A range that ends beyond the last address is refused, except by an allocator that uses what
 * exists of it. Ranges up to the last address that are too small are not touched. */
static void test_top_of_address_space(void **unused)
{
    const struct mem_allocator_options options = {.largest_request = LARGEST};

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        bool cuts = strcmp(a->name, "bump") == 0;

        for (size_t below = 0; below < 200; below++) {
            void *memory = (void *)(UINTPTR_MAX - below);

            for (size_t beyond = 1; beyond < 40; beyond++)
                assert_int_equal(
                    a->init(first.memory, memory, below + 1 + beyond, &options) != NULL, cuts);
            assert_int_equal(a->init(first.memory, memory, SIZE_MAX - below, &options) != NULL,
                             cuts);
            if (below < 31)
                assert_int_equal(a->init(first.memory, memory, below + 1, &options) != NULL, cuts);
        }
        assert_int_equal(a->init(first.memory, first.memory, SIZE_MAX, &options) != NULL, cuts);
    }
}

static void resize(size_t id, size_t bytes)
{
    struct block old = first.blocks[id];
    unsigned char *at = a->resize(first.heap, old.at, bytes);

    if (at == NULL)
        return;
    for (size_t i = 0; i < old.bytes && i < bytes; i++)
        assert_int_equal(at[i], old.fill);
    assert_int_equal((uintptr_t)at % a->alignment, 0);
    assert_true(hold(&first, id, at, bytes));
}

static void test_resize(void **unused)
{
    static const size_t sizes[] = {1, 8, 9, 100, 99, 250, 4, 0, 300, 20};

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->resize == NULL)
            continue;
        start(&first);
        assert_true(hold(&first, 0, a->resize(first.heap, NULL, 50), 50));
        assert_true(take(&first, 1, 50));
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            resize(i % 2, sizes[i]);
            assert_int_equal(first.blocks[i % 2].bytes, sizes[i]);
            assert_sound(&first);
        }
        resize(1, SIZE_MAX);
        resize(1, ARENA_BYTES);
        assert_int_equal(first.blocks[1].bytes, 20);
        assert_sound(&first);
        give(&first, 0);
        give(&first, 1);
        assert_int_equal(stats_of(&first).used_bytes, 0);
    }
}

/* All usable bytes can be written. */
static void test_usable_size(void **unused)
{
    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->usable_size == NULL)
            continue;
        start(&first);
        for (size_t i = 0; i < 40; i++) {
            assert_true(take(&first, i, i * 7));
            size_t usable = a->usable_size(first.heap, first.blocks[i].at);

            assert_true(usable >= i * 7);
            assert_true(hold(&first, i, first.blocks[i].at, usable));
        }
        assert_sound(&first);
    }
}

static void test_inspect(void **unused)
{
    struct mem_allocator_block block;
    int local = 0;

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->inspect == NULL)
            continue;
        start(&first);
        for (size_t i = 0; i < 3; i++)
            assert_true(take(&first, i, 60));
        for (size_t i = 0; i < 60; i++) {
            assert_true(a->inspect(first.heap, first.blocks[1].at + i, &block));
            assert_ptr_equal(block.start, first.blocks[1].at);
            assert_true(block.used && block.granted >= 60);
            assert_int_equal(block.requested, a->knows_requests ? 60 : 0);
            assert_true(a->set_caller != NULL || block.caller == NULL);
        }
        const unsigned char *const at[3] = {first.blocks[0].at, first.blocks[1].at,
                                            first.blocks[2].at};

        give(&first, 1);
        assert_false(a->inspect(first.heap, first.memory, &block));
        assert_false(a->inspect(first.heap, first.arena + ARENA_BYTES, &block));
        assert_false(a->inspect(first.heap, &local, &block));
        assert_false(a->inspect(first.heap, NULL, &block));
        assert_false(a->inspect(first.heap, (void *)UINTPTR_MAX, &block));
        /* Every address in the arena can be inspected, and finds the used blocks. */
        bool found[3] = {false};

        for (size_t i = 0; i < ARENA_BYTES; i++) {
            if (!a->inspect(first.heap, first.arena + i, &block))
                continue;
            assert_inside(&first, block.start, block.granted);
            for (size_t k = 0; k < 3; k++)
                found[k] = found[k] || (block.used && block.start == at[k]);
        }
        assert_true(found[0] && !found[1] && found[2]);
    }
}

static void test_set_caller(void **unused)
{
    struct mem_allocator_block block;

    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->set_caller == NULL)
            continue;
        start(&first);
        assert_true(take(&first, 0, 20));
        a->set_caller(first.heap, NULL, &first);
        a->set_caller(first.heap, first.blocks[0].at, &second);
        assert_true(a->inspect(first.heap, first.blocks[0].at, &block));
        assert_ptr_equal(block.caller, &second);
        assert_sound(&first);
    }
}

static void step(struct world *world)
{
    size_t id = random_below(BLOCKS);

    if (world->blocks[id].at == NULL)
        (void)take(world, id, random_below(LARGEST + 1));
    else if (a->resize != NULL && random_below(3) == 0 && world == &first)
        resize(id, random_below(LARGEST + 1));
    else
        give(world, id);
}

/* Two instances at once: calls on one do not change the other. */
static void test_random(void **unused)
{
    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        random_state = 1;
        start(&first);
        start(&second);
        for (unsigned i = 0; i < 4000; i++) {
            bool one = random_below(2) == 0;
            struct world *other = one ? &second : &first;
            struct mem_allocator_stats before = stats_of(other);

            step(one ? &first : &second);
            struct mem_allocator_stats after = stats_of(other);

            assert_memory_equal(&before, &after, sizeof before);
            if (i % 50 == 0) {
                assert_sound(&first);
                assert_sound(&second);
            }
        }
        for (size_t id = 0; id < BLOCKS; id++) {
            assert_int_equal(a->free(first.heap, first.blocks[id].at), MEM_OK);
            first.blocks[id].at = NULL;
        }
        assert_int_equal(stats_of(&first).used_bytes == 0, a->frees);
        assert_sound(&first);
        assert_sound(&second);
    }
}

static void test_check(void **unused)
{
    (void)unused;
    FOR_EACH_ALLOCATOR
    {
        if (a->check == NULL)
            continue;
        start(&first);
        for (size_t i = 0; i < 20; i++)
            assert_true(take(&first, i, 40));
        for (size_t i = 0; i < 20; i += 2)
            give(&first, i);
        assert_sound(&first);
        /* Damage must be found, and the check must end. */
        memset(first.arena, 0xa5, ARENA_BYTES);
        assert_int_equal(a->check(first.heap, NULL), MEM_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_every_arena),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_exhaustion),
        cmocka_unit_test(test_aligned),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_hostile_addresses),
        cmocka_unit_test(test_top_of_address_space),
        cmocka_unit_test(test_usable_size),
        cmocka_unit_test(test_inspect),
        cmocka_unit_test(test_set_caller),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_check),
    };
    int failed = cmocka_run_group_tests_name("mem_allocator", tests, NULL, NULL);

    free(first.state);
    free(second.state);
    return failed;
}
