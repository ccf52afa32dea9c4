/* SPDX-License-Identifier: MIT */
/*
 * The heap's layout, shared by its sources.
 *
 *   arena: | heap_cold | struct mem_heap | bins[] | block | block | ... | end mark |
 *
 *   used block:  | header 4 | payload ...                               |
 *   free block:  | header 4 | next 4 | prev 4 | ...     | footer 4 |  4 |
 *                           ^ p, a multiple of the alignment       ^ next header
 *
 * A block is known by its payload p; its header lies at p - 4 and holds the
 * distance to the next payload, and two flags. A key is added to a used header,
 * so that what an application writes is not taken for one. A free block repeats
 * its size as a footer in the 4 bytes before the next header. Free blocks of a
 * size class form a list: `next` is the next payload's offset from the heap,
 * `prev` the offset of the word that points here, the bin slot for the first
 * one. Unlinking therefore needs no size class.
 *
 * The list ends at a null block inside struct mem_heap with header 0, whose
 * links may be written, so that no code tests for the end.
 *
 * The wilderness is a free block in no list: what has never been used, or has
 * merged with that. It is cut only when no list can serve. It is linked as if
 * it were the only block of a list of its own, so that merging needs no test.
 */
#ifndef MEM_HEAP_INTERNAL_H
#define MEM_HEAP_INTERNAL_H

#include <mem_heap.h>

#define USED  1u /* this block is in use */
#define PREV  2u /* the block before is in use */
#define GAP   4u /* not a block: what lies between two regions */
#define FLAGS 7u
#define KEY   0x5ca1ab18u /* no low bits: flags can be tested without it */

/* With this key a gap looks too large for a block, so that the fast checks refuse to free it. */
#define GAP_KEY (KEY + 0xf0000000u)
#define GAP_MAX 0x0ffffff8u

#define HEADER_BYTES 4u
#define SMALLEST     16u /* header, two links, footer */
#define REGION_MAX   0xdffffff8u

#define CHECKS (MEM_HEAP_PRESET >= MEM_HEAP_DEFAULT)
#define DEBUG  (MEM_HEAP_PRESET >= MEM_HEAP_DEBUG)

_Static_assert(MEM_HEAP_ALIGN == 8 || MEM_HEAP_ALIGN == 16, "headers are laid out for these");

#if UINTPTR_MAX > 0xffffffffu
typedef uint64_t heap_word;
#define WORD_BITS 64u
#else
typedef uint32_t heap_word;
#define WORD_BITS 32u
#endif
#define MAP_WORDS (128u / WORD_BITS)

typedef uintptr_t heap_size; /* native width: conversions cost instructions */

/*
 * What the fast paths need, then the table. Cold and counting members lie in
 * front of it, at negative offsets, so that the table begins early: a class is
 * its slot's offset divided by 4, and a bit in the map.
 */
#define HAS_HOOK ((uintptr_t)1)

struct heap_cold {
    uintptr_t config;   /* pointer, and HAS_HOOK where it has an out-of-memory hook */
    char *first;        /* first payload */
    uint32_t peak;      /* the most bytes that were ever in use */
    uint32_t headroom;  /* how many fewer are now: cheaper to keep than these themselves */
    uint32_t threshold; /* requests up to it are cut from the back */
    uint32_t average;   /* of requests that cut the wilderness, times 16 */
    uint32_t failed;
    uint32_t largest_failed;
};

struct mem_heap {
    uint32_t bins_end;    /* offset behind the last slot */
    uint32_t null_header; /* the null block: header 0, and links that nobody reads */
    uint32_t null_next, null_prev;
    heap_word map[MAP_WORDS]; /* bit c: list of class c is not empty; LAST_BIT is set */
    uintptr_t span;           /* from first to the end mark's payload position */
    uint32_t limit;           /* the table has a class for every request below it */
    uint32_t scratch;         /* what unlinking the wilderness writes to */
    uint32_t wild;            /* its offset, as if this were a list with one block */
    uint32_t bins[];
};

#define NULL_BLOCK 8u /* offset of the null block's payload */
#define WILD_SLOT  ((heap_size)offsetof(struct mem_heap, wild))
/*
 * The wilderness' `next`. Unlinking, which knows nothing of the wilderness,
 * copies it to heap->wild: whoever merged a block with the wilderness sees
 * there that the result is the wilderness.
 */
#define ABSORBED ((uint32_t)offsetof(struct mem_heap, scratch) - 4u)

