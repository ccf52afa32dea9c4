/* SPDX-License-Identifier: MIT */
/*
 * The functions of the file of `make HEAP=FILE.c`. They have these names here,
 * whatever the file calls them (kernel/build.mk).
 */
#include <mm/own_heap.h>

bool own_heap_user_init(void *arena, size_t bytes);
void *own_heap_user_alloc(size_t bytes);
void own_heap_user_free(void *block);

const struct own_heap_functions own_heap_user = {
    .name = OWN_HEAP_NAME,
    .init = own_heap_user_init,
    .alloc = own_heap_user_alloc,
    .free = own_heap_user_free,
};
