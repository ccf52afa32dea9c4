/* SPDX-License-Identifier: MIT */
/*
 * Functions of one instruction, for the twins of libraries (see
 * bench/candidate.h). They are in assembly because a C function that returns a
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
NULL_FUNCTION(null_sized)
    ret
    .section .note.GNU-stack, "", @progbits
