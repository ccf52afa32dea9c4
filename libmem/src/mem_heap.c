/* SPDX-License-Identifier: MIT */
/*
 * The general heap: allocate, free and resize in constant time. Functions that take O(blocks) are
 * in mem_heap_report.c: statistics, walks, the check of the invariants. Constants, structs and size
 * classes are in mem_heap_layout.h. docs/heap.md holds the measurements.
 *
 * ARENA: the heap's own words, then one row of blocks.
 *
 *   | heap_cold | mem_heap       bins[] |  block  |  block  |  ...  |  block  | end mark
 *   | counters  | map, end ...   slots  |
 *               ^ heap                    ^ first_payload()                       ^ heap->end
 *
 * Memory holds offsets from `heap` in 32 bits, registers hold addresses. The end mark is the header
 * of a used block without a payload. After a region has been added, a used block without an owner,
 * the gap, covers the memory between the two regions.
 *
 * BLOCK: identified by the address p of its payload, a multiple of the alignment.
 *
 *   used:  | header 4 | payload ...                           | next header
 *   free:  | header 4 | next 4 | back 4 |    ...   | footer 4 | next header
 *                     ^ p                                                   ^ next p
 *
 *   header  the size, which is the distance to the next p, and the flags USED and PREV_USED (the
 *           block before is in use). A used header also has KEY added, so that data do not read as
 *           a header.
 *   footer  the size again. The block behind reads it to find this block's header.
 *   next    offset of the next block in the bin; of the null block in the last one
 *   back    offset of the word that leads here: `next` of the block before in the bin, or the slot
 *
 * BIN: the free blocks of one size class. Class c has its slot at offset 4 c, and bit c of the map
 * is set while the bin holds a block. Removing a block takes neither its class nor a test for the
 * first block, because `back` names the word to change. It takes no test for the last block,
 * because the null block, at offset 0, ends every list: its `back` may be written, and its header,
 * 0, is too small for every request.
 *
 * WILDERNESS (others call it top): the free block that has never been in use, or has coalesced with
 * that block. It serves requests that no bin can serve. It is in no bin. Two words hold its state,
 * and neither of them costs free() a branch:
 *
 *   wild        the wilderness' offset; 0, the null block, while there is none
 *   absorbed    LINKED, except between removing the wilderness and setting it
 *
 *       wild: | offset of p |                                    absorbed: | LINKED |
 *                                                          WILD_NEXT + 4 --^
 *       p:    | header | next = WILD_NEXT | back = offset of wild | ... | footer |
 *
 *   bin_remove(p)  writes `next` to the word that `back` names, and `back` to the word behind the
 *                  one that `next` names, as for every block. So `wild` becomes stale, and
 *                  `absorbed` is not LINKED any more.
 *   wild_set(q)    makes q the wilderness: writes wild, links, and absorbed = LINKED
 *   wild_clear()   leaves no wilderness: writes wild = 0 and absorbed = LINKED
 *   wild_retire(p) leaves no wilderness, and p becomes a free block like others
 *
 * So free() coalesces a block with its neighbours without testing which blocks they are. Afterwards
 * one comparison of `absorbed` tells whether the result is the wilderness.
 *
 * INVARIANTS between operations. mem_heap_check() checks each under its number.
 *
 *   I1   The table's last class is that of the largest block that it is for. The end is aligned,
 *        and within REGION_MAX.
 *   I2   The null block's header is 0, and no block is behind it.
 *   I3   Blocks and gaps follow each other from the first block to the end mark, each with a size
 *        that it can have.
 *   I4   PREV_USED in each header, the end mark's included, tells whether the block before is used.
 *   I5   No two free blocks are neighbours.
 *   I6   A free block's header is its size and PREV_USED, and its footer is its size.
 *   I7   A class' bit in the map is 1 iff its slot holds a block.
 *   I8   Each block in a bin is free and of the bin's class, and its `back` names the word that led
 *        to it.
 *   I9   absorbed is LINKED, and words that searches may read behind it are 0. wild is the offset
 *        of the null block, or of a free block whose `next` is WILD_NEXT and whose `back` is the
 *        offset of wild.
 *   I10  Every free block is in a bin or is the wilderness.
 *   I11  peak - headroom is the sum of the used blocks' sizes, without gaps.
 *   I12  With redzones: the canary and redzone of each used block are intact.
 *
 * SEARCH. A request tries the first two blocks in the bin of its own class. Else it takes the first
 * block of the next class that has any, with one exception (LEAP, below), and else a part of the
 * wilderness. What is left of a block that was cut becomes the first of its bin, so that it is used
 * up. A block that was freed becomes the second, so that it does not hide the first.
 *
 * PLACEMENT. The end of a free block that the request is cut from decides how much memory is lost.
 * In the wilderness, small requests are cut from the back, large ones from the front; a request is
 * small if it does not exceed the average. So large blocks lie below the wilderness, and small
 * ones, which do not separate them, above. When less than 1/16 of the heap would be left of the
 * wilderness, it is retired, and the place where it began becomes the frontier between the two
 * zones. Free blocks above it are cut from the back, those below from the front, so that rests
 * gather at the frontier. Blocks that are resized count as large.
 *
 * SPEED. Most of the cost above the work itself is registers that a function saves on entry. So the
 * second half of an operation is a function of its own, called last. Compilers turn that call into
 * a jump, and each half fits the registers that need no saving. docs/heap.md has a table of what
 * each trick saves.
 */
#include "mem_heap_layout.h"

/*
 * Optimized for speed, a function that several others use (SHARED) is inlined into each, and second
 * halves are functions of their own (OUT_OF_LINE). The halves of allocate() are only where a size
 * class takes much code (SPLIT). The general way to allocate is rare then, and compiled
 * for size. Optimized for size (SMALL), all code exists once, and all rests are inserted second.
 */
#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))
#define NOINLINE      __attribute__((noinline))
#ifdef __OPTIMIZE_SIZE__
#define SMALL       1
#define SHARED      static
#define OUT_OF_LINE static
#else
#define SMALL       0
#define SHARED      ALWAYS_INLINE
#define OUT_OF_LINE static NOINLINE
#endif
/* Rare, and so compiled for size. */
#if SMALL
#define RARE
#elif defined(__clang__)
#define RARE __attribute__((minsize))
#else
#define RARE __attribute__((cold))
#endif
#define SPLIT (!SMALL && !MEM_HEAP_CLZ)
#if SPLIT
#define HALF static NOINLINE
#else
#define HALF ALWAYS_INLINE
#endif

/* Whether the CPU reads words from any address. MEM_HEAP_CLZ=0 has what others run tested here. */
#if (defined(__x86_64__) || defined(__i386__)) && MEM_HEAP_CLZ
#define READS_UNALIGNED 1
#else
#define READS_UNALIGNED 0
#endif

/* Where to have a value, so that calls and returns need not move it. */
#if SMALL
#define IN_RAX(x) ((void)0)
#define IN_RDX(x) ((void)0)
#elif defined(__x86_64__)
#define IN_RAX(x) __asm__("" : "+a"(x))
#define IN_RDX(x) __asm__("" : "+d"(x))
#elif defined(__i386__)
#define IN_RAX(x) __asm__("" : "+a"(x))
#define IN_RDX(x) ((void)0)
#else
#define IN_RAX(x) ((void)0)
#define IN_RDX(x) ((void)0)
#endif

/* Keeps an argument that a function does not use, so that the others stay in their registers. */
#define KEEP(x) __asm__ volatile("" : : "r"(x))

#define CALLER __builtin_return_address(0)

/*
 * Without a lock and redzones, mem_heap_alloc() is allocate() and mem_heap_free() is free_block():
 * these are inlined there, and resizing calls the public functions.
 */
#define BARE (!HAS_REDZONES && !MEM_HEAP_LOCKS)
#if BARE
#define ENTRY ALWAYS_INLINE
#else
#define ENTRY OUT_OF_LINE
#endif

/* --- Bins ------------------------------------------------------------------------------------- */

