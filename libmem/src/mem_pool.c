/* SPDX-License-Identifier: MIT */
/*
 * The fixed-size pool.
 *
 * Blocks are known by number. The free list links numbers, XORed with a key
 * under which the values that stray writes leave behind (0, -1, small numbers,
 * text) become numbers that no pool has. Every link is checked before it is
 * followed: it must name a block that has been allocated before and is not in
 * use. So a block in use is never allocated again, however the links were
 * overwritten. At worst free blocks are lost; the number of blocks that the list
 * must hold shows how many.
 */
#include <mem_pool.h>

#include <mem_assert.h>

#define NO_BLOCK  UINT32_MAX
#define LINK_KEY  0x9E3779B9u
#define BITS      32u
#define WORD_BITS (sizeof(uintptr_t) * 8)

_Static_assert(sizeof(size_t) == sizeof(uintptr_t), "sizes and addresses mix in the arithmetic");

static size_t round_up(size_t bytes, size_t align)
{
    return (bytes + align - 1) & ~(align - 1);
}

static size_t bitmap_bytes(size_t count)
{
    return (count / BITS + (count % BITS != 0)) * sizeof(uint32_t);
}

/* Bytes from block to block, and the alignment to use; 0 if the arguments make no sense. */
static size_t stride_for(size_t block_size, size_t *align)
{
    if (block_size == 0 || *align == 0 || (*align & (*align - 1)) != 0)
        return 0;
    if (*align < sizeof(uint32_t))
        *align = sizeof(uint32_t); /* a free block holds a link */
    if (block_size > SIZE_MAX - (*align - 1))
        return 0;
    return round_up(block_size, *align);
}

size_t mem_pool_bytes_needed(size_t count, size_t block_size, size_t align)
{
    size_t stride = stride_for(block_size, &align);

    if (stride == 0 || count == 0 || count >= NO_BLOCK)
        return 0;
    size_t fixed = bitmap_bytes(count) + (sizeof(uint32_t) - 1); /* bits, and skipping to them */

    if (align > SIZE_MAX - fixed || stride > (SIZE_MAX - fixed - align) / count)
        return 0;
    return fixed + (align - 1) + count * stride;
}

/*
 * The offset of block 0 from `start` if there were `count` blocks; SIZE_MAX if so
 * many do not fit. count * stride must not overflow.
 */
static size_t blocks_offset(uintptr_t start, size_t bytes, size_t count, size_t stride,
                            size_t align)
{
    MEM_ASSERT(count <= SIZE_MAX / stride);
    size_t bits = bitmap_bytes(count);
    size_t left = bytes - count * stride;

    if (count * stride > bytes || bits > left)
        return SIZE_MAX;
    size_t padding = (0 - (start + bits)) & (align - 1);

    return padding > left - bits ? SIZE_MAX : bits + padding;
}

/* The most blocks that fit; fewer always fit too, so bisect. */
static size_t most_blocks(uintptr_t start, size_t bytes, size_t stride, size_t align)
{
    size_t fits = 0;
    size_t too_many = bytes / stride + 1;

    if (too_many > NO_BLOCK)
        too_many = NO_BLOCK;
    while (too_many - fits > 1) {
        size_t middle = fits + (too_many - fits) / 2;

        if (blocks_offset(start, bytes, middle, stride, align) != SIZE_MAX)
            fits = middle;
        else
            too_many = middle;
    }
    MEM_ASSERT(fits == 0 || blocks_offset(start, bytes, fits, stride, align) != SIZE_MAX);
    return fits;
}

/* The inverse of an odd number modulo 2^WORD_BITS, by Newton: each step doubles the right bits. */
static uintptr_t inverse_of_odd(uintptr_t odd)
{
    uintptr_t inverse = odd; /* right in three bits */

    for (unsigned bits = 3; bits < WORD_BITS; bits *= 2)
        inverse *= 2 - odd * inverse;
    MEM_ASSERT(odd * inverse == 1);
    return inverse;
}

