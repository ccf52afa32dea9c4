/* SPDX-License-Identifier: MIT */
/*
 * White-box tests. The one of mem_heap_check() breaks each invariant of the heap separately, in
 * every way in which it can be broken, and expects its number. The numbers are those at the top of
 * mem_heap.c. The other one tests the functions that number bits.
 */
#include "heap_test.h"

#include <string.h>

#include "../../libmem/src/mem_heap_layout.h"

#define BYTES          8192
#define LAST_INVARIANT 12u

static struct mem_heap *heap;
static char *blocks[8]; /* payloads; 1, 3 and 5 are free, 1 and 3 in the same bin */

static void make_heap(void)
{
    void *owned[8];

    heap = mem_heap_init(arena, BYTES, &config);
    assert_non_null(heap);
    large_from_now(heap);
    for (size_t i = 0; i < 8; i++) {
        owned[i] = mem_heap_alloc(heap, i == 5 ? 300 : 100);
        assert_non_null(owned[i]);
        blocks[i] = (char *)owned[i] - TAG;
    }
    /* The second one that is freed comes behind the first. */
    assert_int_equal(mem_heap_free(heap, owned[3]), MEM_OK);
    assert_int_equal(mem_heap_free(heap, owned[1]), MEM_OK);
    assert_int_equal(mem_heap_free(heap, owned[5]), MEM_OK);
    assert_ptr_equal(payload_at(heap, NEXT(blocks[3])), blocks[1]);
    assert_sound(heap);
}

static heap_size class_at(const char *p)
{
    return class_of(head_size(HEAD(p)));
}

static void flip_bit(heap_size class)
{
    heap->map[class / MAP_WORD_BITS] ^= (heap_map_word)1 << (class % MAP_WORD_BITS);
}

static void end_unaligned(void)
{
    heap->end += 2;
}

static void end_below(void)
{
    heap->end = first_payload(heap) - MEM_HEAP_ALIGN;
}

static void end_too_far(void)
{
    heap->end = (char *)(((uintptr_t)heap + REGION_MAX + 16) & ~(uintptr_t)15);
}

static void no_classes(void)
{
    cold_of(heap)->last_class = FIRST_CLASS - 1;
}

static void too_many_classes(void)
{
    cold_of(heap)->last_class = WILD_CLASS;
}

static void one_class_more(void)
{
    cold_of(heap)->last_class++;
}

static void null_block_has_room(void)
{
    cold_of(heap)->null_header = 64;
}

static void null_block_has_next(void)
{
    heap->null_next = offset_of(heap, blocks[1]);
}

static void too_small(void)
{
    HEAD(blocks[2]) -= (uint32_t)head_size(HEAD(blocks[2])) - 8;
}

/* Where blocks are aligned to 16. */
static void not_aligned(void)
{
    HEAD(blocks[2]) += 8;
}

static void too_large(void)
{
    HEAD(blocks[2]) += BYTES;
}

static void free_too_large(void)
{
    HEAD(blocks[1]) += BYTES;
}

static void before_is_free(void)
{
    HEAD(blocks[2]) |= PREV_USED;
}

static void before_is_used(void)
{
    HEAD(blocks[1]) &= ~PREV_USED;
}

static void before_end_is_free(void)
{
    HEAD(heap->end) ^= PREV_USED;
}

static void free_neighbours(void)
{
    uint32_t size = (uint32_t)head_size(HEAD(blocks[2]));

    HEAD(blocks[2]) = size;
    FOOT(blocks[2], size) = size;
    HEAD(blocks[3]) &= ~PREV_USED;
}

static void wrong_footer(void)
{
    FOOT(blocks[1], head_size(HEAD(blocks[1]))) += 8;
}

static void free_gap(void)
{
    HEAD(blocks[1]) |= GAP;
}

static void bit_of_empty_bin(void)
{
    flip_bit(class_at(blocks[5]) + 1);
}

static void no_bit_of_bin(void)
{
    flip_bit(class_at(blocks[5]));
}

static void wrong_back(void)
{
    BACK(blocks[1]) -= 4;
}

static void list_reaches_used(void)
{
    NEXT(blocks[1]) = offset_of(heap, blocks[2]);
    NEXT(blocks[2]) = NULL_BLOCK;
    BACK(blocks[2]) = offset_of(heap, blocks[1]);
}

static void list_leaves_heap(void)
{
    NEXT(blocks[1]) = BYTES;
}

static void list_leads_round(void)
{
    NEXT(blocks[1]) = offset_of(heap, blocks[3]);
}

static void wrong_bin(void)
{
    heap_size class = class_at(blocks[5]);

    flip_bit(class);
    flip_bit(class + 1);
    SLOT(heap, class) = NULL_BLOCK;
    SLOT(heap, class + 1) = offset_of(heap, blocks[5]);
    BACK(blocks[5]) = (uint32_t)(4 * (class + 1));
}

static void wilderness_out(void)
{
    heap->absorbed = WILD_SLOT;
}