/* The mask is a rotation, which takes an instruction less than shift and complement. */
static inline void map_clear(struct mem_heap *heap, heap_size class)
{
    unsigned n = class % MAP_WORD_BITS;

    MEM_ASSERT(map_has(heap, class) && class <= cold_of(heap)->last_class); /* I7, I9 */
    heap->map[class / MAP_WORD_BITS] &=
        ~(heap_map_word)1 << n | ~(heap_map_word)1 >> (-n % MAP_WORD_BITS);
}

/* A word of the map, or of the zeros behind it, that begins with the bit of any class that is a
 * multiple of MAP_STEP. */
#define MAP_STEP (!READS_UNALIGNED ? MAP_WORD_BITS : MAP_WORD_BITS == 64 ? 32u : 8u)

ALWAYS_INLINE heap_map_word map_word(const struct mem_heap *heap, heap_size step)
{
    struct __attribute__((packed, aligned(READS_UNALIGNED ? 1 : sizeof(heap_map_word)))) word {
        heap_map_word bits;
    };

    return ((const struct word *)(const void *)((const char *)heap->map + step * (MAP_STEP / 8)))
        ->bits;
}

/*
 * The bits of the map from a class on, at least 25 of them. Where the CPU loads words from any
 * address, a load that begins near the class' bit replaces the shift of two words.
 */
ALWAYS_INLINE heap_map_word map_from(const struct mem_heap *heap, heap_size class)
{
    unsigned n = class % MAP_STEP;
    heap_map_word bits = map_word(heap, class / MAP_STEP) >> n;

#if READS_UNALIGNED
    return bits;
#elif MAP_WORD_BITS == 64
    return bits | (class < MAP_WORD_BITS ? heap->map[1] : 0) << 1 << (MAP_WORD_BITS - 1 - n);
#else
    return bits | map_word(heap, class / MAP_STEP + 1) << 1 << (MAP_WORD_BITS - 1 - n);
#endif
}

/* The lowest class from this one on that has a block, where map_from() is 0; WILD_CLASS if none. */
ALWAYS_INLINE heap_size class_far_above(const struct mem_heap *heap, heap_size class)
{
#if MAP_WORD_BITS == 64
    heap_map_word bits = heap->map[1];

    if (class >= MAP_WORD_BITS || bits == 0)
        return WILD_CLASS;
    return MAP_WORD_BITS + lowest_bit(bits);
#elif SMALL
    unsigned at = (unsigned)class / MAP_WORD_BITS;

    while (++at < MAP_BITS / MAP_WORD_BITS) {
        if (heap->map[at] != 0)
            return at * MAP_WORD_BITS + lowest_bit(heap->map[at]);
    }
    return WILD_CLASS;
#else
    const unsigned word = MAP_WORD_BITS / MAP_STEP;
    heap_size step = class / MAP_STEP;
    heap_map_word bits;

    /* Three times the same, because a loop would take twice as many instructions. */
    step += word;
    bits = map_word(heap, step);
    if (bits != 0)
        return step * MAP_STEP + lowest_bit(bits);
    step += word;
    bits = map_word(heap, step);
    if (bits != 0)
        return step * MAP_STEP + lowest_bit(bits);
    step += word;
    bits = map_word(heap, step);
    return bits != 0 ? step * MAP_STEP + lowest_bit(bits) : WILD_CLASS;
#endif
}

/*
 * Insert a block, marked as free, into the bin of its class: what is left of a block that was cut
 * as the first, so that it is used up; a block that was freed as the second.
 */
SHARED void bin_insert(struct mem_heap *heap, char *p, heap_size size, bool as_first)
{
    uint32_t offset = offset_of(heap, p);

    FORGET(offset);
    heap_size class = class_of(size);
    heap_size first = SLOT(heap, class);

    MEM_ASSERT(class >= FIRST_CLASS && class <= cold_of(heap)->last_class);
    MEM_ASSERT(map_has(heap, class) == (first != NULL_BLOCK) && first != offset);
    if ((as_first && !SMALL) || first == NULL_BLOCK) {
        NEXT(p) = (uint32_t)first;
        SLOT(heap, class) = offset;
        BACK(p) = (uint32_t)(4 * class);
        if (as_first && !SMALL)
            LINK_AT(heap, first + 4) = offset;
        heap->map[class / MAP_WORD_BITS] |= (heap_map_word)1 << class % MAP_WORD_BITS;
    } else {
        heap_size next = LINK_AT(heap, first);

        NEXT(p) = (uint32_t)next;
        LINK_AT(heap, next + 4) = offset;
        LINK_AT(heap, first) = offset;
        FORGET(first); /* or gcc 12 puts two words together first */
        BACK(p) = (uint32_t)first;
    }
}

/* Whether the words that a free block's links name are in the heap and name the block. */
ALWAYS_INLINE bool is_linked(const struct mem_heap *heap, const char *p)
{
    heap_size last = (heap_size)(heap->end - (const char *)heap) - 8;
    heap_size next = NEXT(p);
    heap_size back = BACK(p);

    return next <= last && back <= last && (next | back) % 4 == 0 &&
           LINK_AT(heap, back) == offset_of(heap, p) &&
           (next == NULL_BLOCK ||
            LINK_AT(heap, next + 4) == (next == WILD_NEXT ? LINKED : offset_of(heap, p)));
}

/* Remove a free block from its bin, or the wilderness from its slot: then wild_is_out(). */
SHARED void bin_remove(struct mem_heap *heap, char *p)
{
    heap_size next = NEXT(p);
    heap_size back = BACK(p);

    MEM_ASSERT(!head_is_used(HEAD(p)) && is_linked(heap, p)); /* I8, I9 */
    LINK_AT(heap, back) = (uint32_t)next;
    LINK_AT(heap, next + 4) = (uint32_t)back;
    if (LIKELY(next == NULL_BLOCK)) {
        FORGET(back);
        uint32_t class = (uint32_t)back / 4;

        if (LIKELY(class <= cold_of(heap)->last_class)) /* `back` is a slot: the only block */
            map_clear(heap, class);
    }
}

/* The same for the first block of a class that is not the wilderness'. */
ALWAYS_INLINE void bin_remove_first(struct mem_heap *heap, char *p, heap_size class)
{
    heap_size next = NEXT(p);

    MEM_ASSERT(!head_is_used(HEAD(p)) && is_linked(heap, p) && BACK(p) == 4 * class); /* I8 */
    SLOT(heap, class) = (uint32_t)next;
    if (LIKELY(next == NULL_BLOCK))
        map_clear(heap, class);
    else
        LINK_AT(heap, next + 4) = (uint32_t)(4 * class);
}

/* --- Wilderness ------------------------------------------------------------------------------- */

/* Whether the wilderness was removed, and neither wild_set() nor wild_clear() has followed. */
static inline bool wild_is_out(const struct mem_heap *heap)
{
    return heap->absorbed != LINKED;
}

/* I9: whether the words that hold the wilderness' state agree with each other and with its links.
 */
ALWAYS_INLINE bool wild_agrees(const struct mem_heap *heap)
{
    const char *p = wilderness(heap);

    return !wild_is_out(heap) &&
           (heap->wild == NULL_BLOCK || (NEXT(p) == WILD_NEXT && BACK(p) == WILD_SLOT));
}

/* Make a block, marked as free, the wilderness. The former one, if any, is part of it. */
static inline void wild_set(struct mem_heap *heap, char *p)
{
    NEXT(p) = WILD_NEXT;
    BACK(p) = WILD_SLOT;
    heap->wild = offset_of(heap, p);
    heap->absorbed = LINKED;
    MEM_ASSERT(wild_agrees(heap));
}

/* Leave no wilderness. */
static inline void wild_clear(struct mem_heap *heap)
{
    heap->wild = NULL_BLOCK;
    heap->absorbed = LINKED;
    MEM_ASSERT(wild_agrees(heap));
}

/* From now on, the wilderness at p, which is not out, is a free block like others. */
static inline void wild_retire(struct mem_heap *heap, char *p)
{
    MEM_ASSERT(!wild_is_out(heap));
    heap->wild = NULL_BLOCK;
    cold_of(heap)->frontier = p;
}

/* The free block that has been removed from its bin will be the wilderness: insert_free() sees to
 * that. */
