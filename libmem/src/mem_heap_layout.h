/* SPDX-License-Identifier: MIT */
/*
 * The heap's layout, as mem_heap.c changes it and mem_heap_report.c reads it: constants, the two
 * structs, size classes, and functions of a few instructions. mem_heap.c draws it at its top.
 */
#ifndef MEM_HEAP_LAYOUT_H
#define MEM_HEAP_LAYOUT_H

#include <mem_assert.h>
#include <mem_heap.h>

#define HAS_CHECKS   (MEM_HEAP_PRESET >= MEM_HEAP_DEFAULT)
#define HAS_REDZONES (MEM_HEAP_PRESET >= MEM_HEAP_DEBUG)
#define IS_PARANOID  (MEM_HEAP_PRESET >= MEM_HEAP_PARANOID)

_Static_assert(MEM_HEAP_ALIGN == 4 || MEM_HEAP_ALIGN == 8 || MEM_HEAP_ALIGN == 16,
               "headers are laid out for these");

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Native width, because conversions between widths cost instructions. */
typedef uintptr_t heap_size;

/* --- Header words ----------------------------------------------------------------------------- */

#define USED      1u /* this block is in use */
#define PREV_USED 2u /* the block before is in use */
#define FLAGS     (MEM_HEAP_ALIGN - 1u < 7u ? MEM_HEAP_ALIGN - 1u : 7u) /* bits without a size */

/*
 * A used header has KEY added. Any other word, of the heap or of an application, then most likely
 * reads as a size that no block has, and one comparison with the heap's end refuses it.
 */
#define KEY        0x8ca1ab18u
#define REGION_MAX 0x72fffff8u /* from the heap to its end, and so the largest size */

/*
 * A gap, which lies between two regions, is a used block without an owner. Its header has another
 * key added, so that it reads as larger than any block, too; and a flag, where there is a bit.
 */
#define GAP_KEY (KEY + 0xe0000000u)
#define GAP_MAX 0x1ffffff8u
#define GAP     (FLAGS & 4u)

/* The size that a word reads as, as the header of a used block. */
#define KEYED_SIZE(word) (((uint32_t)(word)-KEY) & ~FLAGS)

_Static_assert((KEY & FLAGS) == 0 && (GAP_KEY & FLAGS) == 0, "flags are read without the key");
_Static_assert(KEY <= UINT32_MAX - (REGION_MAX + FLAGS), "no used header wraps round");
/* A word below KEY reads as more by 2^32 - KEY, so the least of them is what 0 reads as. */
_Static_assert(KEYED_SIZE(0) > REGION_MAX, "a word below KEY reads as larger than any block");
_Static_assert(REGION_MAX + FLAGS < KEY, "free headers, footers, links, small numbers are below");
_Static_assert(GAP_KEY <= KEY - 1 - (GAP_MAX + FLAGS), "gaps' headers are below");
_Static_assert(0x7e7e7e7eu < KEY, "text is below");
_Static_assert(0x80000000u + (128u << 20) < KEY, "addresses in small machines' memory are below");
_Static_assert(KEYED_SIZE(-4096) > REGION_MAX && KEYED_SIZE(-1) > REGION_MAX,
               "small negative numbers are above, and read as larger than any block, too");

#define HEADER_BYTES 4u
#define ALIGN_MAX    65536u
#define BLOCK_MIN    16u /* header, two links, footer */

_Static_assert(BLOCK_MIN == 4 * HEADER_BYTES && BLOCK_MIN % MEM_HEAP_ALIGN == 0,
               "the smallest block can be free, and blocks behind it stay aligned");

/* The words of a block with the payload p. */
#define HEAD(p)       (*heap_word_at((p)-HEADER_BYTES))
#define FOOT(p, size) (*heap_word_at((p) + (size)-2 * HEADER_BYTES))
#define NEXT(p)       (*heap_word_at(p))
#define BACK(p)       (*heap_word_at((p) + 4))

