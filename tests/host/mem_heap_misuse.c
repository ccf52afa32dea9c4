/* SPDX-License-Identifier: MIT */
/*
 * The heap's reports of misuse, as a table on standard output, and that misuse
 * did no damage. Each preset is tested against its own promises: tiny checks
 * nothing; the debug presets also detect overflow and use after free, and name
 * the caller.
 */
#include "heap_test.h"

#include <stdio.h>
#include <string.h>

/* The header before a block. */
static unsigned char *header_of(unsigned char *block)
{
    return block - TAG - 4;
}

/* Functions whose addresses identify the caller. */
#define CALLS_FROM 2048

__attribute__((noinline)) static int free_here(struct mem_heap *heap, void *block)
{
    volatile int error = mem_heap_free(heap, block);

    return error;
}

__attribute__((noinline)) static void *resize_here(struct mem_heap *heap, void *block, size_t bytes)
{
    void *volatile resized = mem_heap_realloc(heap, block, bytes);

    return resized;
}

static void assert_in_function(const void *caller, uintptr_t function)
{
    assert_in_range((uintptr_t)caller, function + 1, function + CALLS_FROM);
}

static bool is_ours(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;

    return at - (uintptr_t)free_here < CALLS_FROM || at - (uintptr_t)resize_here < CALLS_FROM;
}

/* The place of an address, in words that are the same on every run. */
static const char *place(const void *address)
{
    static char text[40];
    uintptr_t at = (uintptr_t)address - (uintptr_t)arena;

    if (at > ARENA_BYTES)
        return "outside";
    snprintf(text, sizeof text, "arena + %lu", (unsigned long)at);
    return text;
}

/*
 * One row of the table: the misuse, the report, its address, and that nothing
 * broke. The caller is in this file if the compiler lets the heap know it.
 */
static void row(const struct mem_heap *heap, const char *what, int actual, int expected,
                const void *address)
{
    printf("# | %-44s | %-57s | %-14s | %-9s |\n", what, mem_error_str(actual), place(address),
           is_ours(last.caller) ? "told" : "the heap");
    if (KNOWS_CALLER)
        assert_true(is_ours(last.caller));
    assert_int_equal(actual, expected);
    assert_int_equal(last.error, expected);
    assert_ptr_equal(last.address, address);
    assert_in_range(reports, 1, PARANOID ? 2 : 1); /* which first checks everything */
    assert_sound(heap);
    reports = 0;
}

static void free_row(struct mem_heap *heap, const char *what, void *address, int expected)
{
    row(heap, what, free_here(heap, address), expected, address);
}

static void blocks_in_a_row(struct mem_heap *heap, unsigned char *blocks[], size_t count,
                            size_t bytes)
{
    for (size_t i = 0; i < count; i++) {
        blocks[i] = mem_heap_alloc(heap, bytes);
        assert_non_null(blocks[i]);
        assert_true(i == 0 || blocks[i] > blocks[i - 1]);
        memset(blocks[i], 0, bytes);
    }
}

/* No address inside a block that holds typical application data is accepted as a block. */
static void free_inside(struct mem_heap *heap, unsigned char *block, size_t bytes)
{
    for (uint32_t value = 0; value < 4096; value++) {
        for (size_t i = 0; i + 4 <= bytes; i += 4)
            memcpy(block + i, &value, 4);
        for (size_t i = 1; i < bytes; i++)
            assert_int_not_equal(mem_heap_free(heap, block + i), MEM_OK);
    }
    for (unsigned value = 0; value < 256; value++) {
        memset(block, (int)value, bytes);
        for (size_t i = 1; i < bytes; i++)
            assert_int_not_equal(mem_heap_free(heap, block + i), MEM_OK);
    }
    memset(block, 0, bytes);
    assert_sound(heap);
    reports = 0;
}

/*
 * Overflows into the header of the following and the previous block; each is
 * repaired afterwards.
 */
static void trampled_rows(struct mem_heap *heap)
{
    unsigned char *b[4];
    unsigned char saved[4];

    blocks_in_a_row(heap, b, 4, 1000);
    memcpy(saved, header_of(b[2]), 4);
    memset(header_of(b[2]), 'A', 4);
    int error = free_here(heap, b[2]);

    memcpy(header_of(b[2]), saved, 4);
    row(heap, "free a block whose header was overwritten", error, last.error, b[2]);
    assert_true(error == MEM_CORRUPT || error == MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, b[2]), MEM_OK);
    memcpy(saved, header_of(b[2]), 4);
    memset(header_of(b[2]), 0, 4);
    error = free_here(heap, b[1]);
    memcpy(header_of(b[2]), saved, 4);
    row(heap, "free before a header that was overwritten", error, MEM_CORRUPT, last.address);
    assert_true(last.address == b[1] || last.address == b[2] - TAG);
}