static inline void wild_renew(struct mem_heap *heap)
{
    heap->absorbed = WILD_SLOT;
    cold_of(heap)->frontier = (char *)UINTPTR_MAX;
}

/* Whether the wilderness would be retired if it kept `rest` bytes. */
ALWAYS_INLINE bool wild_is_small(const struct mem_heap *heap, heap_size rest)
{
    return rest < (heap_size)(heap->end - (const char *)heap) / 16;
}

/* --- Free and used blocks --------------------------------------------------------------------- */

/* Headroom is the distance from the used bytes to their peak. Where it does not suffice, the peak
 * rises. */
SHARED void count_allocated(struct mem_heap *heap, heap_size size)
{
    struct heap_cold *cold = cold_of(heap);

    if (__builtin_sub_overflow(cold->headroom, (uint32_t)size, &cold->headroom)) {
        cold->peak -= cold->headroom; /* it is negative */
        cold->headroom = 0;
    }
    MEM_ASSERT(used_bytes(heap) <= (heap_size)(heap->end - first_payload(heap)));
}

static inline void count_freed(struct mem_heap *heap, heap_size size)
{
    MEM_ASSERT(size <= used_bytes(heap));
    cold_of(heap)->headroom += (uint32_t)size;
}

static inline void mark_free(char *p, heap_size size)
{
    MEM_ASSERT(size >= BLOCK_MIN && size % MEM_HEAP_ALIGN == 0);
    HEAD(p) = (uint32_t)size + PREV_USED; /* the block before a free one is in use: I5 */
    FOOT(p, size) = (uint32_t)size;
}

/* `flags` include USED. */
static inline void mark_used(char *p, heap_size size, uint32_t flags)
{
    MEM_ASSERT(size >= USED_MIN && size % MEM_HEAP_ALIGN == 0 && (flags & USED) != 0);
    HEAD(p) = (uint32_t)size + flags + KEY;
}

/* I4, I5: whether the block at `next` is in use, and says that the one before is free. */
ALWAYS_INLINE bool is_used_behind_free(const char *next)
{
    return (HEAD(next) & (USED | PREV_USED)) == USED;
}

/*
 * Insert a block that is marked as free, and whose neighbours are used: as the wilderness if that
 * has coalesced with it, else into a bin.
 */
ALWAYS_INLINE void insert_free(struct mem_heap *heap, char *p, heap_size size, bool as_first)
{
    if (wild_is_out(heap)) {
        wild_set(heap, p);
    } else {
        bin_insert(heap, p, size, as_first);
    }
}

/* Mark what is left of a block that was cut, and insert it. A function to jump to, so it returns
 * the caller's result. */
static NOINLINE void *insert_free_return(struct mem_heap *heap, char *p, heap_size size,
                                         void *result)
{
    mark_free(p, size);
    insert_free(heap, p, size, true);
    return result;
}

/* The same for a block that is not the wilderness. */
HALF void *bin_insert_return(struct mem_heap *heap, char *p, heap_size size, void *result)
{
    IN_RAX(result);
    mark_free(p, size);
    bin_insert(heap, p, size, true);
    return result;
}

/* Fill memory that becomes the inside of a free block. Debug presets only. */
ALWAYS_INLINE void poison(char *from, const char *to)
{
    if (HAS_REDZONES)
        fill(from, to, POISON_BYTE);
}

/*
 * Make a used block of at least `size` bytes, with these flags, of the first of `have` bytes at p,
 * and a free block of the rest. The bytes are in no bin, and the header behind them says that they
 * are free. Returns p.
 */
SHARED void *split(struct mem_heap *heap, char *p, heap_size have, heap_size size, uint32_t flags,
                   bool as_first)
{
    heap_size rest = have - size;

    MEM_ASSERT(size <= have && rest % MEM_HEAP_ALIGN == 0); /* I3 */
    MEM_ASSERT(is_used_behind_free(p + have));
    if (rest < BLOCK_MIN) {
        count_allocated(heap, have);
        mark_used(p, have, flags);
        HEAD(p + have) |= PREV_USED;
        if (wild_is_out(heap))
            wild_clear(heap);
        return p;
    }
    count_allocated(heap, size);
    mark_used(p, size, flags);
    if (SMALL || as_first) /* allocated in the general way, which is rare */
        return insert_free_return(heap, p + size, rest, p);
    mark_free(p + size, rest);
    insert_free(heap, p + size, rest, as_first);
    return p;
}

/* --- Placement -------------------------------------------------------------------------------- */

/*
 * Let the average follow the requests that the wilderness serves; the first one sets it. Returns
 * whether this one is small, and so is cut from the back. The average is of requests, because 8 and
 * 12 bytes have the same size of block.
 */
ALWAYS_INLINE bool placement_learn(struct mem_heap *heap, uint32_t bytes)
{
    struct heap_cold *cold = cold_of(heap);
    uint32_t average = cold->average;

    average += average == 0 ? 16 * bytes : bytes - average / 16;
    cold->average = average;
    cold->threshold = average / 16;
    MEM_ASSERT(!is_beyond(heap, bytes) &&
               average / 16 <= capacity_of(heap)); /* no mean exceeds all */
    return bytes <= average / 16;
}

/* Whether the free block of a bin that ends here is cut from the back. */
ALWAYS_INLINE bool placed_at_back(const struct mem_heap *heap, const char *end)
{
    return (uintptr_t)end > (uintptr_t)cold_of(heap)->frontier;
}

struct placement {
    uint32_t average, threshold;
};

/* Until placement_restore(), the wilderness serves all requests from the front, and forgets them.
 */
ALWAYS_INLINE struct placement placement_force_front(struct mem_heap *heap)
{
    struct heap_cold *cold = cold_of(heap);
    const struct placement saved = {cold->average, cold->threshold};

    cold->average = 1; /* not 0, so the next average is far below the request */
    return saved;
}

ALWAYS_INLINE void placement_restore(struct mem_heap *heap, struct placement saved)
{
    MEM_ASSERT(saved.threshold == saved.average / 16); /* not the values that were forced */
    cold_of(heap)->average = saved.average;
    cold_of(heap)->threshold = saved.threshold;
}

/* --- Checks and reports -------------------------------------------------------------------------
 *
 * Words that a mistake of the application can damage are checked before use, and damage is
 * reported. Assertions cover other words, and the links of free blocks, which there is no time to
 * check in presets below paranoid.
 */

/* Report an error, and return it. */
static NOINLINE int report_misuse(struct mem_heap *heap, int error, const void *address,
                                  const void *caller)
{
    const struct mem_heap_config *config = config_of(heap);
    const struct mem_heap_misuse misuse = {error, address, caller};

    if (config != NULL && config->report != NULL)
        config->report(config->context, &misuse);
    return error;
}

/* The free block that allocate() has found is damaged. */
OUT_OF_LINE void *report_damaged(struct mem_heap *heap, const char *p)
{
    (void)report_misuse(heap, MEM_CORRUPT, p, CALLER);
    return NULL;
}

/* Free and resize check neighbours when they use them. In SMALL code, find_misuse() has done so. */
#define CHECKS_ON_THE_WAY (HAS_CHECKS && !SMALL)

/* Whether `size` bytes from p on end in the heap. p is in the heap; `size` may be anything. */
ALWAYS_INLINE bool is_inside(const struct mem_heap *heap, const char *p, heap_size size)
{
#if UINTPTR_MAX > 0xffffffffu
    return (uintptr_t)p + size <= (uintptr_t)heap->end;
#else
    return size <= (heap_size)(heap->end - p); /* the sum could wrap */
#endif
}

/* Whether a free block's footer repeats the size in its header, which may be anything. */
ALWAYS_INLINE bool is_whole(const struct mem_heap *heap, const char *p, heap_size size)
{
#if READS_UNALIGNED
    struct __attribute__((packed)) any_word {
        uint32_t word;
    };

    return LIKELY(is_inside(heap, p, size)) &&
           LIKELY(((const struct any_word *)(p + size - 2 * HEADER_BYTES))->word == (uint32_t)size);
#else
    heap_size aligned = size & ~(heap_size)3;

    return LIKELY(is_inside(heap, p, aligned)) && LIKELY(FOOT(p, aligned) == (uint32_t)size);
#endif
}

