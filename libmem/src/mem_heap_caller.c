/* SPDX-License-Identifier: MIT */
/*
 * Who allocated a block, for those who wrap the heap in functions of their own:
 * the heap sees only the wrapper. In the debug presets; mem_heap.h has an empty
 * function for the others.
 */
#include "mem_heap_debug.h"

#if DEBUG
void mem_heap_set_caller(void *block, const void *caller)
{
    if (block != NULL)
        tag_of(undress(block))->caller = caller;
}
#endif