void test_misuse(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned char *b[4];
    char local[64];

    (void)state;
    if (!CHECKED) {
        printf("# | anything | (this preset does not look) |\n");
        return;
    }
    blocks_in_a_row(heap, b, 4, 100);
    printf("# | %-44s | %-57s | %-14s | %-9s |\n", "what was done", "what the heap said",
           "of the address", "call site");
    printf("# |---|---|---|---|\n");
    free_row(heap, "free the address of a local variable",
             (void *)((uintptr_t)(local + 16) & ~(uintptr_t)15), MEM_FOREIGN);
    free_row(heap, "free address 8", (void *)(uintptr_t)8, MEM_FOREIGN);
    free_row(heap, "free the highest address", (void *)(UINTPTR_MAX - 7), MEM_FOREIGN);
    free_row(heap, "free the arena", arena, MEM_FOREIGN);
    free_row(heap, "free the heap", heap, MEM_FOREIGN);
    free_row(heap, "free the end of the arena", (void *)((uintptr_t)arena + ARENA_BYTES + TAG),
             MEM_FOREIGN);
    free_row(heap, "free one byte into a block", b[1] + 1, MEM_MISALIGNED);
    free_row(heap, "free 2 bytes into a block", b[1] + 2, MEM_MISALIGNED);
    free_row(heap, "free the middle of a block", b[1] + 16, MEM_DOUBLE_FREE);
    free_inside(heap, b[1], 100);
    assert_null(resize_here(heap, b[1] + 16, 50));
    row(heap, "realloc the middle of a block", last.error, MEM_DOUBLE_FREE, b[1] + 16);
    assert_int_equal(mem_heap_free(heap, b[1]), MEM_OK);
    free_row(heap, "free a block twice", b[1], MEM_DOUBLE_FREE);
    assert_null(resize_here(heap, b[1], 50));
    row(heap, "realloc a freed block", last.error, MEM_DOUBLE_FREE, b[1]);
    assert_int_equal(mem_heap_free(heap, b[0]), MEM_OK);
    free_row(heap, "free twice, after it merged forwards", b[0], MEM_DOUBLE_FREE);
    free_row(heap, "free twice, after it was merged away", b[1], MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, b[2]), MEM_OK);
    free_row(heap, "free twice, after it merged backwards", b[2], MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free(heap, b[3]), MEM_OK);
    free_row(heap, "free twice, after it joined the rest", b[3], MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_used_bytes(heap), 0);
    trampled_rows(heap);
}

/*
 * With an overwritten header, freeing or resizing an adjacent block is refused
 * and changes nothing.
 */
static void touch(struct mem_heap *heap, const char *what, unsigned char *block,
                  const unsigned char *header, bool resizes)
{
    static unsigned char all[ARENA_BYTES];

    const unsigned char *was = all + (header - arena);

    memcpy(all, arena, sizeof all);
    reports = 0;
    if (mem_heap_free(heap, block) == MEM_OK)
        fail_msg("%s: freed beside the header %02x%02x%02x%02x", what, was[3], was[2], was[1],
                 was[0]);
    assert_true(reports > 0);
    reports = 0;
    if (resizes) {
        assert_null(mem_heap_realloc(heap, block, 3000));
        assert_true(reports > 0);
    }
    assert_int_equal(memcmp(all, arena, sizeof all), 0);
}

/* The header before blocks[2] is overwritten with `value`: operations that use it are refused. */
static void trample(bool second_is_free, uint32_t value, bool flip)
{
    /*
     * A wrong size that stays within the heap is detected by one bit of the
     * word that it leads to.
     */
    memset(arena, 0, sizeof arena);
    struct mem_heap *heap = fresh();
    unsigned char *b[4];
    uint32_t saved;

    blocks_in_a_row(heap, b, 4, 1000);
    if (second_is_free)
        assert_int_equal(mem_heap_free(heap, b[2]), MEM_OK);
    unsigned char *header = header_of(b[2]);

    memcpy(&saved, header, 4);
    if (flip)
        value ^= saved;
    /* A used block is identified by its key; these bits of its header may be lost. */
    if (saved == value || (!second_is_free && ((saved ^ value) & ~5u) == 0))
        return;
    memcpy(header, &value, 4);
    if ((value & 3) < 3)
        touch(heap, "the block before", b[1], header, true);
    if (second_is_free)
        touch(heap, "the block behind", b[3], header, false); /* growing does not use it */
    else
        touch(heap, "the block itself", b[2], header, true);
    if ((value & 3) == 3) { /* reads as used: harmless, detected later */
        assert_int_equal(mem_heap_free(heap, b[1]), MEM_OK);
        touch(heap, "the block or the one behind", b[second_is_free ? 3 : 2], header, false);
        return;
    }
    memcpy(header, &saved, 4);
    assert_sound(heap);
}