/* The free block that ends at p and has `before` bytes. NULL if its header does not say so.
 * `before` is a footer and may be anything, so the header is read from an address where one could
 * be. */
ALWAYS_INLINE char *block_before(const struct mem_heap *heap, const char *p, heap_size before)
{
    heap_size offset;

    if (UNLIKELY(__builtin_sub_overflow((heap_size)(p - (const char *)heap), before, &offset)))
        return NULL;
    char *start = (char *)(uintptr_t)heap + (offset & ~(heap_size)FLAGS);

    return LIKELY(HEAD(start) == (uint32_t)before + PREV_USED) ? start : NULL;
}

/* The reason to refuse to free or resize a block; MEM_OK if there is none. */
static NOINLINE int find_misuse(const struct mem_heap *heap, const char *p)
{
    if (p < first_payload(heap) || p >= heap->end)
        return MEM_FOREIGN;
    if ((uintptr_t)p % MEM_HEAP_ALIGN != 0)
        return MEM_MISALIGNED;
    uint32_t head = HEAD(p);

    if (head_is_gap(head))
        return MEM_FOREIGN;
    if (!head_is_used(head))
        return MEM_DOUBLE_FREE;
    heap_size size = used_size(head);

    if (size < USED_MIN || size > (heap_size)(heap->end - p) || (HEAD(p + size) & PREV_USED) == 0)
        return MEM_CORRUPT;
    if ((head & PREV_USED) == 0 && block_before(heap, p, FOOT(p, 0)) == NULL)
        return MEM_CORRUPT;
    uint32_t next_head = HEAD(p + size);

    if (!head_is_used(next_head) && !is_whole(heap, p + size, free_size(next_head)))
        return MEM_CORRUPT;
    return MEM_OK;
}

/* Whether a block passes the checks that take a few instructions. Its neighbours are checked when
 * they are used. */
ALWAYS_INLINE bool looks_used(const struct mem_heap *heap, const char *p)
{
    if (SMALL)
        return find_misuse(heap, p) == MEM_OK;
    if (UNLIKELY((uintptr_t)p % MEM_HEAP_ALIGN != 0) ||
        UNLIKELY((uintptr_t)p >= (uintptr_t)heap->end) || UNLIKELY((uintptr_t)p <= (uintptr_t)heap))
        return false;
    heap_size size = used_size(HEAD(p));

    return LIKELY(is_inside(heap, p, size)) && LIKELY((HEAD(p + size) & PREV_USED) != 0);
}

/* The paranoid preset checks the whole heap before each operation. */
ALWAYS_INLINE void check_all(struct mem_heap *heap, const void *caller)
{
    const void *where;

    if (IS_PARANOID && mem_heap_check(heap, &where) != MEM_OK)
        (void)report_misuse(heap, MEM_CORRUPT, where, caller);
}

/* --- Redzones -----------------------------------------------------------------------------------
 *
 * In presets without redzones, these functions do nothing.
 */

/* The request that leaves `bytes` for the owner; at most SIZE_MAX, which fails. */
ALWAYS_INLINE size_t with_redzones(size_t bytes)
{
    return bytes > SIZE_MAX - EXTRA_BYTES ? SIZE_MAX : bytes + EXTRA_BYTES;
}

/* The reverse; a request too large for the heap's counters stays too large. */
ALWAYS_INLINE size_t without_redzones(size_t bytes)
{
    return EXTRA_BYTES == 0 || bytes >= UINT32_MAX ? bytes : bytes - EXTRA_BYTES;
}

/* The payload that holds an owner's block. Defined for NULL, too. */
ALWAYS_INLINE char *redzones_strip(const void *block)
{
    return (char *)((uintptr_t)block - TAG_BYTES);
}

static void redzones_set(char *p, size_t asked, const void *caller)
{
    MEM_ASSERT(asked <= (size_t)(payload_end(p) - p) - EXTRA_BYTES);
    *tag_of(p) = (struct heap_tag){.caller = caller, .asked = (uint32_t)asked, .canary = CANARY};
    fill(p + TAG_BYTES + asked, payload_end(p), REDZONE_BYTE);
}

/* Report a write to a block while it was free: its inside was poison, but for links and footer. */
static void check_poison(struct mem_heap *heap, const char *p, const void *caller)
{
    const char *touched = find_other(p + 8, p + head_size(HEAD(p)) - 8, POISON_BYTE);

    if (touched != NULL)
        (void)report_misuse(heap, MEM_USE_AFTER_FREE, touched, caller);
}

/* The owner's block in a newly allocated payload. NULL stays NULL. */
ALWAYS_INLINE void *redzones_add(struct mem_heap *heap, char *p, size_t asked, const void *caller)
{
    if (!HAS_REDZONES || p == NULL)
        return p;
    check_poison(heap, p, caller);
    redzones_set(p, asked, caller);
    return p + TAG_BYTES;
}

/* --- Allocate --------------------------------------------------------------------------------- */

ALWAYS_INLINE void count_failed(struct mem_heap *heap, uint32_t bytes)
{
    struct heap_cold *cold = cold_of(heap);

    cold->failed++;
    if (cold->largest_failed < bytes)
        cold->largest_failed = bytes;
}

/* A request has failed. Returns whether the hook says to try again; if not, counts the failure. */
OUT_OF_LINE bool hook_helps(struct mem_heap *heap, size_t bytes)
{
    const struct mem_heap_config *config = config_of(heap);

    bytes = without_redzones(bytes);
    if ((cold_of(heap)->config & HAS_HOOK) != 0) {
        MEM_HEAP_UNLOCK(heap);
        bool again = config->out_of_memory(config->context, heap, bytes);

        MEM_HEAP_LOCK(heap);
        MEM_ASSERT(wild_agrees(heap));
        if (again)
            return true;
    }
    count_failed(heap, bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX);
    return false;
}

/*
 * LEAP. If there is no hole of up to about 1.4 times the size of a large request, the next larger
 * one would leave a rest in which the same request does not fit. So holes of two to three times the
 * size are tried first. These are masks of the bits above the request's class: NEAR, 6 classes;
 * FAR, from twice the size on, which is 14 classes above, or 15 from FAR_MORE_SIZE on.
 */
#define NEAR          0x3fu
#define FAR           0x01ffe000u
#define FAR_MORE      0x01ffc000u
#define FAR_MORE_SIZE 768u

/* The bits of the classes to which a request leaps, if no class is near. */
ALWAYS_INLINE heap_map_word far_bits(const struct mem_heap *heap, heap_map_word bits,
                                     heap_size size, size_t bytes)
{
    if ((uint32_t)bytes <= cold_of(heap)->threshold)
        return 0;
    return (uint32_t)bits & (size < FAR_MORE_SIZE ? FAR : FAR_MORE);
}

#define NO_CLASS (WILD_CLASS + 1)

/*
 * The block that serves a request for `size` bytes, and its class; NULL and NO_CLASS if there is
 * none. Aligned requests are few, and leave out what others do to save memory.
 */
ALWAYS_INLINE char *find_free(const struct mem_heap *heap, heap_size size, size_t bytes,
                              bool aligned, heap_size *class)
{
    heap_size above = class_above(size, 1);
    char *p = first_in(heap, above - 1);

    *class = above - 1;
    if (HEAD(p) >= (uint32_t)size)
        return p;
    p = payload_at(heap, NEXT(p));
    if (!aligned && HEAD(p) >= (uint32_t)size)
        return p;
    heap_map_word bits = map_from(heap, above);

    if (UNLIKELY(bits == 0)) {
        *class = class_far_above(heap, above);
        if (*class == WILD_CLASS) {
            if (HEAD(wilderness(heap)) >= (uint32_t)size)
                return wilderness(heap);
            *class = NO_CLASS;
            return NULL;
        }
    } else {
        if (!aligned && (bits & NEAR) == 0) {
            heap_map_word far = far_bits(heap, bits, size, bytes);

            if (far != 0)
                bits = far;
        }
        *class = above + lowest_bit(bits);
    }
    return first_in(heap, *class);
}

