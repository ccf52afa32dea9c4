/* SPDX-License-Identifier: MIT */
/*
 * The harness's interface to an allocator. An adapter is one file in
 * bench/adapters/. It wraps an allocator's functions in these signatures, and a
 * twin whose functions do nothing in the same wrappers. Subtracting the twin's
 * instructions leaves the allocator's own, from its first instruction to its
 * return.
 */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* The largest request of a workload, for sizing a pool; other allocators ignore it. */
struct workload {
    size_t max_request_bytes;
};

struct allocator {
    const char *name;
    const char *preset;     /* "-" for allocators without presets */
    size_t alignment;       /* alignment of every block; power of two */
    bool bounded;           /* lives in the arena it is given, so efficiency can be measured */
    bool frees;             /* false for a bump allocator: free is never called */
    bool any_size;          /* false for a pool: results on mixed sizes mean little */
    struct allocator *twin; /* same wrappers around empty functions */

    /*
     * Start afresh in the given arena (unbounded allocators ignore it). Returns
     * the state to pass to the other functions; NULL if the arena is too small.
     */
    void *(*init)(struct allocator *self, void *arena, size_t bytes, const struct workload *load);
    void *(*alloc)(void *state, size_t bytes);
    int (*free)(void *state, void *block); /* 0 = success, else the block was refused */
    /* Both may be NULL. Without resize the harness allocates, copies and frees. */
    void *(*resize)(void *state, void *block, size_t bytes);
    void *(*aligned)(void *state, size_t alignment, size_t bytes);
    void *private_data;
};

/*
 * The adapters in the order of the report; the last element is NULL. The build
 * decides which are included.
 */
extern struct allocator *const builtin_allocators[];

/*
 * Adapter for malloc and free of a shared library, given as a path, a soname,
 * or NULL for this process's C library. Returns NULL and writes the reason to
 * error if the library cannot be loaded or does not itself export malloc and
 * free. A library that also exports
 *
 *       int bench_arena(void *arena, size_t bytes);      0 = success
 *
 * is bounded: before every replay the function resets it to an empty state in
 * that arena.
 */
struct allocator *library_allocator(const char *name, const char *path, char *error,
                                    size_t error_bytes);

#endif
