/* SPDX-License-Identifier: MIT */
/*
 * Freeing with the size and the alignment that the owner asked for, as C23 has it. In a file of its
 * own, because most programs do without. Both functions only read, and leave the rest to
 * mem_heap_free().
 */
#include "mem_heap_layout.h"

/*
 * Whether a used block starts here that no request for `bytes` can have got. A block may exceed its
 * request by less than the smallest block. Other misuse is left to mem_heap_free().
 */
static bool has_other_size(const struct mem_heap *heap, const void *block, size_t bytes)
{
    uintptr_t at = (uintptr_t)block - TAG_BYTES;
    const char *p = (const char *)at;

    if (at < (uintptr_t)first_payload(heap) || at >= (uintptr_t)heap->end ||
        at % MEM_HEAP_ALIGN != 0)
        return false;
    uint32_t head = HEAD(p);

    if (!head_is_used(head) || head_is_gap(head))
        return false;
    heap_size size = used_size(head);

    if (size < USED_MIN || size > (heap_size)(heap->end - p) || (HEAD(p + size) & PREV_USED) == 0)
        return false;
    if (HAS_REDZONES)
        return tag_of(p)->asked != bytes;
    return bytes > size - HEADER_BYTES || size - size_for(bytes) >= BLOCK_MIN;
}

static int report(const struct mem_heap *heap, int error, const void *block, const void *caller)
{
    const struct mem_heap_config *config = config_of(heap);
    const struct mem_heap_misuse misuse = {error, block, caller};

    if (config != NULL && config->report != NULL)
        config->report(config->context, &misuse);
    return error;
}

int mem_heap_free_sized(struct mem_heap *heap, void *block, size_t bytes)
{
    MEM_HEAP_LOCK(heap);
    bool wrong = HAS_CHECKS && has_other_size(heap, block, bytes);

    MEM_HEAP_UNLOCK(heap);
    /* Both halves look at the block, so it does no harm if somebody else frees it in between. */
    return wrong ? report(heap, MEM_WRONG_SIZE, block, __builtin_return_address(0))
                 : mem_heap_free(heap, block);
}

int mem_heap_free_aligned_sized(struct mem_heap *heap, void *block, size_t align, size_t bytes)
{
    if (HAS_CHECKS &&
        ((align & (align - 1)) != 0 || align == 0 || ((uintptr_t)block & (align - 1)) != 0))
        return report(heap, MEM_INVALID, block, __builtin_return_address(0));
    return mem_heap_free_sized(heap, block, bytes);
}