/* What the bytes before an aligned block grow by if they are too few for a block of their own. */
ALWAYS_INLINE size_t more_in_front(size_t align)
{
    return 2 * MEM_HEAP_ALIGN < BLOCK_MIN && align < BLOCK_MIN ? BLOCK_MIN : align;
}

/*
 * Allocate in the general way, which serves every request: at a multiple of `align`, from a block
 * with room for that, or anywhere if `align` is 0. Returns NULL if no block is large enough, and
 * sets *none, or if the block is damaged.
 */
ALWAYS_INLINE void *allocate_general(struct mem_heap *heap, size_t bytes, size_t align, bool *none)
{
    heap_size size = size_for(bytes);
    heap_size room = align == 0 ? size : size + align + BLOCK_MIN - MEM_HEAP_ALIGN;

    MEM_ASSERT(wild_agrees(heap));
    *none = true;
    if (UNLIKELY(is_beyond(heap, bytes)) || UNLIKELY(room > capacity_of(heap)))
        return NULL;
    heap_size class;
    char *p = find_free(heap, room, bytes, align != 0, &class);

    if (p == NULL)
        return NULL;
    *none = false;
    if (HAS_CHECKS && !is_whole(heap, p, free_size(HEAD(p))))
        return report_damaged(heap, p);
    FORGET(p);
    bin_remove(heap, p);
    heap_size have = free_size(HEAD(p));
    bool back = placed_at_back(heap, p + have);

    MEM_ASSERT(have >= room && (class == WILD_CLASS || class_of(have) == class)); /* I8 */
    if (class == WILD_CLASS) {
        if (align == 0 && wild_is_small(heap, have - size)) {
            wild_clear(heap);
            wild_retire(heap, p);
            back = true;
        } else {
            back = align == 0 && placement_learn(heap, (uint32_t)bytes);
        }
    } else if (class >= cold_of(heap)->last_class && heap->wild == NULL_BLOCK) {
        wild_renew(heap);
        back = false;
    }
    heap_size front = (heap_size)(-(uintptr_t)(p + TAG_BYTES) & (align - 1));
    uint32_t flags = USED | PREV_USED;

    if (align == 0)
        front = back && have - size >= BLOCK_MIN ? have - size : 0;
    if (front != 0) {
        if (front < BLOCK_MIN)
            front += more_in_front(align);
        MEM_ASSERT(front >= BLOCK_MIN && front + size <= have);
        have -= front;
        if (align == 0) {
            (void)insert_free_return(heap, p, front, NULL);
        } else {
            mark_free(p, front);
            bin_insert(heap, p, front, true);
        }
        p += front;
        flags = USED;
    }
    MEM_ASSERT(align == 0 || ((uintptr_t)(p + TAG_BYTES) & (align - 1)) == 0);
    return split(heap, p, have, size, flags, true);
}

/* Allocate in the general way, first or after a failure, as often as the hook helps. */
OUT_OF_LINE RARE void *retry(struct mem_heap *heap, size_t bytes, size_t align, bool failed)
{
    void *block;
    bool none;

    if (failed && !hook_helps(heap, bytes))
        return NULL;
    do {
        block = allocate_general(heap, bytes, align, &none);
    } while (none && hook_helps(heap, bytes));
    return block;
}

#if SMALL
static void *allocate_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    return retry(heap, bytes, align, false);
}

ENTRY void *allocate(struct mem_heap *heap, size_t bytes)
{
    return allocate_aligned(heap, bytes, 0);
}
#else
/* A request has failed. `bytes` are at most UINT32_MAX; `align` is 0 for a request without. */
ALWAYS_INLINE void *fail(struct mem_heap *heap, size_t bytes, size_t align)
{
    if (UNLIKELY((cold_of(heap)->config & HAS_HOOK) != 0))
        return retry(heap, bytes, align, true);
    count_failed(heap, (uint32_t)without_redzones(bytes));
    return NULL;
}

/* Insert the rest of the block that a request was cut from. */
ALWAYS_INLINE void *insert_rest(struct mem_heap *heap, char *p, heap_size size, void *result,
                                bool wild)
{
    if (!wild)
        return bin_insert_return(heap, p, size, result);
    mark_free(p, size);
    wild_set(heap, p);
    return result;
}

/* How a block is cut. */
enum cut { CUT_BY_FRONTIER, CUT_BACK, CUT_WILD };

/*
 * Make a used block of `size` of the `have` bytes at p, which are in no bin, and insert the rest:
 * as the wilderness, or into a bin. Returns the block.
 */
ALWAYS_INLINE void *cut(struct mem_heap *heap, char *p, heap_size have, heap_size size,
                        enum cut how, bool back)
{
    const bool wild = how == CUT_WILD;
    char *end = p + have;

    FORGET(end);
    FORGET(p);
    heap_size rest = have - size;

    MEM_ASSERT(size <= have && rest % MEM_HEAP_ALIGN == 0); /* I3 */
    MEM_ASSERT(is_used_behind_free(end));
    if (rest < BLOCK_MIN) {
        size = (heap_size)(end - p);
        if (wild)
            wild_clear(heap);
        mark_used(p, size, USED | PREV_USED);
        HEAD(end) |= PREV_USED;
        count_allocated(heap, size);
        return p;
    }
    count_allocated(heap, size);
    if (!(how == CUT_BY_FRONTIER ? placed_at_back(heap, end) : back)) {
        char *block = p;

        mark_used(p, size, USED | PREV_USED);
        FORGET(block);
        p += size;
        return insert_rest(heap, p, rest, block, wild);
    }
    HEAD(end) |= PREV_USED;
    mark_used(p + rest, size, USED);
    return insert_rest(heap, p, rest, p + rest, wild);
}

/* Allocate from the first block in a bin. It is large enough. */
HALF void *allocate_from_bin(struct mem_heap *heap, size_t bytes, heap_size size, heap_size class)
{
    KEEP(bytes);
    char *p = first_in(heap, class);
    heap_size have = free_size(HEAD(p));

    if (HAS_CHECKS && !is_whole(heap, p, have))
        return report_damaged(heap, p);
    MEM_ASSERT(class_of(have) == class); /* I8 */
    FORGET(p);
    FORGET(class);
    bin_remove_first(heap, p, class);
    return cut(heap, p, have, size, CUT_BY_FRONTIER, false);
}

/* The same from the second one. */
HALF void *allocate_second(struct mem_heap *heap, size_t bytes, heap_size size, heap_size class)
{
    KEEP(bytes);
    heap_size first = SLOT(heap, class);
    heap_size at = LINK_AT(heap, first);
    char *p = payload_at(heap, at);
    heap_size have = free_size(HEAD(p));

    if (HAS_CHECKS && !is_whole(heap, p, have))
        return report_damaged(heap, p);
    MEM_ASSERT(class_of(have) == class); /* I8 */
    FORGET(p);
    heap_size next = NEXT(p);

    LINK_AT(heap, first) = (uint32_t)next;
    LINK_AT(heap, next + 4) = (uint32_t)first;
    return cut(heap, p, have, size, CUT_BY_FRONTIER, false);
}

/* Allocate from the wilderness at p for the last time. */
static NOINLINE void *allocate_last(struct mem_heap *heap, char *p, heap_size size)
{
    wild_retire(heap, p);
    return cut(heap, p, free_size(HEAD(p)), size, CUT_BACK, true);
}

/* Allocate from the wilderness. It is large enough. */
HALF void *allocate_from_wild(struct mem_heap *heap, size_t bytes, heap_size size)
{
    char *p = wilderness(heap);
    heap_size have = free_size(HEAD(p));

    if (HAS_CHECKS && !is_whole(heap, p, have))
        return report_damaged(heap, p);
    if (UNLIKELY(wild_is_small(heap, have - size)))
        return allocate_last(heap, p, size);
    bool back = placement_learn(heap, (uint32_t)bytes);

    FORGET(p);
    return cut(heap, p, free_size(HEAD(p)), size, CUT_WILD, back);
}