int mem_pool_init(struct mem_pool *pool, void *memory, size_t bytes, size_t block_size,
                  size_t align)
{
    size_t stride = stride_for(block_size, &align);

    *pool = (struct mem_pool){.free_head = NO_BLOCK};
    if (stride == 0 || memory == NULL || (bytes > 0 && bytes - 1 > UINTPTR_MAX - (uintptr_t)memory))
        return MEM_INVALID;
    size_t skip = (0 - (uintptr_t)memory) & (sizeof(uint32_t) - 1); /* the bits are words */

    if (skip > bytes)
        return MEM_NO_ROOM;
    uintptr_t start = (uintptr_t)memory + skip; /* may wrap round, if nothing is left */
    size_t count = most_blocks(start, bytes - skip, stride, align);

    if (count == 0)
        return MEM_NO_ROOM;
    pool->used_bits = (uint32_t *)start;
    pool->blocks =
        (unsigned char *)start + blocks_offset(start, bytes - skip, count, stride, align);
    pool->stride = stride;
    pool->capacity = (uint32_t)count;
    pool->overhead = bytes - count * stride;
    while ((stride >> pool->shift) % 2 == 0)
        pool->shift++;
    pool->odd_inverse = inverse_of_odd(stride >> pool->shift);
    MEM_ASSERT((uintptr_t)pool->blocks % align == 0);
    MEM_ASSERT((size_t)(pool->blocks - (unsigned char *)memory) <= bytes - count * stride);
    return MEM_OK;
}

static unsigned char *block_at(const struct mem_pool *pool, uint32_t index)
{
    MEM_ASSERT(index < pool->capacity);
    return pool->blocks + index * pool->stride;
}

static uint32_t *link_of(const struct mem_pool *pool, uint32_t index)
{
    return (uint32_t *)(void *)block_at(pool, index);
}

static bool is_taken(const struct mem_pool *pool, uint32_t index)
{
    MEM_ASSERT(index < pool->touched); /* the bits behind are not valid */
    return (pool->used_bits[index / BITS] >> (index % BITS) & 1) != 0;
}

static void flip_used(struct mem_pool *pool, uint32_t index)
{
    pool->used_bits[index / BITS] ^= (uint32_t)1 << (index % BITS);
}

static uint32_t used_count(const struct mem_pool *pool)
{
    MEM_ASSERT(pool->touched <= pool->capacity && pool->listed <= pool->touched &&
               pool->lost <= pool->touched - pool->listed);
    return pool->touched - pool->listed - pool->lost;
}

/* Whether `index` may be what follows in the list when `left` blocks must still come. */
static bool may_follow(const struct mem_pool *pool, uint32_t index, uint32_t left)
{
    if (left == 0)
        return index == NO_BLOCK;
    return index < pool->touched && !is_taken(pool, index);
}

/* Stop following the list behind `block`, whose link was overwritten. */
static void cut_list(struct mem_pool *pool, const void *block)
{
    pool->corruptions++;
    pool->corrupt_block = block;
    pool->lost += pool->listed;
    pool->listed = 0;
    pool->free_head = NO_BLOCK;
}

static void *take_listed(struct mem_pool *pool)
{
    uint32_t index = pool->free_head;
    uint32_t *link = link_of(pool, index);

    MEM_ASSERT(may_follow(pool, index, pool->listed)); /* checked before it was followed */
    flip_used(pool, index);
    pool->listed--;
    pool->free_head = *link ^ LINK_KEY;
    if (!may_follow(pool, pool->free_head, pool->listed))
        cut_list(pool, link);
    return link;
}

static void *take_untouched(struct mem_pool *pool)
{
    uint32_t index = pool->touched++;

    if (index % BITS == 0)
        pool->used_bits[index / BITS] = 0;
    flip_used(pool, index);
    MEM_ASSERT(is_taken(pool, index));
    return block_at(pool, index);
}

void *mem_pool_alloc(struct mem_pool *pool)
{
    void *block;

    if (pool->listed > 0) {
        block = take_listed(pool);
    } else if (pool->touched < pool->capacity) {
        block = take_untouched(pool);
    } else {
        pool->failed++;
        return NULL;
    }
    pool->allocs++;
    if (used_count(pool) > pool->peak)
        pool->peak = used_count(pool);
    return block;
}

/*
 * The block that starts `offset` bytes behind block 0, NO_BLOCK if none does.
 * Multiplying by the inverse of stride's odd part and rotating by its power of
 * two maps the multiples of stride to 0, 1, 2, ... and everything else to
 * numbers above all of them.
 */