/* Allocating a free block whose header and links an overflow has overwritten. */
static void take_trampled(unsigned value, size_t bytes)
{
    struct mem_heap *heap = fresh();
    unsigned char *b[4];

    blocks_in_a_row(heap, b, 4, 1000);
    assert_int_equal(mem_heap_free(heap, b[2]), MEM_OK);
    memset(header_of(b[2]), (int)value, bytes);
    reports = 0;
    unsigned char *block = mem_heap_alloc(heap, 1000);

    assert_true(block == NULL ? reports > 0 : block > b[3]);
    block = mem_heap_aligned_alloc(heap, 64, 900);
    assert_true(block == NULL || block > b[3]);
    assert_int_not_equal(mem_heap_free(heap, b[3]), MEM_OK);
}

/* Sizes and alignments are compared with the block; a wrong one changes nothing. */
void test_sized_free(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned wrong = CHECKED ? MEM_WRONG_SIZE : MEM_OK;

    (void)state;
    assert_int_equal(mem_heap_free_sized(heap, NULL, 7), MEM_OK);
    for (size_t bytes = 0; bytes < 200; bytes++) {
        unsigned char *block = mem_heap_alloc(heap, bytes);

        assert_int_equal(mem_heap_free_sized(heap, block, bytes), MEM_OK);
    }
    assert_int_equal(mem_heap_used_bytes(heap), 0);
    if (!CHECKED)
        return;
    heap = fresh();
    unsigned char *block = mem_heap_alloc(heap, 100);
    static const size_t others[] = {0, 1, 50, 84, 121, 200, 70000, SIZE_MAX};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        reports = 0;
        assert_int_equal(mem_heap_free_sized(heap, block, others[i]), wrong);
        assert_int_equal(last.error, MEM_WRONG_SIZE);
        assert_ptr_equal(last.address, block);
        assert_int_equal(reports, 1);
        assert_sound(heap);
    }
    assert_int_equal(mem_heap_free_sized(heap, block + MEM_HEAP_ALIGN, 100),
                     mem_heap_free(heap, block + MEM_HEAP_ALIGN)); /* no size to compare with */
    assert_int_equal(mem_heap_free_sized(heap, block, 100), MEM_OK);
    assert_int_equal(mem_heap_free_sized(heap, block, 100), MEM_DOUBLE_FREE);
    assert_int_equal(mem_heap_free_sized(heap, heap, 100), MEM_FOREIGN);
    /* What realloc leaves is the new size; with alignment. */
    block = mem_heap_realloc(heap, mem_heap_alloc(heap, 300), 120);
    assert_int_equal(mem_heap_free_sized(heap, block, 300), MEM_WRONG_SIZE);
    assert_int_equal(mem_heap_free_sized(heap, block, 120), MEM_OK);
    block = mem_heap_aligned_alloc(heap, 64, 120);
    assert_int_equal(mem_heap_free_aligned_sized(heap, block, 0, 120), MEM_INVALID);
    assert_int_equal(mem_heap_free_aligned_sized(heap, block, 48, 120), MEM_INVALID);
    assert_int_equal(mem_heap_free_aligned_sized(heap, block + 8, 64, 120), MEM_INVALID);
    assert_int_equal(mem_heap_free_aligned_sized(heap, block, 64, 300), MEM_WRONG_SIZE);
    assert_int_equal(mem_heap_free_aligned_sized(heap, NULL, 64, 120), MEM_OK);
    assert_int_equal(mem_heap_free_aligned_sized(heap, block, 64, 120), MEM_OK);
    assert_sound(heap);
}