/* Allocate from the only block of the last class, which is most of the heap. */
static NOINLINE void *allocate_from_most(struct mem_heap *heap, size_t bytes, heap_size size,
                                         heap_size class)
{
    if (heap->wild != NULL_BLOCK)
        return allocate_from_bin(heap, bytes, size, class);
    char *p = first_in(heap, class);
    heap_size have = free_size(HEAD(p));

    if (HAS_CHECKS && !is_whole(heap, p, have))
        return report_damaged(heap, p);
    bin_remove_first(heap, p, class);
    cold_of(heap)->frontier = (char *)UINTPTR_MAX;
    return cut(heap, p, have, size, CUT_WILD, false);
}

/* Allocate from the lowest class above those that map_from() shows, or else from the wilderness. */
ALWAYS_INLINE void *allocate_far_above(struct mem_heap *heap, size_t bytes, heap_size size,
                                       heap_size class)
{
    class = class_far_above(heap, class);
    if (class != WILD_CLASS) {
        if (UNLIKELY((uint32_t) class >= cold_of(heap)->last_class))
            return allocate_from_most(heap, bytes, size, class);
        return allocate_from_bin(heap, bytes, size, class);
    }
    if (UNLIKELY(HEAD(wilderness(heap)) < (uint32_t)size))
        return fail(heap, bytes, 0);
    return allocate_from_wild(heap, bytes, size);
}

#if !MEM_HEAP_CLZ /* searches take so much code that one is enough for what is rare */
static void *allocate_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    return retry(heap, bytes, align, false);
}
#else
/*
 * Make an aligned block of the `have` bytes at p, which are in no bin: the rest behind it becomes
 * the wilderness, or is inserted into a bin, and what is left in front is inserted last.
 */
ALWAYS_INLINE void *cut_aligned(struct mem_heap *heap, char *p, heap_size have, heap_size size,
                                size_t align, bool wild)
{
    heap_size front = (heap_size)(-(uintptr_t)(p + TAG_BYTES) & (align - 1));

    if (front - 1 < BLOCK_MIN - 1)
        front += more_in_front(align);
    char *block = p + front;
    heap_size rest = have - front - size;

    MEM_ASSERT(front + size <= have);
    MEM_ASSERT(((uintptr_t)(block + TAG_BYTES) & (align - 1)) == 0);
    if (rest < BLOCK_MIN) {
        size += rest;
        HEAD(block + size) |= PREV_USED;
        if (wild)
            wild_clear(heap);
    } else {
        mark_free(block + size, rest);
        if (wild)
            wild_set(heap, block + size);
        else
            bin_insert(heap, block + size, rest, true);
    }
    count_allocated(heap, size);
    mark_used(block, size, front == 0 ? USED | PREV_USED : USED);
    return front == 0 ? block : bin_insert_return(heap, p, front, block);
}

/* The steps of allocate_general() for an aligned request. */
static NOINLINE void *allocate_aligned(struct mem_heap *heap, size_t bytes, size_t align)
{
    heap_size size = size_for(bytes);
    heap_size room = size + align + BLOCK_MIN - MEM_HEAP_ALIGN;

    MEM_ASSERT(wild_agrees(heap));
    if (UNLIKELY(is_beyond(heap, bytes)) || UNLIKELY(room > capacity_of(heap)))
        return fail(heap, bytes < UINT32_MAX ? bytes : UINT32_MAX, align);
    heap_size class;
    char *p = find_free(heap, room, bytes, true, &class);

    if (class == NO_CLASS)
        return fail(heap, bytes, align);
    heap_size have = free_size(HEAD(p));

    if (HAS_CHECKS && !is_whole(heap, p, have))
        return report_damaged(heap, p);
    MEM_ASSERT(have >= room && (class == WILD_CLASS || class_of(have) == class)); /* I8 */
    FORGET(p);
    if (class == WILD_CLASS)
        return cut_aligned(heap, p, have, size, align, true);
    bin_remove_first(heap, p, class);
    return cut_aligned(heap, p, have, size, align, false);
}
#endif

static NOINLINE void *fail_huge(struct mem_heap *heap, size_t bytes)
{
    return fail(heap, bytes < UINT32_MAX ? bytes : UINT32_MAX, 0);
}

ENTRY void *allocate(struct mem_heap *heap, size_t bytes)
{
    MEM_ASSERT(wild_agrees(heap));
    heap_size size = (bytes + HEADER_BYTES + MEM_HEAP_ALIGN - 1) & ~(heap_size)(MEM_HEAP_ALIGN - 1);
    heap_size above;

    /* One comparison for requests that are too large, and for those that round up to less than the
     * smallest block. */
    if (UNLIKELY(bytes - LEAST_ASKED >= cold_of(heap)->limit)) {
        if (LEAST_ASKED == 0 || bytes > LEAST_ASKED - 1)
            return fail_huge(heap, bytes);
        size = BLOCK_MIN;
        above = FIRST_CLASS + 1;
    } else {
        above = class_above(size, 1);
    }
    FORGET(above);
    /* Blocks of the request's own class may be too small. The first two are tried. */
    heap_size at = SLOT(heap, above - 1);

    if (HEAD(payload_at(heap, at)) >= (uint32_t)size)
        return allocate_from_bin(heap, bytes, size, above - 1);
    at = LINK_AT(heap, at);
    if (HEAD(payload_at(heap, at)) >= (uint32_t)size)
        return allocate_second(heap, bytes, size, above - 1);
    heap_map_word bits = map_from(heap, above);

    IN_RDX(size);
    if (UNLIKELY(bits == 0))
        return allocate_far_above(heap, bytes, size, above);
    if (UNLIKELY((bits & NEAR) == 0)) {
        heap_map_word far = far_bits(heap, bits, size, bytes);

        if (far != 0)
            return allocate_from_bin(heap, bytes, size, above + lowest_bit(far));
    }
    above += lowest_bit(bits);
    if (UNLIKELY((uint32_t)above >= cold_of(heap)->last_class))
        return allocate_from_most(heap, bytes, size, above);
    return allocate_from_bin(heap, bytes, size, above);
}
#endif

void *mem_heap_alloc(struct mem_heap *heap, size_t bytes)
{
    const void *caller = CALLER;

    MEM_HEAP_LOCK(heap);
    check_all(heap, caller);
    void *block = redzones_add(heap, allocate(heap, with_redzones(bytes)), bytes, caller);

    MEM_HEAP_UNLOCK(heap);
    return block;
}

void *mem_heap_aligned_alloc(struct mem_heap *heap, size_t align, size_t bytes)
{
    if ((align & (align - 1)) != 0 || align - 1 >= ALIGN_MAX)
        return NULL;
    if (align <= MEM_HEAP_ALIGN)
        return mem_heap_alloc(heap, bytes);
    const void *caller = CALLER;

    MEM_HEAP_LOCK(heap);
    check_all(heap, caller);
    void *block =
        redzones_add(heap, allocate_aligned(heap, with_redzones(bytes), align), bytes, caller);

    MEM_HEAP_UNLOCK(heap);
    return block;
}

/* The barrier keeps compilers from calling memset(), which some images do not have. */
static void clear(void *from, size_t bytes)
{
    for (char *p = from; bytes > 0; bytes--) {
        *p++ = 0;
        __asm__ volatile("" ::: "memory");
    }
}

void *mem_heap_calloc(struct mem_heap *heap, size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes))
        bytes = SIZE_MAX;
    void *block = mem_heap_alloc(heap, bytes);

    mem_heap_set_caller(block, CALLER);
    if (block != NULL)
        clear(block, bytes);
    return block;
}

size_t mem_heap_usable_size(const struct mem_heap *heap, const void *block)
{
    (void)heap;
    if (block == NULL)
        return 0;
    if (HAS_REDZONES)
        return tag_of(redzones_strip(block))->asked;
    return used_size(HEAD((const char *)block)) - HEADER_BYTES;
}

#if HAS_REDZONES
void mem_heap_set_caller(void *block, const void *caller)
{
    if (block != NULL)
        tag_of(redzones_strip(block))->caller = caller;
}
#endif

/* --- Free ---------------------------------------------------------------------------------------
 *
 * Neighbours are checked when they are used. If one is damaged, the steps before are undone.
 */

