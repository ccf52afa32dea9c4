/* SPDX-License-Identifier: MIT */
/*
 * What the debug presets add around each block; in the others all of this is
 * empty. The owner's bytes sit between a tag and a redzone:
 *
 *   | tag: bytes asked for, canary, caller | owner's bytes | redzone ... end of block |
 *
 * Free memory is filled with a pattern, but for headers, links and footers;
 * who finds another byte there when handing it out reports a use after free.
 */
#ifndef MEM_HEAP_DEBUG_H
#define MEM_HEAP_DEBUG_H

#include "mem_heap_internal.h"

#if DEBUG
#define CANARY       0xc0de5afeu
#define REDZONE_BYTE 0xfdu
#define REDZONE_MIN  8u
#define POISON_BYTE  0xdau /* even: read as a header it says "not in use" */

struct tag {
    const void *caller;
    uint32_t asked;
    uint32_t canary; /* last, next to the owner's bytes */
};
#define TAG_BYTES 16u
_Static_assert(sizeof(struct tag) <= TAG_BYTES, "the owner's bytes stay aligned behind it");
#define EXTRA_BYTES (TAG_BYTES + REDZONE_MIN)

static inline struct tag *tag_of(const char *p)
{
    return (struct tag *)(uintptr_t)(p + TAG_BYTES - sizeof(struct tag));
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

static inline const char *end_of(const char *p)
{
    return p + size_of(HEAD(p)) - HEADER_BYTES;
}

static inline void *dress(char *p, size_t asked, const void *caller)
{
    *tag_of(p) = (struct tag){.caller = caller, .asked = (uint32_t)asked, .canary = CANARY};
    fill(p + TAG_BYTES + asked, end_of(p), REDZONE_BYTE);
    return p + TAG_BYTES;
}

static inline char *undress(const void *block)
{
    return (char *)((uintptr_t)block - TAG_BYTES); /* defined for NULL too */
}

/* The first damaged byte around the owner's bytes, or NULL. */
static inline const void *find_overflow(const char *p)
{
    const struct tag *tag = tag_of(p);

    if (tag->canary != CANARY || tag->asked > (size_t)(end_of(p) - p) - TAG_BYTES)
        return &tag->canary;
    return find_other(p + TAG_BYTES + tag->asked, end_of(p), REDZONE_BYTE);
}
#else
#define TAG_BYTES   0u
#define EXTRA_BYTES 0u
#define POISON_BYTE 0u

static inline void *dress(char *p, size_t asked, const void *caller)
{
    (void)asked;
    (void)caller;
    return p;
}

static inline char *undress(const void *block)
{
    return (char *)(uintptr_t)block;
}
#endif

/* What the debug presets look at when a block is handed out, and at the start of each operation. */
static inline void *hand_out(struct mem_heap *heap, char *p, size_t bytes, const void *caller)
{
#if DEBUG
    if (p == NULL)
        return NULL;
    /* Links, and a footer where the block was one whole free block, are no poison. */
    const char *touched = find_other(p + 8, p + size_of(HEAD(p)) - 8, POISON_BYTE);

    if (touched != NULL)
        (void)mem_heap_core_report(heap, MEM_USE_AFTER_FREE, touched, caller);
#else
    (void)heap;
#endif
    return dress(p, bytes, caller);
}

static inline void paranoia(struct mem_heap *heap, const void *caller)
{
#if MEM_HEAP_PRESET >= MEM_HEAP_PARANOID
    const void *where;

    if (mem_heap_check(heap, &where) != MEM_OK)
        (void)mem_heap_core_report(heap, MEM_CORRUPT, where, caller);
#else
    (void)heap;
    (void)caller;
#endif
}

/* Fill what becomes the inside of a free block. */
static inline void poison(char *from, const char *to)
{
#if DEBUG
    fill(from, to, POISON_BYTE);
#else
    (void)from;
    (void)to;
#endif
}

/* What must be taken so that the owner gets `bytes`; SIZE_MAX, which no heap has, when that is too
 * much. */
static inline size_t with_extra(size_t bytes)
{
    return bytes > SIZE_MAX - EXTRA_BYTES ? SIZE_MAX : bytes + EXTRA_BYTES;
}

/* And back; what is too much for the heap's counters stays too much. */
static inline size_t without_extra(size_t bytes)
{
    return EXTRA_BYTES == 0 || bytes >= UINT32_MAX ? bytes : bytes - EXTRA_BYTES;
}

#endif
