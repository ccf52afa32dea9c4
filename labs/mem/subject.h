/* SPDX-License-Identifier: MIT */
/*
 * The interface through which the lab compares allocators. subjects.c lists
 * them all; adding an allocator there adds a row to the tables.
 */
#ifndef LABS_MEM_SUBJECT_H
#define LABS_MEM_SUBJECT_H

#include <mem_frag.h>
#include <types.h>

struct subject {
    const char *name;
    bool (*init)(void *arena, size_t bytes, size_t largest_request);
    void *(*alloc)(size_t bytes);
    void (*free)(void *block, size_t bytes);
    /* Blocks visited by the last alloc; 1 if there is no search. */
    size_t (*steps)(void);
    /* Free bytes, and the largest request that can succeed. */
    void (*holes)(size_t *total, size_t *largest);
};

extern const struct subject subjects[];
extern const size_t subject_count;

#endif