/* The fast checks have refused an address: find the reason, and report it. */
OUT_OF_LINE int report_refused(struct mem_heap *heap, const char *p)
{
    /* The application's address, because free() jumps here. */
    const void *caller = CALLER;

    if (redzones_strip(NULL) == p)
        return MEM_OK; /* free(NULL); tested here, where it costs free() nothing */
    return report_misuse(heap, find_misuse(heap, p), p + TAG_BYTES, caller);
}

/* Undo bin_remove(). The block's own links still name its place. */
ALWAYS_INLINE void bin_restore(struct mem_heap *heap, char *p)
{
    heap_size back = BACK(p);
    uint32_t class = (uint32_t)back / 4;

    if (wild_is_out(heap)) {
        wild_set(heap, p);
        return;
    }
    LINK_AT(heap, back) = offset_of(heap, p);
    LINK_AT(heap, NEXT(p) + 4) = offset_of(heap, p);
    if (class <= cold_of(heap)->last_class)
        heap->map[class / MAP_WORD_BITS] |= (heap_map_word)1 << class % MAP_WORD_BITS;
}

/* A neighbour of the block that ends at `next` is damaged: undo the steps of free_block(), and
 * report. p is the block, or the free block before that it has coalesced with. */
static NOINLINE RARE int free_undo(struct mem_heap *heap, char *p, char *next, const char *damaged)
{
    const void *caller = CALLER;

    MEM_ASSERT(p < next);
    if (!head_is_used(HEAD(p))) {
        heap_size before = free_size(HEAD(p));

        bin_restore(heap, p);
        p += before;
        mark_used(p, (heap_size)(next - p), USED);
    }
    count_allocated(heap, (heap_size)(next - p));
    return report_misuse(heap, MEM_CORRUPT, damaged, caller);
}

/* Coalesce the block at p with the free block before, which begins at `start`. */
ALWAYS_INLINE void coalesce_before(struct mem_heap *heap, char *p, char *start)
{
    MEM_ASSERT(start + free_size(HEAD(start)) == p); /* I6 */
    HEAD(p) = 0;                                     /* no block starts here any more */
    poison(p - 8, p);
    bin_remove(heap, start);
}

/* Coalesce a block with the free block behind, which begins at `next`. */
ALWAYS_INLINE void coalesce_behind(struct mem_heap *heap, char *next)
{
    bin_remove(heap, next);
    poison(next - 8, next + 8);
}

/* Free a block, without lock and redzones. */
ENTRY int free_block(struct mem_heap *heap, char *p)
{
    if (HAS_CHECKS ? UNLIKELY(!looks_used(heap, p)) : p == NULL)
        return report_refused(heap, p);
    uint32_t head = HEAD(p);
    char *next = p + used_size(head);
    uint32_t next_head = HEAD(next);

    MEM_ASSERT(wild_agrees(heap));
    count_freed(heap, used_size(head));
    if ((head & PREV_USED) == 0) {
        heap_size before = FOOT(p, 0);
        char *start = CHECKS_ON_THE_WAY ? block_before(heap, p, before) : p - before;

        if (CHECKS_ON_THE_WAY && UNLIKELY(start == NULL))
            return free_undo(heap, p, next, p);
        coalesce_before(heap, p, start);
        p = start;
    }
    if (head_is_used(next_head)) {
        HEAD(next) = next_head - PREV_USED;
    } else {
        heap_size after = free_size(next_head); /* a multiple of 4, because its flags are known */

        if (CHECKS_ON_THE_WAY &&
            !(is_inside(heap, next, after) && LIKELY(FOOT(next, after) == after)))
            return free_undo(heap, p, next, next);
        coalesce_behind(heap, next);
        next += after;
    }
    heap_size size = (heap_size)(next - p);

    MEM_ASSERT(is_used_behind_free(next));
    if (SMALL) {
        (void)insert_free_return(heap, p, size, NULL);
        return MEM_OK;
    }
    FOOT(p, size) = (uint32_t)size; /* mark_free() in an order that suits MIPS better */
    HEAD(p) = (uint32_t)size + PREV_USED;
    insert_free(heap, p, size, false);
    return MEM_OK;
}

/* Free an owner's block. Checks it first, so that reports name the caller; then its redzones. */
ALWAYS_INLINE int free_checked(struct mem_heap *heap, void *block, const void *caller)
{
    char *p = redzones_strip(block);
    const void *culprit = block;
    int error = MEM_OK;

    if (block == NULL)
        return MEM_OK;
    if (HAS_CHECKS)
        error = find_misuse(heap, p);
    if (HAS_REDZONES && error == MEM_OK && (culprit = find_overflow(p)) != NULL)
        error = MEM_OVERFLOW;
    if (error != MEM_OK)
        return report_misuse(heap, error, culprit, caller);
    if (HAS_REDZONES)
        poison(p, payload_end(p));
    return free_block(heap, p);
}

int mem_heap_free(struct mem_heap *heap, void *block)
{
    const void *caller = CALLER;

    MEM_HEAP_LOCK(heap);
    check_all(heap, caller);
    int error = BARE ? free_block(heap, block) : free_checked(heap, block, caller);

    MEM_HEAP_UNLOCK(heap);
    return error;
}

/* --- Resize -------------------------------------------------------------------------------------
 *
 * A block grows forwards first, because it stays in place; then backwards, which moves its contents
 * within one block; then it moves. A block that was resized is likely to be resized again, so it is
 * placed like a large one, with free space behind it.
 */

/* For resizing, which has taken the lock and handles redzones itself. */
ALWAYS_INLINE void *allocate_bare(struct mem_heap *heap, size_t bytes)
{
    return BARE ? mem_heap_alloc(heap, bytes) : allocate(heap, bytes);
}

ALWAYS_INLINE void free_bare(struct mem_heap *heap, char *p)
{
    (void)(BARE ? mem_heap_free(heap, p) : free_block(heap, p));
}

static void *allocate_at_front(struct mem_heap *heap, size_t bytes)
{
    struct placement saved = placement_force_front(heap);
    void *p = allocate_bare(heap, bytes);

    placement_restore(heap, saved);
    return p;
}

/* Copy from payload to payload. If they overlap, `to` is the lower one. */
static void copy_down(char *to, const char *from, size_t bytes)
{
#if MEM_HEAP_ALIGN >= 8
    typedef heap_map_word word;
#else
    typedef uint32_t word;
#endif

    MEM_ASSERT(to < from || to >= from + bytes);
    for (; bytes >= sizeof(word); bytes -= sizeof(word)) {
        *(word *)(void *)to = *(const word *)(const void *)from;
        to += sizeof(word);
        from += sizeof(word);
    }
    while (bytes-- > 0)
        *to++ = *from++;
}

/* Grow into the free block before, and behind. NULL if there is no room. */
static char *grow_backwards(struct mem_heap *heap, char *p, size_t bytes)
{
    uint32_t head = HEAD(p);
    heap_size have = used_size(head);
    char *next = p + have;
    heap_size total = have;

    if ((head & PREV_USED) != 0)
        return NULL;
    char *start = p - FOOT(p, 0);

    total += (heap_size)(p - start);
    if (!head_is_used(HEAD(next)))
        total += free_size(HEAD(next));
    if (bytes > total - HEADER_BYTES)
        return NULL;
    heap_size size = size_for(bytes);

    MEM_ASSERT(size > have && size <= total); /* else it would have stayed in place */
    if (!head_is_used(HEAD(next)))
        bin_remove(heap, next);
    bin_remove(heap, start);
    copy_down(start, p, have - HEADER_BYTES);
    if (start + have <= p)
        HEAD(p) = 0; /* no block starts here any more, and nothing was copied here */
    HEAD(start + total) &= ~PREV_USED; /* split() sets it if it leaves no rest */
    poison(start + size, start + total - HEADER_BYTES);
    count_freed(heap, have);
    return split(heap, start, total, size, USED | PREV_USED, false);
}

/* The checks have refused a block. */
OUT_OF_LINE void *resize_refused(struct mem_heap *heap, void *block, size_t bytes,
                                 const void *caller)
{
    if (block == NULL) /* tested here, where it costs the fast path nothing */
        return allocate_bare(heap, bytes);
    (void)report_misuse(heap, find_misuse(heap, redzones_strip(block)), block, caller);
    return NULL;
}