static void wilderness_next(void)
{
    NEXT(wilderness(heap)) = NULL_BLOCK;
}

static void wilderness_back(void)
{
    BACK(wilderness(heap)) -= 4;
}

static void wilderness_used(void)
{
    heap->wild = offset_of(heap, blocks[2]);
}

static void lost_block(void)
{
    NEXT(blocks[3]) = NULL_BLOCK; /* behind it, only block 1 was in the bin */
}

static void lost_wilderness(void)
{
    heap->wild = NULL_BLOCK;
}

static void counted_too_much(void)
{
    cold_of(heap)->headroom -= 8;
}

static void counted_too_little(void)
{
    cold_of(heap)->headroom += 8;
}

static void redzone_touched(void)
{
    blocks[2][head_size(HEAD(blocks[2])) - HEADER_BYTES - 1] ^= 1;
}

static void canary_touched(void)
{
    blocks[2][TAG_BYTES - 1] ^= 1;
}

struct damage {
    unsigned invariant;
    const char *what;
    void (*make)(void);
    bool cannot_be; /* in this build */
};

static const struct damage damages[] = {
    {1, "the end is not aligned", end_unaligned, false},
    {1, "the end is below the first block", end_below, false},
    {1, "the end is too far", end_too_far, false},
    {1, "a class more than capacity needs", one_class_more, false},
    {1, "no classes", no_classes, false},
    {1, "more classes than bits", too_many_classes, false},
    {2, "the null block has room", null_block_has_room, false},
    {2, "a block behind the null block", null_block_has_next, false},
    {3, "a used block is too small", too_small, false},
    {3, "a used block's size is not aligned", not_aligned, MEM_HEAP_ALIGN != 16},
    {3, "a used block is too large", too_large, false},
    {3, "a free block is too large", free_too_large, false},
    {4, "the block before is free, and said to be used", before_is_free, false},
    {4, "the block before is used, and said to be free", before_is_used, false},
    {4, "the last block is said to be used", before_end_is_free, false},
    {5, "free neighbours", free_neighbours, false},
    {6, "a footer is not the size", wrong_footer, false},
    {6, "a free block is marked as a gap", free_gap, GAP == 0},
    {7, "a bit for an empty bin", bit_of_empty_bin, false},
    {7, "no bit for a bin with a block", no_bit_of_bin, false},
    {8, "back names another word", wrong_back, false},
    {8, "a used block in a bin", list_reaches_used, false},
    {8, "a list leaves the heap", list_leaves_heap, false},
    {8, "a list leads back to its start", list_leads_round, false},
    {8, "a block in the bin of another class", wrong_bin, false},
    {9, "the wilderness is out of its slot", wilderness_out, false},
    {9, "the wilderness' next is a list's end", wilderness_next, false},
    {9, "the wilderness' back is not its slot", wilderness_back, false},
    {9, "the wilderness is used", wilderness_used, false},
    {10, "a free block in no bin", lost_block, false},
    {10, "a wilderness that has no slot", lost_wilderness, false},
    {11, "counted too much", counted_too_much, false},
    {11, "counted too little", counted_too_little, false},
    {12, "a redzone is touched", redzone_touched, !DEBUGGED},
    {12, "a canary is touched", canary_touched, !DEBUGGED},
};

void test_each_invariant(void **state)
{
    static unsigned char sound[ARENA_BYTES];
    unsigned seen = 0;

    (void)state;
    make_heap();
    memcpy(sound, arena, sizeof sound);
    assert_int_equal(mem_heap_broken_invariant(heap, NULL), 0);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        const struct damage *damage = &damages[i];
        const void *where = NULL;

        seen |= 1u << damage->invariant;
        if (damage->cannot_be)
            continue;
        damage->make();
        unsigned broken = mem_heap_broken_invariant(heap, &where);

        if (broken != damage->invariant)
            fail_msg("%s: I%u is reported, not I%u", damage->what, broken, damage->invariant);
        assert_non_null(where);
        assert_int_equal(mem_heap_check(heap, NULL), MEM_CORRUPT);
        memcpy(arena, sound, sizeof sound);
        assert_sound(heap);
    }
    assert_int_equal(seen, (2u << LAST_INVARIANT) - 2); /* all from 1 to the last */
}

/* Every bit of a map's word is found, whatever bits are set beside it. */
void test_bit_numbers(void **state)
{
    const heap_map_word all = ~(heap_map_word)0;

    (void)state;
    for (unsigned bit = 0; bit < MAP_WORD_BITS; bit++) {
        heap_map_word one = (heap_map_word)1 << bit;

        assert_int_equal(lowest_bit(one), bit);
        assert_int_equal(lowest_bit(all << bit), bit);
        assert_int_equal(log2_by_halves(one), bit);
        assert_int_equal(log2_by_halves(one | (one - 1)), bit);
        if (bit < 32) {
            assert_int_equal(log2_floor((uint32_t)one), bit);
            assert_int_equal(log2_floor((uint32_t)(one | (one - 1))), bit);
        }
    }
}
