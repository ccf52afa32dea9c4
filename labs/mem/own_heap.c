/* SPDX-License-Identifier: MIT */
/*
 * The second copy of the allocator of `make HEAP=FILE.c`. Its functions have
 * these names here, whatever the file calls them (kernel/build.mk).
 */
#include "own_heap.h"

#include <mm/own_heap.h>

bool own_heap_lab_init(void *arena, size_t bytes);
void *own_heap_lab_alloc(size_t bytes);
void own_heap_lab_free(void *block);

struct state {
    struct own_heap heap;
    uintptr_t record[OWN_HEAP_RECORD_BYTES(LAB_OWN_HEAP_BYTES) / sizeof(uintptr_t)];
};

static struct mem_instance *start(void *state, void *arena, size_t bytes,
                                  const struct mem_allocator_options *options)
{
    static const struct own_heap_functions functions = {OWN_HEAP_NAME, own_heap_lab_init,
                                                        own_heap_lab_alloc, own_heap_lab_free};
    struct state *own = state;

    (void)options;
    return bytes > LAB_OWN_HEAP_BYTES
               ? NULL
               : own_heap_start(&own->heap, &functions, own->record, arena, bytes);
}

static const struct mem_allocator own = {
    OWN_HEAP_MEMBERS,
    .title = OWN_HEAP_NAME,
    .state_bytes = sizeof(struct state),
    .init = start,
};

const struct mem_allocator *const lab_own_heap = &own;
