/* SPDX-License-Identifier: MIT */
/*
 * The second copy of the allocator of `make HEAP=FILE.c`. Its functions have
 * these names here, whatever the file calls them (kernel/build.mk).
 */
#include "own_heap.h"

#include <mm/heap.h>
#include <mm/own_heap.h>

bool own_heap_lab_init(void *arena, size_t bytes);
void *own_heap_lab_alloc(size_t bytes);
void own_heap_lab_free(void *block);

/* Of the blocks of the last arena; outside of it, so that the arena is all the allocator's. */
static void *record;

static struct mem_instance *start(void *state, void *arena, size_t bytes,
                                  const struct mem_allocator_options *options)
{
    static const struct own_heap_functions functions = {OWN_HEAP_NAME, own_heap_lab_init,
                                                        own_heap_lab_alloc, own_heap_lab_free};

    (void)options;
    kfree(record);
    record = kmalloc(OWN_HEAP_RECORD_BYTES(bytes));
    return record == NULL ? NULL : own_heap_start(state, &functions, record, arena, bytes);
}

static const struct mem_allocator own = {
    OWN_HEAP_MEMBERS,
    .title = OWN_HEAP_NAME,
    .state_bytes = sizeof(struct own_heap),
    .init = start,
};

const struct mem_allocator *const lab_own_heap = &own;
