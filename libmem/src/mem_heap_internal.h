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
 * The list ends at the null block, whose payload is at offset 0: its header is
 * 0, and its links may be written, so that no code tests for the end.
 *
 * The wilderness is the free block that has never been used, or has merged with
 * that. It is cut only when no list can serve: it is the only block of a class
 * above all others, whose bit in the map is always set, so that a search ends
 * there. Merging with it needs no test.
 */
#ifndef MEM_HEAP_INTERNAL_H
#define MEM_HEAP_INTERNAL_H

#include <mem_heap.h>

#define USED  1u /* this block is in use */
#define PREV  2u /* the block before is in use */
#define GAP   4u /* not a block: what lies between two regions */
#define FLAGS 7u

/*
 * No low bits: flags can be tested without it. A header that is not a used one,
 * the heap's or what an application wrote, is then most likely too large for a
 * block when the key is subtracted, so that no flag need be tested: sizes up
 * to REGION_MAX are, because REGION_MAX < KEY < 2^32 - REGION_MAX, and so are
 * small numbers, text, -1, and addresses where small machines have memory.
 */
#define KEY        0x8ca1ab18u
#define REGION_MAX 0x72fffff8u

/* With this key a gap looks too large for a block, too. */
#define GAP_KEY (KEY + 0xe0000000u)
#define GAP_MAX 0x1ffffff8u

#define HEADER_BYTES 4u
#define ALIGN_MAX    65536u
#define SMALLEST     16u /* header, two links, footer */

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
 * its slot's offset divided by 4, and a bit in the map. The null block is the
 * one at offset 0, so that a heap begins as zeroes.
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
    uint32_t limit;       /* the table has a class for every request below it */
    uint32_t null_header; /* the null block's, always 0 */
};

struct mem_heap {
    uint32_t null_next, null_prev; /* written, never read */
    uint32_t wild_class;           /* the wilderness', whose slot is the last in the table */
    uint32_t absorbed;             /* LINKED, or something else when the wilderness was unlinked */
    heap_word map[MAP_WORDS];      /* bit c: list of class c is not empty; the wilderness' is set */
    char *end;                     /* payload of the end mark, a used block that nobody owns */
    uint32_t bins[];
};

#define NULL_BLOCK 0u /* the null block's offset */
#define LINKED     1u
/*
 * The wilderness' `next`. Unlinking, which knows nothing of the wilderness,
 * writes behind it: to heap->absorbed. Whoever merged a block sees there that
 * the result is the wilderness.
 */
#define WILD_NEXT ((uint32_t)offsetof(struct mem_heap, absorbed) - 4u)

/* Size classes: four to the octave, numbered so that class c has its slot at offset 4 c. */
#define FIRST_CLASS ((unsigned)(offsetof(struct mem_heap, bins) / 4))
_Static_assert(offsetof(struct mem_heap, bins) % 4 == 0, "slots are found by their class");
_Static_assert(4 * 31 + (REGION_MAX >> 29) + FIRST_CLASS - 20 < 127, "all classes have bits");
_Static_assert(sizeof(struct heap_cold) % 8 == 0, "the heap behind it must be aligned");

static inline uint32_t *word_at(const void *address)
{
    return (uint32_t *)(uintptr_t)address;
}

#define AT(offset)    (*word_at((const char *)heap + (offset)))
#define SLOT(class)   (word_at(heap)[class])
#define HEAD(p)       (*word_at((p)-HEADER_BYTES))
#define FOOT(p, size) (*word_at((p) + (size)-2 * HEADER_BYTES))
#define NEXT(p)       (*word_at(p))
#define LINK_BACK(p)  (*word_at((p) + 4))
#define LIKELY(x)     __builtin_expect(!!(x), 1)
#define UNLIKELY(x)   __builtin_expect(!!(x), 0)
#define NOINLINE      __attribute__((noinline))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * For speed, what several places need (SHARED) is inlined into each, and the second half of an
 * operation is a function of its own that is jumped to (OUT_OF_LINE), so that each half fits the
 * registers that need no saving; only where there are registers for many arguments (SPLIT) does
 * that pay for the halves of alloc. For size, everything exists once, in mem_heap.c.
 */
