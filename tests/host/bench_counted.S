/* SPDX-License-Identifier: MIT */
/*
 * malloc and free of a known number of instructions, for the test of exact
 * counting: malloc of up to 64 bytes takes 5, of more 27, free takes 1. Blocks
 * come from a small buffer and are never reused. The 32-bit version relocates
 * its text, which is acceptable for a test.
 */
    .bss
    .balign 64
buffer:
    .skip 262144

    .data
    .balign 8
next:
#ifdef __x86_64__
    .quad buffer
#else
    .long buffer
#endif

    .text
    .globl malloc
    .type malloc, @function
malloc:
#ifdef __x86_64__
    cmpq $64, %rdi
    ja larger
take:
    movq next(%rip), %rax
    addq $1024, next(%rip)
#else
    cmpl $64, 4(%esp)
    ja larger
take:
    movl next, %eax
    addl $1024, next
#endif
    ret
larger:
    movl $10, %ecx
1:
    decl %ecx
    jnz 1b
    jmp take

    .globl free
    .type free, @function
free:
    ret
    .section .note.GNU-stack, "", @progbits