static inline uint32_t *heap_word_at(const void *address)
{
    return (uint32_t *)(uintptr_t)address;
}

static inline bool head_is_used(uint32_t head)
{
    return (head & USED) != 0;
}

/* Whether the header of a used block is a gap's. */
static inline bool used_is_gap(uint32_t head)
{
    return GAP != 0 ? (head & GAP) != 0 : head - GAP_KEY <= GAP_MAX + FLAGS;
}

static inline bool head_is_gap(uint32_t head)
{
    return GAP != 0 ? (head & (USED | GAP)) == (USED | GAP)
                    : head_is_used(head) && used_is_gap(head);
}

/* The size in the header of a used block; of a free block; of either. */
static inline heap_size used_size(uint32_t head)
{
    return (head - KEY) & ~(heap_size)FLAGS;
}

static inline heap_size free_size(uint32_t head)
{
    return head - PREV_USED; /* the only flag, unless the header is damaged */
}

static inline heap_size head_size(uint32_t head)
{
    uint32_t plain = !head_is_used(head) ? head : used_is_gap(head) ? head - GAP_KEY : head - KEY;

    return plain & ~(heap_size)FLAGS;
}

/* The size of block that a request needs: header, rounding, smallest block. */
static inline heap_size size_for(size_t bytes)
{
    heap_size size = (bytes + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(heap_size)(MEM_HEAP_ALIGN - 1);

    return size < BLOCK_MIN ? BLOCK_MIN : size;
}

/* A request for less takes the smallest block. */
#define LEAST_ASKED \
    (MEM_HEAP_ALIGN < BLOCK_MIN ? BLOCK_MIN - HEADER_BYTES - MEM_HEAP_ALIGN + 1 : 0u)

/* The lowest payload that a header at or above an address can have. */
static inline uintptr_t payload_behind(uintptr_t address)
{
    return (address + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
}

/* --- The heap --------------------------------------------------------------------------------- */

#define MAP_BITS 128u
#if UINTPTR_MAX > 0xffffffffu
typedef uint64_t heap_map_word;
#define MAP_WORD_BITS 64u
#else
typedef uint32_t heap_map_word;
#define MAP_WORD_BITS 32u
#endif

/*
 * Members that are rarely used, and counters, lie before struct mem_heap, at negative offsets. So
 * the table begins at a low offset, and the offset of a slot divided by 4 is a class and a bit of
 * the map.
 */
struct heap_cold {
    uintptr_t config;   /* pointer, and HAS_HOOK where it has an out-of-memory hook */
    heap_size limit;    /* the table has a class for requests below it + LEAST_ASKED */
    char *frontier;     /* free blocks that end above it are cut from the back */
    uint32_t peak;      /* the most bytes that were ever in use */
    uint32_t headroom;  /* peak - bytes in use: cheaper to keep than these themselves */
    uint32_t average;   /* of the requests that the wilderness served, times 16 */
    uint32_t threshold; /* the average */
    uint32_t failed;
    uint32_t largest_failed;
    uint32_t last_class; /* the last one in the table */
#if UINTPTR_MAX <= 0xffffffffu
    uint32_t unused; /* keeps the heap aligned */
#endif
    uint32_t null_header; /* the null block's, always 0 */
};

#define HAS_HOOK ((uintptr_t)1)

/* At offset 0 lies the payload of the null block, so that a zeroed heap has empty bins. */
struct mem_heap {
    uint32_t null_next, null_back;               /* 0; and written, not read */
    heap_map_word map[MAP_BITS / MAP_WORD_BITS]; /* bit c: bin c holds a block */
    uint32_t absorbed;                           /* LINKED, unless the wilderness was removed */
#if MAP_WORD_BITS == 32
    uint32_t zeros[3]; /* searches may read as far behind the map */
#endif
    uint32_t wild; /* offset of the wilderness, or of the null block */
    char *end;     /* payload of the end mark, a used block without owner */
    uint32_t bins[];
};

_Static_assert(sizeof(struct heap_cold) % 8 == 0, "the heap behind it must be aligned");
_Static_assert(offsetof(struct heap_cold, null_header) + HEADER_BYTES == sizeof(struct heap_cold),
               "the null block's header lies before its payload");

/* Stands for the wilderness, which has neither a slot nor a bit in the map. */
#define WILD_CLASS MAP_BITS
#define WILD_SLOT  ((uint32_t)offsetof(struct mem_heap, wild))
#define NULL_BLOCK 0u /* the null block's offset */
#define LINKED     0u
#define WILD_NEXT  ((uint32_t)offsetof(struct mem_heap, absorbed) - 4u)

_Static_assert(offsetof(struct mem_heap, null_next) == NULL_BLOCK &&
                   offsetof(struct mem_heap, null_back) == NULL_BLOCK + 4,
               "the null block's links are where every block's are");
_Static_assert(WILD_NEXT != NULL_BLOCK, "the wilderness' links do not read as the end of a list");
_Static_assert(LINKED != WILD_SLOT, "not what bin_remove() writes");
_Static_assert(offsetof(struct mem_heap, absorbed) == offsetof(struct mem_heap, map) + MAP_BITS / 8,
               "the bits behind the map are 0 while the wilderness is linked");

/* The word at an offset: `next` of the block there. The slot of a class. */
#define LINK_AT(heap, offset) (*heap_word_at((const char *)(heap) + (offset)))
#define SLOT(heap, class)     (heap_word_at(heap)[class])

static inline struct heap_cold *cold_of(const struct mem_heap *heap)
{
    return (struct heap_cold *)(uintptr_t)heap - 1;
}

static inline const struct mem_heap_config *config_of(const struct mem_heap *heap)
{
    return (const struct mem_heap_config *)(cold_of(heap)->config & ~HAS_HOOK);
}

static inline uint32_t used_bytes(const struct mem_heap *heap)
{
    return cold_of(heap)->peak - cold_of(heap)->headroom;
}

/* Computed with numbers, because a damaged offset may wrap round. */
static inline char *payload_at(const struct mem_heap *heap, heap_size offset)
{
    return (char *)((uintptr_t)heap + offset);
}

static inline uint32_t offset_of(const struct mem_heap *heap, const char *p)
{
    return (uint32_t)(p - (const char *)heap);
}

/* --- Size classes -------------------------------------------------------------------------------
 *
 * The class of a size is that of size + LINEAR on a scale of 16 classes per octave: nearly linear
 * for small sizes, where each size has a class of its own, logarithmic for larger ones, and without
 * a branch between the two. From the octave MEM_HEAP_COARSE of that sum on, there are two classes
 * per octave, so that all have a bit in the map. Class c has its slot at offset 4 c, so the first
 * class is not 0. Every block of a larger class than a request's is large enough for it.
 */
#define LINEAR      128u
#define FINE_LOG    4u /* log2 of the classes per octave */
#define FIRST_CLASS ((unsigned)(offsetof(struct mem_heap, bins) / 4))

/* What the formulas for both parts of the scale add, so that no slot is wasted. */
#define FINE_BASE (FIRST_CLASS - ((7u << FINE_LOG) + ((LINEAR + BLOCK_MIN) >> (7u - FINE_LOG))))
#define COARSE_BASE \
    (FINE_BASE + (MEM_HEAP_COARSE << FINE_LOG) + (1u << FINE_LOG) - 2u * MEM_HEAP_COARSE - 2u)

_Static_assert(MEM_HEAP_COARSE > 7 && MEM_HEAP_COARSE <= 12, "all classes have a bit in the map");
_Static_assert(LINEAR == 1u << 7 && BLOCK_MIN < LINEAR, "the smallest block is in octave 7");
_Static_assert(REGION_MAX >> 30 == 1 && 2u * 30 + 3 + COARSE_BASE < MAP_BITS,
               "the largest block, too, has a bit");
_Static_assert(offsetof(struct mem_heap, bins) % 4 == 0, "slots are found by their class");

/*
 * Whether the CPU counts leading zeros. Where it does not, compilers call a function of their
 * library, which some images do not have. -DMEM_HEAP_CLZ=0 or 1 overrides the detection.
 */
#ifndef MEM_HEAP_CLZ
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || \
    defined(__ARM_FEATURE_CLZ) || defined(__riscv_zbb) ||               \
    (defined(__mips_isa_rev) && __mips_isa_rev >= 1)
#define MEM_HEAP_CLZ 1
#else
#define MEM_HEAP_CLZ 0
#endif
#endif

/* floor(log2(n)), n > 0, by halving the number of bits. */
static inline unsigned log2_by_halves(heap_map_word n)
{
    unsigned k = 0;

    for (unsigned step = MAP_WORD_BITS / 2; step > 0; step /= 2) {
        if (n >> step != 0) {
            n >>= step;
            k += step;
        }
    }
    return k;
}

/* Index of the lowest bit set, word != 0. */
static inline heap_map_word lowest_bit(heap_map_word word)
{
#if defined(__x86_64__) && defined(__OPTIMIZE__) && MEM_HEAP_CLZ
    /* One instruction. With the builtin, compilers clear the register before, and extend after. */
    __asm__("rep bsf %1, %0" : "=r"(word) : "r"(word) : "cc");
    return word;
#else
    if (!MEM_HEAP_CLZ)
        return log2_by_halves(word & -word);
    return (unsigned)(MAP_WORD_BITS > 32 ? __builtin_ctzll(word) : __builtin_ctz((uint32_t)word));
#endif
}

/* Makes the compiler recompute expressions of x instead of keeping them in saved registers. */
#if defined(__OPTIMIZE_SIZE__)
#define FORGET(x) ((void)0)
#else
#define FORGET(x) __asm__("" : "+r"(x))
#endif

/* Keeps a branch: clang computes what is on both sides, and selects, where the CPU can select. */
#if defined(__clang__) && defined(__aarch64__) && !defined(__OPTIMIZE_SIZE__)
#define BRANCH(x) __asm__ volatile("" : "+r"(x))
#else
#define BRANCH(x) ((void)0)
#endif

/* floor(log2(n)), n > 0. */
static inline unsigned log2_floor(uint32_t n)
{
    unsigned k = MEM_HEAP_CLZ ? (unsigned)__builtin_clz(n) ^ 31u : log2_by_halves(n);

#if defined(__x86_64__) || defined(__i386__)
    FORGET(k); /* the instruction gives k; clang would compute 31 - k to subtract that again */
#endif
    return k;
}

/* The class that is `more` above that of a size. */
static inline uint32_t class_above(heap_size size, uint32_t more)
{
    MEM_ASSERT(size >= BLOCK_MIN); /* smaller ones have no class: I3 */
    uint32_t t = (uint32_t)size + LINEAR;
    unsigned k = log2_floor(t);

    if (LIKELY(k < MEM_HEAP_COARSE)) {
        k -= FINE_LOG;
        FORGET(k);
        t >>= k;
        FORGET(k);
        return (k << FINE_LOG) + t + more + FINE_BASE + (FINE_LOG << FINE_LOG);
    }
    BRANCH(k);
    return 2 * k + (t >> (k - 1)) + more + COARSE_BASE;
}

static inline uint32_t class_of(heap_size size)
{
    return class_above(size, 0);
}

/* Bytes of the table whose last class is that of a size. */
static inline uint32_t table_bytes(heap_size size)
{
    return 4 * (class_of(size) - FIRST_CLASS + 1);
}

/* Whether a request is too large for the table. */
static inline bool is_beyond(const struct mem_heap *heap, size_t bytes)
{
    return bytes >= cold_of(heap)->limit + LEAST_ASKED;
}

/* The largest block that the table has a class for. */
static inline heap_size capacity_of(const struct mem_heap *heap)
{
    return cold_of(heap)->limit + LEAST_ASKED - 1 + HEADER_BYTES;
}

/* The first payload, behind the table. */
static inline char *first_payload(const struct mem_heap *heap)
{
    return (char *)payload_behind((uintptr_t)heap + 4 * ((uintptr_t)cold_of(heap)->last_class + 1));
}

static inline char *wilderness(const struct mem_heap *heap)
{
    return payload_at(heap, heap->wild);
}

/* The first block in the bin of a class, or the null block. */
static inline char *first_in(const struct mem_heap *heap, heap_size class)
{
    MEM_ASSERT(class >= FIRST_CLASS && class <= cold_of(heap)->last_class); /* else no slot */
    return payload_at(heap, SLOT(heap, class));
}

/* Whether no bit is set behind the map, in the words that searches may read. */
static inline bool map_ends(const struct mem_heap *heap)
{
#if MAP_WORD_BITS == 32
    if ((heap->zeros[0] | heap->zeros[1] | heap->zeros[2]) != 0)
        return false;
#endif
    return heap->absorbed == LINKED;
}

static inline bool map_has(const struct mem_heap *heap, heap_size class)
{
    return (heap->map[class / MAP_WORD_BITS] >> (class % MAP_WORD_BITS) & 1) != 0;
}

/* --- Redzones -----------------------------------------------------------------------------------
 *
 * In the debug presets the owner's bytes lie between a tag and a redzone, both inside the payload:
 *
 *   | tag: caller, bytes asked for, canary | owner's bytes | redzone ... end of block |
 */
#define TAG_BYTES   (HAS_REDZONES ? 16u : 0u)
#define REDZONE_MIN (HAS_REDZONES ? 8u : 0u)
#define EXTRA_BYTES (TAG_BYTES + REDZONE_MIN)

#define CANARY       0xc0de5afeu
#define REDZONE_BYTE 0xfdu
#define POISON_BYTE  0xdau /* fills free memory */

_Static_assert((POISON_BYTE & USED) == 0, "poison, read as a header, says that it is not in use");

struct __attribute__((packed, aligned(4))) heap_tag {
    const void *caller;
    uint32_t asked;
    uint32_t canary; /* last, next to the owner's bytes */
};

_Static_assert(!HAS_REDZONES || sizeof(struct heap_tag) <= TAG_BYTES,
               "the owner's bytes stay aligned behind it");

static inline struct heap_tag *tag_of(const char *p)
{
    return (struct heap_tag *)(uintptr_t)(p + TAG_BYTES - sizeof(struct heap_tag));
}

static inline const char *payload_end(const char *p)
{
    return p + head_size(HEAD(p)) - HEADER_BYTES;
}

static inline void fill(char *from, const char *to, unsigned value)
{
    while (from < to)
        *from++ = (char)value;
}

/* The first byte in [from, to) that is not `value`, or NULL. */
static inline const char *find_other(const char *from, const char *to, unsigned value)
{
    for (; from < to; from++) {
        if (*(const unsigned char *)from != value)
            return from;
    }
    return NULL;
}

/* The first damaged byte around the owner's bytes, or NULL. */
static inline const void *find_overflow(const char *p)
{
    const struct heap_tag *tag = tag_of(p);

    if (tag->canary != CANARY || tag->asked > (size_t)(payload_end(p) - p) - TAG_BYTES)
        return &tag->canary;
    return find_other(p + TAG_BYTES + tag->asked, payload_end(p), REDZONE_BYTE);
}

/* The smallest used block. With redzones it is larger than the smallest free block. */
#define USED_MIN size_for(EXTRA_BYTES)

#endif