/* Resize a block that cannot stay in place. It has passed the fast checks. */
OUT_OF_LINE RARE void *resize_elsewhere(struct mem_heap *heap, char *p, size_t bytes,
                                        const void *caller)
{
    size_t old = used_size(HEAD(p)) - HEADER_BYTES;

    if (CHECKS_ON_THE_WAY && find_misuse(heap, p) != MEM_OK) /* its neighbours, too */
        return resize_refused(heap, p + TAG_BYTES, bytes, caller);
    char *moved = grow_backwards(heap, p, bytes);

    if (moved != NULL)
        return moved;
    moved = allocate_at_front(heap, bytes);
    if (moved == NULL)
        return NULL;
    copy_down(moved, p, old < bytes ? old : bytes);
    poison(p, p + old);
    free_bare(heap, p);
    return moved;
}

/* Resize the used block at p, in place or elsewhere. */
ALWAYS_INLINE void *resize(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
    heap_size have = used_size(HEAD(p));
    heap_size total = have;
    heap_size size;
    char *next = p + have;

    MEM_ASSERT(wild_agrees(heap));
    if (head_is_used(HEAD(next))) {
        if (bytes > have - HEADER_BYTES)
            return resize_elsewhere(heap, p, bytes, caller);
        size = size_for(bytes);
        if (have - size < BLOCK_MIN)
            return p;
        HEAD(next) -= PREV_USED;
    } else {
        heap_size after = free_size(HEAD(next));

        total += after;
        if (bytes > total - HEADER_BYTES ||
            (CHECKS_ON_THE_WAY && !(is_inside(heap, p, total) && FOOT(p, total) == after)))
            return resize_elsewhere(heap, p, bytes, caller);
        bin_remove(heap, next);
        size = size_for(bytes);
    }
    poison(p + size, p + total - HEADER_BYTES);
    count_freed(heap, have);
    return split(heap, p, total, size, HEAD(p) & (USED | PREV_USED), false);
}

/* Resize an owner's block, after checks. With redzones, its neighbours are checked first. */
ALWAYS_INLINE void *resize_checked(struct mem_heap *heap, void *block, size_t bytes,
                                   const void *caller)
{
    char *p = redzones_strip(block);

    if (!BARE && block == NULL)
        return redzones_add(heap, allocate(heap, with_redzones(bytes)), bytes, caller);
    if (HAS_CHECKS ? UNLIKELY(!looks_used(heap, p)) : p == NULL)
        return resize_refused(heap, block, bytes, caller);
    if (!HAS_REDZONES)
        return resize(heap, p, bytes, caller);
    if (find_misuse(heap, p) != MEM_OK)
        return resize_refused(heap, block, bytes, caller);
    const void *damage = find_overflow(p);

    if (damage != NULL) {
        (void)report_misuse(heap, MEM_OVERFLOW, damage, caller);
        return NULL;
    }
    p = resize(heap, p, with_redzones(bytes), caller);
    if (p == NULL)
        return NULL;
    redzones_set(p, bytes, caller);
    return p + TAG_BYTES;
}

void *mem_heap_realloc(struct mem_heap *heap, void *block, size_t bytes)
{
    const void *caller = CALLER;

    MEM_HEAP_LOCK(heap);
    check_all(heap, caller);
    void *result = resize_checked(heap, block, bytes, caller);

    MEM_HEAP_UNLOCK(heap);
    return result;
}

/* --- Making a heap ---------------------------------------------------------------------------- */

/* Make the memory from payload `first` up to the end mark at `limit` one free block. */
static RARE void open_region(struct mem_heap *heap, uintptr_t first, uintptr_t limit)
{
    MEM_ASSERT(first % MEM_HEAP_ALIGN == 0 && limit % MEM_HEAP_ALIGN == 0);
    MEM_ASSERT(class_of(limit - first) <= cold_of(heap)->last_class);
    heap->end = (char *)limit;
    HEAD((char *)limit) = USED; /* the end mark */
    poison((char *)first, (char *)limit - HEADER_BYTES);
    (void)insert_free_return(heap, (char *)first, limit - first, NULL);
}

/* The word that keeps the configuration. Raises *capacity to what the configuration asks for. */
static uintptr_t read_config(const struct mem_heap_config *config, size_t *capacity)
{
    if (config == NULL)
        return 0;
    if (config->capacity_bytes > *capacity)
        *capacity = config->capacity_bytes > REGION_MAX ? REGION_MAX : config->capacity_bytes;
    return (uintptr_t)config + (config->out_of_memory != NULL ? HAS_HOOK : 0);
}

RARE struct mem_heap *mem_heap_init(void *arena, size_t bytes, const struct mem_heap_config *config)
{
    /* With less, no block fits. With as much, rounding the start up cannot wrap round, and rounding
     * both ends leaves a capacity that has a class. */
    const size_t least = sizeof(struct heap_cold) + sizeof(struct mem_heap) + 3 * BLOCK_MIN;
    uintptr_t start = ((uintptr_t)arena + 7) & ~(uintptr_t)7;
    uintptr_t limit = (uintptr_t)arena + bytes;

    if (arena == NULL || limit < (uintptr_t)arena || bytes < least)
        return NULL;
    if (limit - start > REGION_MAX)
        limit = start + REGION_MAX;
    limit &= ~(uintptr_t)(MEM_HEAP_ALIGN - 1);
    struct heap_cold *cold = (struct heap_cold *)start;
    struct mem_heap *heap = (struct mem_heap *)(cold + 1);
    size_t capacity = limit - (uintptr_t)(heap + 1); /* the largest size that the table is for */

    /* The table needs no classes for its own bytes. What a table for all would leave is too little,
     * so the table for that is large enough. */
    capacity -= table_bytes(capacity - table_bytes(capacity));
    uintptr_t config_word = read_config(config, &capacity);

    capacity &= ~(size_t)(MEM_HEAP_ALIGN - 1); /* so that no request rounds up to more */
    unsigned last_class = class_of(capacity);
    uintptr_t first = payload_behind((uintptr_t)heap + 4 * (last_class + 1));

    if (first > limit || limit - first < USED_MIN)
        return NULL;
    clear(cold, first - HEADER_BYTES - start);
    cold->config = config_word;
    cold->limit = capacity - HEADER_BYTES + 1 - LEAST_ASKED; /* capacity_of() is the reverse */
    cold->last_class = last_class;
    wild_renew(heap);
    open_region(heap, first, limit);
    MEM_ASSERT(class_of(size_for(cold->limit + LEAST_ASKED - 1)) <= last_class);
    MEM_ASSERT(mem_heap_check(heap, NULL) == MEM_OK);
    return heap;
}

/* A used block, the gap, covers the memory in between, so that the heap stays one row of blocks. */
static RARE int add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    uintptr_t end = (uintptr_t)heap->end;
    uintptr_t first = payload_behind((uintptr_t)memory);
    uintptr_t limit = ((uintptr_t)memory + bytes) & ~(uintptr_t)(MEM_HEAP_ALIGN - 1);

    /* NULL is below the end, too. */
    if ((uintptr_t)memory < end || bytes > UINTPTR_MAX - (uintptr_t)memory ||
        limit - (uintptr_t)heap > REGION_MAX || first - end > GAP_MAX)
        return MEM_INVALID;
    if (limit < first || limit - first < USED_MIN)
        return MEM_NO_ROOM;
    if (limit - first > capacity_of(heap)) /* the table has no class for it */
        return MEM_INVALID;
    char *gap = (char *)end;

    HEAD(gap) = ((uint32_t)(first - end) + (USED | GAP) + (HEAD(gap) & PREV_USED)) + GAP_KEY;
    MEM_ASSERT(head_is_gap(HEAD(gap)) && head_size(HEAD(gap)) == first - end);
    open_region(heap, first, limit);
    return MEM_OK;
}

int mem_heap_add_region(struct mem_heap *heap, void *memory, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    int error = add_region(heap, memory, bytes);

    MEM_HEAP_UNLOCK(heap);
    return error;
}
