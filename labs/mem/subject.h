/* SPDX-License-Identifier: MIT */
/*
 * An allocator as the comparison sees it. One file lists them all, so that a
 * new allocator becomes a row of the table by being added there.
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
    /* Blocks looked at by the last alloc; 1 where nothing is searched. */
    size_t (*steps)(void);
    /* Free bytes and the largest piece that one request can have. */
    void (*holes)(size_t *total, size_t *largest);
};

extern const struct subject subjects[];
extern const size_t subject_count;

#endif
