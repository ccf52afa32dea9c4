/* SPDX-License-Identifier: MIT */
/*
 * HEAP=heap: libmem's general heap behind kmalloc().
 */
#include <lib/print.h>
#include <mem_heap.h>
#include <mm/describe.h>

#include "heap_backend.h"

const bool heap_frees = true;

static struct mem_heap *heap;
static size_t total_bytes;

static void report(void *context, const struct mem_heap_misuse *misuse)
{
    (void)context;
    /*
     * kfree() reports the refused pointer; this reports the location of the
     * damage, which kfree() does not know.
     */
    if (misuse->error != MEM_OVERFLOW && misuse->error != MEM_USE_AFTER_FREE &&
        misuse->error != MEM_CORRUPT)
        return;
    printk("[heap] %s: address %p, from %p\n", mem_error_str(misuse->error), misuse->address,
           misuse->caller);
}

static const struct mem_heap_config config = {.report = report};

static bool describe(const struct kmem_describer *self, const void *ptr, struct format_sink *sink)
{
    struct mem_heap_block block;

    if (!mem_heap_inspect(heap, ptr, &block))
        return false;
    format_print(sink, "%s block: ", self->name);
    if (MEM_HEAP_PRESET >= MEM_HEAP_DEBUG && block.used)
        format_print(sink, "asked %zu, ", block.requested);
    format_print(sink, "granted %zu, %s", block.granted, block.used ? "used" : "free");
    if (block.caller != NULL)
        format_print(sink, " by %p", block.caller);
    if (block.has_before)
        format_print(sink, "; before: %s %zu", block.before_used ? "used" : "free", block.before);
    if (block.has_after)
        format_print(sink, "; after: %s %zu", block.after_used ? "used" : "free", block.after);
    if (ptr != block.start)
        format_print(sink, "; %td bytes into it", (const char *)ptr - (const char *)block.start);
    return true;
}

static struct kmem_describer describer = {.name = "heap", .describe = describe};

bool heap_heap_init(void *memory, size_t bytes)
{
    heap = mem_heap_init(memory, bytes, &config);
    if (heap == NULL)
        return false;
    struct mem_heap_stats stats;

    mem_heap_stats(heap, &stats);
    total_bytes = stats.heap_bytes;
    describer.allocator = heap;
    kmem_describer_add(&describer);
    return true;
}

void *heap_kmalloc(size_t bytes, size_t align)
{
    return mem_heap_aligned_alloc(heap, align, bytes);
}

void *heap_krealloc(void *block, size_t bytes)
{
    return mem_heap_realloc(heap, block, bytes);
}

int heap_kfree(void *block)
{
    return mem_heap_free(heap, block);
}

size_t heap_ksize(const void *block)
{
    struct mem_heap_block found;

    /* By inspection, because the pointer may be any value. */
    return mem_heap_inspect(heap, block, &found) && found.used && found.start == block
               ? mem_heap_usable_size(heap, block)
               : 0;
}

size_t heap_used_bytes(void)
{
    return mem_heap_used_bytes(heap);
}

size_t heap_total_bytes(void)
{
    return total_bytes;
}

void heap_why(size_t bytes, size_t align)
{
    struct mem_heap_why why;

    mem_heap_explain(heap, bytes, align, &why);
    printk("%s; needed %zu, free %zu in %zu holes, largest %zu\n", mem_heap_reason_str(why.reason),
           why.needed, why.free_bytes, why.free_blocks, why.largest_free);
}