void test_trampled_header(void **state)
{
    (void)state;
    for (unsigned value = 0; CHECKED && value < 256; value++) {
        trample(false, value * 0x01010101u, false);
        trample(true, value * 0x01010101u, false);
        for (size_t bytes = 4; bytes <= 64; bytes *= 2)
            take_trampled(value, bytes);
    }
    for (unsigned bit = 0; CHECKED && bit < 32; bit++) {
        trample(false, 1u << bit, true);
        trample(true, 1u << bit, true);
    }
    seed_random(99);
    for (unsigned i = 0; CHECKED && i < 1000; i++) {
        trample(false, random_below(UINT32_MAX), false);
        trample(true, random_below(UINT32_MAX), false);
    }
}

/* The second word of the heap is written with every removal from a bin, and read by nobody. */
static uint32_t *null_back_of(struct mem_heap *heap)
{
    return (uint32_t *)(void *)heap + 1;
}

/*
 * A block with an intact free block before it, which is merged, and a damaged
 * one after it. free() must undo its changes, lists included, and report the
 * damaged block.
 */
void test_damage_behind_a_merge(void **state)
{
    static unsigned char all[ARENA_BYTES];

    (void)state;
    seed_random(3);
    for (unsigned i = 0; CHECKED && i < 500; i++) {
        struct mem_heap *heap = fresh();
        unsigned char *b[5];
        unsigned char was[4];
        uint32_t value = i < 32 ? 1u << i : random_below(UINT32_MAX);
        uint32_t null_back;

        blocks_in_a_row(heap, b, 5, 1000);
        assert_int_equal(mem_heap_free(heap, b[0]), MEM_OK);
        assert_int_equal(mem_heap_free(heap, b[3]), MEM_OK);
        mem_heap_free(heap, b[1]);
        /* The last word of the free block before it, its footer. */
        memcpy(was, header_of(b[4]) - 4, 4);
        memcpy(header_of(b[4]) - 4, &value, 4);
        if (memcmp(was, &value, 4) == 0)
            continue;
        memcpy(all, arena, sizeof all);
        null_back = *null_back_of(heap);
        reports = 0;
        assert_int_equal(mem_heap_free(heap, b[2]), MEM_CORRUPT);
        assert_int_equal(reports, PARANOID ? 2 : 1); /* it checked everything first */
        assert_int_equal(last.error, MEM_CORRUPT);
        if (last.address != b[2]) /* the debug presets report the address passed */
            assert_ptr_equal(last.address, b[3]);
        *null_back_of(heap) = null_back;
        assert_int_equal(memcmp(all, arena, sizeof all), 0);
        /* A footer with an arbitrary value, read by the following block. */
        assert_int_not_equal(mem_heap_free(heap, b[4]), MEM_OK);
        *null_back_of(heap) = null_back;
        assert_int_equal(memcmp(all, arena, sizeof all), 0);
        memcpy(header_of(b[4]) - 4, was, 4);
        assert_sound(heap);
        assert_int_equal(mem_heap_free(heap, b[2]), MEM_OK);
    }
}

/* Every kind of heap word, at places that the heap does not read: inside live blocks. */
void test_forged_contents(void **state)
{
    struct mem_heap *heap = fresh();
    unsigned char *b[5];
    unsigned char free_block[24];
    unsigned char footer_and_header[8];

    (void)state;
    blocks_in_a_row(heap, b, 5, 200);
    (void)mem_heap_free(heap, b[1]);
    (void)mem_heap_free(heap, b[3]);
    memcpy(free_block, header_of(b[1]), sizeof free_block);
    memcpy(footer_and_header, header_of(b[2]) - 4, sizeof footer_and_header);
    for (size_t at = 0; at <= 100; at++) {
        unsigned char *block = b[2];

        memset(block, 0, 200);
        memcpy(block + at, free_block, sizeof free_block);
        memcpy(block + 200 - 8 - (at & 63), footer_and_header, 8);
        memcpy(b[0] + 200 - 4 - at, free_block, 4); /* a footer before a free block */
        memcpy(b[4] + at, footer_and_header, 8);
        assert_sound(heap);
        void *other = mem_heap_alloc(heap, 150);

        assert_non_null(other);
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
        b[2] = mem_heap_alloc(heap, 180 + at);
        assert_non_null(b[2]);
        b[2] = mem_heap_realloc(heap, b[2], 200);
        assert_non_null(b[2]);
        assert_int_equal(mem_heap_free(heap, other), MEM_OK);
        assert_int_equal(reports, 0);
        assert_sound(heap);
    }
}

/* --- What only the debug presets see ---------------------------------------------------------- */

