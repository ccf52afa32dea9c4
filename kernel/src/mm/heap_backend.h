/* SPDX-License-Identifier: MIT */
/*
 * What an allocator must offer to stand behind kmalloc(). `make HEAP=x` makes
 * heap.c call x_kmalloc() and so on. All are called with interrupts masked.
 */
#ifndef MM_HEAP_BACKEND_H
#define MM_HEAP_BACKEND_H

#include <types.h>

/* Declares one allocator's functions. */
#define HEAP_BACKEND(x)                                                                   \
    /* Take over [memory, memory + bytes); false iff that is too little for a heap. */    \
    bool x##_heap_init(void *memory, size_t bytes);                                       \
    /* At least `bytes` bytes aligned to `align` (a power of two), or NULL. */            \
    void *x##_kmalloc(size_t bytes, size_t align);                                        \
    /* As krealloc(); block is not NULL. */                                               \
    void *x##_krealloc(void *block, size_t bytes);                                        \
    /* MEM_OK, or what is wrong with the pointer (then nothing has changed). Not NULL. */ \
    int x##_kfree(void *block);                                                           \
    /* Usable bytes; 0 for what is no living block. Not NULL. */                          \
    size_t x##_ksize(const void *block);                                                  \
    /* Bytes in living blocks, and in all. */                                             \
    size_t x##_used_bytes(void);                                                          \
    size_t x##_total_bytes(void);                                                         \
    /* Print why a request fails now, in figures, to the end of the line. */              \
    void x##_why(size_t bytes, size_t align);                                             \
    /* Whether x_kfree() gives memory back. */                                            \
    extern const bool x##_frees

HEAP_BACKEND(bump);
HEAP_BACKEND(first_fit);
HEAP_BACKEND(heap);

#endif
