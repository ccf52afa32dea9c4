/* SPDX-License-Identifier: MIT */
/*
 * Functions of one instruction, for the adapters' twins (see
 * bench/allocator.h). They are in assembly because a C function that returns a
 * value needs more than a return; their return values are not used. One address
 * serves every signature. x86 only, like the counting itself.
 */
#define NULL_FUNCTION(name)                                                                        \
    .globl name;                                                                                   \
    .type name, @function;                                                                         \
    name:

    .text
NULL_FUNCTION(null_malloc)
NULL_FUNCTION(null_release)
NULL_FUNCTION(null_realloc)
NULL_FUNCTION(null_aligned_alloc)
NULL_FUNCTION(null_heap_alloc)
NULL_FUNCTION(null_heap_aligned)
NULL_FUNCTION(null_heap_realloc)
NULL_FUNCTION(null_heap_free)
NULL_FUNCTION(null_pool_alloc)
NULL_FUNCTION(null_pool_free)
NULL_FUNCTION(null_bump_alloc)
NULL_FUNCTION(null_first_fit_alloc)
NULL_FUNCTION(null_first_fit_free)
NULL_FUNCTION(null_first_fit_realloc)
    ret
    .section .note.GNU-stack, "", @progbits