/* Size classes: four to the octave, numbered so that class c has its slot at offset 4 c. */
#define FIRST_CLASS ((unsigned)(offsetof(struct mem_heap, bins) / 4))
#define LAST_BIT    127u /* of no class */
#define NO_CLASS    (MAP_WORDS == 2 ? 0 : LAST_BIT)
_Static_assert(offsetof(struct mem_heap, bins) % 4 == 0, "slots are found by their class");
_Static_assert(offsetof(struct mem_heap, null_next) == NULL_BLOCK, "the null block's payload");
_Static_assert(4 * 31 + (REGION_MAX >> 29) + FIRST_CLASS - 20 < LAST_BIT, "all classes have bits");
_Static_assert(sizeof(struct heap_cold) % 8 == 0, "the heap behind it must be aligned");

static inline uint32_t *word_at(const void *address)
{
    return (uint32_t *)(uintptr_t)address;
}

#define AT(offset)    (*word_at((const char *)heap + (offset)))
#define HEAD(p)       (*word_at((p)-HEADER_BYTES))
#define FOOT(p, size) (*word_at((p) + (size)-2 * HEADER_BYTES))
#define NEXT(p)       (*word_at(p))
#define LINK_BACK(p)  (*word_at((p) + 4))
#define LIKELY(x)     __builtin_expect(!!(x), 1)
#define UNLIKELY(x)   __builtin_expect(!!(x), 0)
#define NOINLINE      __attribute__((noinline))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * Where there are registers for many arguments, the second half of an operation
 * is jumped to, and each half then fits those that need no saving.
 */
#if UINTPTR_MAX > 0xffffffffu && !defined(__OPTIMIZE_SIZE__)
#define SPLIT 1
#else
#define SPLIT 0
#endif

static inline struct heap_cold *cold_of(const struct mem_heap *heap)
{
    return (struct heap_cold *)(uintptr_t)heap - 1;
}

#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || \
    defined(__ARM_FEATURE_CLZ) || defined(__riscv_zbb) ||               \
    (defined(__mips_isa_rev) && __mips_isa_rev >= 1)
#define HAS_CLZ 1
#else
#define HAS_CLZ 0
#endif

/* floor(log2(n)), n > 0. Not every CPU has an instruction for it, and not every image a library. */
static inline unsigned log2_floor(uint32_t n)
{
#if !HAS_CLZ
    unsigned k = 0;

    for (unsigned step = 16; step > 0; step /= 2) {
        if (n >> step != 0) {
            n >>= step;
            k += step;
        }
    }
    return k;
#else
    return (unsigned)__builtin_clz(n) ^ 31u;
#endif
}

/* Index of the lowest bit set, word != 0. */
static inline unsigned lowest_bit(heap_word word)
{
#if !HAS_CLZ
    return log2_floor((uint32_t)(word & -word));
#elif UINTPTR_MAX > 0xffffffffu
    return (unsigned)__builtin_ctzll(word);
#else
    return (unsigned)__builtin_ctz(word);
#endif
}

static inline heap_size class_of(heap_size size)
{
    unsigned k = log2_floor((uint32_t)size);

    return (heap_size)(4 * k + ((uint32_t)size >> (k - 2)) + FIRST_CLASS - 20);
}

static inline bool is_used(uint32_t head)
{
    return (head & USED) != 0;
}

static inline bool is_gap(uint32_t head)
{
    return (head & (USED | GAP)) == (USED | GAP);
}

/* Distance to the next payload. */
static inline heap_size size_of(uint32_t head)
{
    uint32_t plain = !is_used(head) ? head : (head & GAP) != 0 ? head - GAP_KEY : head - KEY;

    return plain & ~(heap_size)FLAGS;
}