void test_debug_overflow(void **state)
{
    (void)state;
    for (size_t bytes = 2; DEBUGGED && bytes < 64; bytes++) {
        struct mem_heap *heap = fresh();
        unsigned char *b[3];
        const void *where;

        blocks_in_a_row(heap, b, 3, bytes);
        assert_int_equal(mem_heap_usable_size(heap, b[1]), bytes);
        for (size_t past = 0; past < 8; past++) {
            unsigned char was = b[1][bytes + past];

            b[1][bytes + past] ^= 1;
            assert_int_equal(mem_heap_check(heap, &where), MEM_CORRUPT);
            assert_ptr_equal(where, b[1] + bytes + past);
            reports = 0;
            assert_int_equal(mem_heap_free(heap, b[1]), MEM_OVERFLOW);
            assert_int_equal(last.error, MEM_OVERFLOW);
            assert_ptr_equal(last.address, b[1] + bytes + past);
            assert_null(mem_heap_realloc(heap, b[1], 500));
            assert_int_equal(last.error, MEM_OVERFLOW);
            assert_ptr_equal(last.address, b[1] + bytes + past);
            b[1][bytes + past] = was;
            assert_sound(heap);
        }
        b[1][-1] ^= 1; /* underflow */
        assert_int_equal(mem_heap_free(heap, b[1]), MEM_OVERFLOW);
        b[1][-1] ^= 1;
        b[1][-5] ^= 0x80; /* the requested size, now larger than the block */
        assert_int_equal(mem_heap_free(heap, b[1]), MEM_OVERFLOW);
        b[1][-5] ^= 0x80;
        reports = 0;
        assert_int_equal(mem_heap_free(heap, b[1]), MEM_OK);
        assert_int_equal(reports, 0);
        assert_sound(heap);
    }
}

void test_debug_use_after_free(void **state)
{
    (void)state;
    for (int at = -8; DEBUGGED && at < 400; at += 7) {
        struct mem_heap *heap = fresh();
        unsigned char *b[3];

        blocks_in_a_row(heap, b, 3, 400);
        (void)mem_heap_free(heap, b[1]);
        reports = 0;
        b[1][at] = 0x11;
        assert_ptr_equal(mem_heap_alloc(heap, 400), b[1]);
        assert_int_equal(reports, 1);
        assert_int_equal(last.error, MEM_USE_AFTER_FREE);
        assert_ptr_equal(last.address, b[1] + at);
        assert_sound(heap);
    }
}

__attribute__((noinline)) static void *allocate_here(struct mem_heap *heap, unsigned how)
{
    void *volatile block = how == 0   ? mem_heap_alloc(heap, 50)
                           : how == 1 ? mem_heap_aligned_alloc(heap, 64, 50)
                           : how == 2 ? mem_heap_calloc(heap, 5, 10)
                                      : mem_heap_realloc(heap, NULL, 50);
    return block;
}

void test_debug_call_site(void **state)
{
    struct mem_heap *heap = fresh();
    struct mem_heap_block found;

    (void)state;
    for (unsigned how = 0; how < 4; how++) {
        unsigned char *block = allocate_here(heap, how);

        assert_non_null(block);
        assert_true(mem_heap_inspect(heap, block, &found));
        assert_int_equal(found.requested, DEBUGGED ? 50 : 0);
        if (DEBUGGED)
            assert_in_function(found.caller, (uintptr_t)allocate_here);
        else
            assert_null(found.caller);
        assert_int_equal(mem_heap_free(heap, block), MEM_OK);
        if (CHECKED) {
            reports = 0;
            assert_int_equal(free_here(heap, block), MEM_DOUBLE_FREE);
            assert_int_equal(reports, 1);
            if (KNOWS_CALLER)
                assert_in_function(last.caller, (uintptr_t)free_here);
        }
    }
}

/* Damage that no operation has used is detected by the next one that does. */
void test_paranoid_looks_everywhere(void **state)
{
    (void)state;
#if MEM_HEAP_PRESET >= MEM_HEAP_PARANOID
    for (unsigned how = 0; how < 5; how++) {
        struct mem_heap *heap = fresh();
        unsigned char *b[4];

        blocks_in_a_row(heap, b, 4, 100);
        header_of(b[0])[3] ^= 1;
        reports = 0;
        if (how < 4)
            (void)allocate_here(heap, how);
        else
            (void)mem_heap_free(heap, b[3]);
        assert_true(reports >= 1);
        assert_int_equal(last.error, MEM_CORRUPT);
        assert_ptr_equal(last.address, b[0] - TAG);
    }
#endif
}
