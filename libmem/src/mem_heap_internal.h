/* SPDX-License-Identifier: MIT */
/*
 * The heap's layout, shared by its sources.
 *
 *   arena: | struct mem_heap | bins[] | cold | block | block | ... | end mark |
 *
 *   used block:  | header 4 | payload ...                               |
 *   free block:  | header 4 | next 4 | prev 4 | ...     | footer 4 |  4 |
 *                           ^ p, a multiple of the alignment       ^ next header
 *
 * A block is known by its payload p; its header lies at p - 4 and holds the
 * distance to the next payload, and two flags. A used header is XORed with a
 * key, so that what an application writes is not taken for one. A free block
 * repeats its header as a footer in the 4 bytes before the next header. Free
 * blocks of a size class form a list: `next` is the next payload's offset from
 * the heap, `prev` the offset of the word that points here, the bin slot for
 * the first one. Unlinking therefore needs no size class.
 *
 * The list ends at a null block inside struct mem_heap with header 0, whose
 * links may be written, so that no code tests for the end.
 *
 * The wilderness is a free block in no list: what has never been used, or has
 * merged with that. It is cut only when no list can serve.
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
#define GAP_KEY (KEY ^ 0xf0000000u)
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

struct mem_heap {
    uint32_t bins_end;    /* offset behind the last slot */
    uint32_t null_header; /* the null block: header 0, and links that nobody reads */
    uint32_t null_next, null_prev;
    heap_word map[MAP_WORDS]; /* bit c: list of class c is not empty */
    char *first;              /* first payload */
    uintptr_t units;          /* span / alignment */
    uintptr_t span;           /* from first to the end mark's payload position */
    char *wild;
    uintptr_t threshold; /* requests below it are cut from the back */
    uint32_t used;
    uint32_t peak; /* brought up to date by each free */
    uint32_t bins[];
};

/* Rarely touched; lies behind the bins. */
struct heap_cold {
    const struct mem_heap_config *config;
    uint32_t average; /* of requests that cut the wilderness, times 16 */
    uint32_t failed;
    size_t largest_failed;
};

#define NULL_BLOCK 8u /* offset of the null block's payload */

/*
 * Size classes: four to the octave, numbered so that class c has its slot at
 * offset 4 c and its bit at c.
 */
#define FIRST_CLASS ((unsigned)(offsetof(struct mem_heap, bins) / 4))
_Static_assert(offsetof(struct mem_heap, bins) % 4 == 0, "slots are found by their class");
_Static_assert(offsetof(struct mem_heap, null_next) == NULL_BLOCK, "the null block's payload");

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

static inline struct heap_cold *cold_of(const struct mem_heap *heap)
{
    /* bins_end is 4-byte aligned; the struct wants a pointer's alignment. */
    uintptr_t at = (uintptr_t)heap + heap->bins_end;

    return (struct heap_cold *)((at + sizeof(void *) - 1) & ~(uintptr_t)(sizeof(void *) - 1));
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
    uint32_t plain = !is_used(head) ? head : (head & GAP) != 0 ? head ^ GAP_KEY : head ^ KEY;

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
    FOOT(p, size) = (uint32_t)size + PREV;
}

static inline void unlink_block(struct mem_heap *heap, char *p)
{
    heap_size next = NEXT(p);
    heap_size back = LINK_BACK(p);

    AT(back) = (uint32_t)next;
    AT(next + 4) = (uint32_t)back;
    if (next == NULL_BLOCK && back < heap->bins_end)
        heap->map[back / 4 / WORD_BITS] &= ~((heap_word)1 << (back / 4 % WORD_BITS));
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

static inline void note_peak(struct mem_heap *heap)
{
    if (UNLIKELY(heap->used > heap->peak))
        heap->peak = heap->used;
}

/* The end of a free block that a request is cut from; forced: whatever its size says. */
enum cut_end { BACK, FRONT, FORCED_FRONT };

/* mem_heap.c, for realloc. */
void *mem_heap_core_take(struct mem_heap *heap, size_t bytes, enum cut_end end);
int mem_heap_core_give(struct mem_heap *heap, char *p);
/* Why the block may not be freed or resized; MEM_OK when it may. */
int mem_heap_core_refuse(const struct mem_heap *heap, const char *p);
/* Report and return an error; fail a request, asking the out-of-memory hook first. */
int mem_heap_core_report(struct mem_heap *heap, int error, const void *address, const void *caller);
bool mem_heap_core_failed(struct mem_heap *heap, size_t bytes);

#endif