static uint32_t index_of(const struct mem_pool *pool, uintptr_t offset)
{
    uintptr_t product = offset * pool->odd_inverse;
    uintptr_t index = product >> pool->shift;

    if (pool->shift != 0)
        index |= product << (WORD_BITS - pool->shift);
    return index < pool->capacity ? (uint32_t)index : NO_BLOCK;
}

int mem_pool_free(struct mem_pool *pool, void *block)
{
    uintptr_t offset = (uintptr_t)block - (uintptr_t)pool->blocks;
    uint32_t index = index_of(pool, offset);
    int error = MEM_OK;

    if (offset >= pool->capacity * pool->stride)
        error = MEM_FOREIGN;
    else if (index == NO_BLOCK)
        error = MEM_MISALIGNED;
    else if (index >= pool->touched || !is_taken(pool, index))
        error = MEM_DOUBLE_FREE;
    if (error != MEM_OK) {
        pool->rejected++;
        return error;
    }
    MEM_ASSERT(block_at(pool, index) == block);
    *link_of(pool, index) = pool->free_head ^ LINK_KEY;
    flip_used(pool, index);
    pool->free_head = index;
    pool->listed++;
    MEM_ASSERT(pool->listed + pool->lost <= pool->touched);
    return MEM_OK;
}

bool mem_pool_owns(const struct mem_pool *pool, const void *address)
{
    /* An address below the blocks wraps round to a large offset. */
    return (uintptr_t)address - (uintptr_t)pool->blocks < pool->capacity * pool->stride;
}

size_t mem_pool_block_size(const struct mem_pool *pool)
{
    return pool->stride;
}

size_t mem_pool_capacity(const struct mem_pool *pool)
{
    return pool->capacity;
}

size_t mem_pool_available(const struct mem_pool *pool)
{
    return pool->capacity - pool->touched + pool->listed;
}

void mem_pool_stats(const struct mem_pool *pool, struct mem_pool_stats *stats)
{
    *stats = (struct mem_pool_stats){
        .block_size = pool->stride,
        .capacity = pool->capacity,
        .available = mem_pool_available(pool),
        .used = used_count(pool),
        .peak = pool->peak,
        .lost = pool->lost,
        .allocs = pool->allocs,
        .failed = pool->failed,
        .rejected = pool->rejected,
        .corruptions = pool->corruptions,
        .corrupt_block = pool->corrupt_block,
        .overhead_bytes = pool->overhead,
    };
}

bool mem_pool_inspect(const struct mem_pool *pool, const void *address,
                      struct mem_pool_block *block)
{
    if (!mem_pool_owns(pool, address))
        return false;
    uint32_t index = (uint32_t)(((uintptr_t)address - (uintptr_t)pool->blocks) / pool->stride);

    block->start = block_at(pool, index);
    block->index = index;
    block->used = index < pool->touched && is_taken(pool, index);
    return true;
}

int mem_pool_check(const struct mem_pool *pool, const void **where)
{
    uint32_t index = pool->free_head;
    uint32_t used = 0;
    const void *before = NULL;

    if (where != NULL)
        *where = NULL;
    for (uint32_t i = 0; i < pool->touched; i++)
        used += is_taken(pool, i);
    if (used != used_count(pool))
        return MEM_CORRUPT;
    for (uint32_t left = pool->listed;; left--) {
        if (!may_follow(pool, index, left)) {
            if (where != NULL)
                *where = before;
            return MEM_CORRUPT;
        }
        if (left == 0)
            return MEM_OK;
        before = block_at(pool, index);
        index = *link_of(pool, index) ^ LINK_KEY;
    }
}

size_t mem_pool_repair(struct mem_pool *pool)
{
    uint32_t back = pool->lost;

    pool->free_head = NO_BLOCK;
    pool->listed = 0;
    pool->lost = 0;
    for (uint32_t i = pool->touched; i-- > 0;) {
        if (is_taken(pool, i))
            continue;
        *link_of(pool, i) = pool->free_head ^ LINK_KEY;
        pool->free_head = i;
        pool->listed++;
    }
    MEM_ASSERT(mem_pool_check(pool, NULL) == MEM_OK);
    return back;
}