#ifdef __OPTIMIZE_SIZE__
#define SMALL 1
#define SHARED
#define OUT_OF_LINE static
#else
#define SMALL       0
#define SHARED      ALWAYS_INLINE
#define OUT_OF_LINE static NOINLINE
#endif
#define SPLIT (!SMALL && UINTPTR_MAX > 0xffffffffu)

/* Keeps compilers from remembering what they computed from x, in registers that must be saved. */
#if SMALL
#define FORGET(x) ((void)0)
#else
#define FORGET(x) __asm__("" : "+r"(x))
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

/* The smallest used block: in the debug presets larger than a free one can be. */
#define SMALLEST_USED block_size(EXTRA_BYTES)

/* Where the first payload behind an address may lie. */
static inline uintptr_t payload_behind(uintptr_t address)
{
    return (address + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
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

/* The first block of a class, or the null block. */
static inline char *first_of(const struct mem_heap *heap, heap_size class)
{
    return (char *)(uintptr_t)heap + SLOT(class);
}

static inline const struct mem_heap_config *config_of(const struct mem_heap *heap)
{
    return (const struct mem_heap_config *)(cold_of(heap)->config & ~HAS_HOOK);
}

/* The block, marked as free, is the wilderness from now on. */
static inline void set_wild(struct mem_heap *heap, char *p)
{
    NEXT(p) = WILD_NEXT;
    LINK_BACK(p) = 4 * heap->wild_class;
    SLOT(heap->wild_class) = (uint32_t)(p - (char *)heap);
    heap->absorbed = LINKED;
}

/* There is none from now on. */
static inline void forget_wild(struct mem_heap *heap)
{
    SLOT(heap->wild_class) = NULL_BLOCK;
    heap->absorbed = LINKED;
}

static inline uint32_t used_bytes(const struct mem_heap *heap)
{
    return cold_of(heap)->peak - cold_of(heap)->headroom;
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
/* Why the block may not be freed or resized; MEM_OK when it may. */
int mem_heap_core_refuse(const struct mem_heap *heap, const char *p);
/* Whether `size` bytes from p on, which lies in the heap, end in it, whatever `size` is. */
ALWAYS_INLINE bool is_inside(const struct mem_heap *heap, const char *p, heap_size size)
{
#if UINTPTR_MAX > 0xffffffffu
    return (uintptr_t)p + size <= (uintptr_t)heap->end;
#else
    return size <= (heap_size)(heap->end - p); /* the sum could wrap */
#endif
}

/* Whether a free block at p says at its end what its header says; `size` may be anything. */
ALWAYS_INLINE bool is_whole(const struct mem_heap *heap, const char *p, heap_size size)
{
    heap_size aligned = size & ~(heap_size)3;

    return LIKELY(is_inside(heap, p, aligned)) && LIKELY(FOOT(p, aligned) == (uint32_t)size);
}

/* Whether nothing is wrong with the block, as far as a few instructions can tell. */
ALWAYS_INLINE bool passes(const struct mem_heap *heap, const char *p)
{
    if (SMALL)
        return mem_heap_core_refuse(heap, p) == MEM_OK;
    if (UNLIKELY((uintptr_t)p % MEM_HEAP_ALIGN != 0) ||
        UNLIKELY((uintptr_t)p >= (uintptr_t)heap->end) || UNLIKELY((uintptr_t)p <= (uintptr_t)heap))
        return false;
    heap_size size = (HEAD(p) - KEY) & ~(heap_size)FLAGS;

    return LIKELY(is_inside(heap, p, size)) && LIKELY((HEAD(p + size) & PREV) != 0);
}
/* Report and return an error. */
int mem_heap_core_report(struct mem_heap *heap, int error, const void *address, const void *caller);

#endif