/* What a request takes: header, rounding, smallest block. */
static inline heap_size block_size(size_t bytes)
{
    heap_size size = (bytes + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(heap_size)(MEM_HEAP_ALIGN - 1);

    return size < SMALLEST ? SMALLEST : size;
}

static inline void mark_free(char *p, heap_size size)
{
    HEAD(p) = (uint32_t)size + PREV; /* the block before a free one is in use */
    FOOT(p, size) = (uint32_t)size;
}

/* Written as a rotation, which takes an instruction less than shift and complement. */
static inline void clear_bit(struct mem_heap *heap, heap_size class)
{
    unsigned n = class % WORD_BITS;

    heap->map[class / WORD_BITS] &= ~(heap_word)1 << n | ~(heap_word)1 >> (-n % WORD_BITS);
}

static inline void unlink_block(struct mem_heap *heap, char *p)
{
    heap_size next = NEXT(p);
    heap_size back = LINK_BACK(p);

    AT(back) = (uint32_t)next;
    AT(next + 4) = (uint32_t)back;
    if (next == NULL_BLOCK && back < heap->bins_end)
        clear_bit(heap, back / 4);
}

static inline void link_block(struct mem_heap *heap, char *p, heap_size size)
{
    heap_size class = class_of(size);
    heap_size slot = 4 * class;
    heap_size next = AT(slot);
    uint32_t offset = (uint32_t)(p - (char *)heap);

    NEXT(p) = (uint32_t)next;
    AT(slot) = offset;
    LINK_BACK(p) = (uint32_t)slot;
    AT(next + 4) = offset;
    heap->map[class / WORD_BITS] |= (heap_word)1 << (class % WORD_BITS);
}

static inline char *wild_of(const struct mem_heap *heap)
{
    return (char *)(uintptr_t)heap + heap->wild;
}

static inline void set_wild(struct mem_heap *heap, char *p)
{
    heap->wild = (uint32_t)(p - (char *)heap);
    NEXT(p) = ABSORBED;
    LINK_BACK(p) = (uint32_t)WILD_SLOT;
}

static inline uint32_t used_bytes(const struct mem_heap *heap)
{
    return cold_of(heap)->peak - cold_of(heap)->headroom;
}

static inline void count_taken(struct mem_heap *heap, heap_size size)
{
    struct heap_cold *cold = cold_of(heap);

    if (__builtin_sub_overflow(cold->headroom, (uint32_t)size, &cold->headroom)) {
        cold->peak -= cold->headroom; /* it is negative */
        cold->headroom = 0;
    }
}

static inline void count_given(struct mem_heap *heap, heap_size size)
{
    cold_of(heap)->headroom += (uint32_t)size;
}

/*
 * Alloc and free without lock and debug checks, for the other sources. Where a
 * build has neither, they are the public functions themselves.
 */
#if DEBUG || MEM_HEAP_LOCKS
void *mem_heap_core_take(struct mem_heap *heap, size_t bytes);
int mem_heap_core_give(struct mem_heap *heap, void *block);
#else
#define mem_heap_core_take mem_heap_alloc
#define mem_heap_core_give mem_heap_free
#endif
/* Put a free block in no list, whose neighbours are used, where it belongs; returns `result`. */
void *mem_heap_core_settle(struct mem_heap *heap, char *p, heap_size size, void *result);
/* Count a failed request; returns NULL. */
static inline void *count_failure(struct mem_heap *heap, size_t bytes)
{
    struct heap_cold *cold = cold_of(heap);

    cold->failed++;
    if (cold->largest_failed < (uint32_t)bytes)
        cold->largest_failed = (uint32_t)bytes;
    return NULL;
}
/* A request larger than the heap. */
void *mem_heap_core_refuse_huge(struct mem_heap *heap, size_t bytes);
/* Ask the out-of-memory hook, and return whether to try again. */
bool mem_heap_core_ask(struct mem_heap *heap, size_t bytes);
/* Why the block may not be freed or resized; MEM_OK when it may. */
int mem_heap_core_refuse(const struct mem_heap *heap, const char *p);
/* Report and return an error. */
int mem_heap_core_report(struct mem_heap *heap, int error, const void *address, const void *caller);

/* Whether somebody wants to be asked before a request fails. */
static inline bool has_hook(const struct mem_heap *heap)
{
    return (cold_of(heap)->config & HAS_HOOK) != 0;
}

static inline const struct mem_heap_config *config_of(const struct mem_heap *heap)
{
    return (const struct mem_heap_config *)(cold_of(heap)->config & ~HAS_HOOK);
}

/* The lowest class from `class` + 1 on with a block in it; NO_CLASS when there is none. */
ALWAYS_INLINE heap_size next_class(const struct mem_heap *heap, heap_size class)
{
    heap_size word = class / WORD_BITS;
    heap_word bits = heap->map[word] & (((heap_word)-2) << (class % WORD_BITS));

#if MAP_WORDS == 2
    word = class & WORD_BITS;
    if (bits == 0) {
        bits = heap->map[1];
        if (word != 0 || bits == 0)
            return NO_CLASS;
        word = WORD_BITS;
    }
    return word + lowest_bit(bits);
#else
    while (bits == 0) /* at most 3 times: LAST_BIT is always set */
        bits = heap->map[++word];
    return word * WORD_BITS + lowest_bit(bits);
#endif
}

#endif
