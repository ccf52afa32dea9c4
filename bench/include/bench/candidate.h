/* SPDX-License-Identifier: MIT */
/*
 * An allocator with what the harness needs besides its interface. Its twin is a
 * copy of its wrappers around functions that only return. Subtracting the twin's
 * instructions leaves the allocator's own, from its first instruction to its
 * return.
 */
#ifndef BENCH_CANDIDATE_H
#define BENCH_CANDIDATE_H

#include <mem_allocator.h>

struct candidate {
    const struct mem_allocator *allocator;
    const struct mem_allocator *twin;
    struct mem_instance *twin_instance; /* NULL: the allocator's own instance */
    void *state;                        /* for init */
    bool bounded;                       /* stays in its arena, so efficiency can be measured */
    /*
     * Frees of a block whose owner knows how many bytes it asked for; NULL: plain
     * free. sized_aligned: this function also takes blocks of aligned requests.
     */
    int (*free_sized)(struct mem_instance *self, void *block, size_t bytes);
    bool sized_aligned;
};

/* Make a fresh instance in the arena. Returns as the allocator's init. */
static inline struct mem_instance *candidate_init(const struct candidate *candidate, void *arena,
                                                  size_t bytes,
                                                  const struct mem_allocator_options *options)
{
    return candidate->allocator->init(candidate->state, arena, bytes, options);
}

/*
 * This project's allocators, each in all its presets. Fills in *candidate for
 * `index`, which counts from 0; false if there are fewer. Exits the program if
 * memory is exhausted.
 */
bool own_candidate(size_t index, struct candidate *candidate);

/*
 * malloc and free of a shared library: a path, a soname, or NULL for the C
 * library of this process. Returns false and writes the reason to error if the
 * library cannot be loaded or has no malloc or free of its own. A library that
 * also exports
 *     int bench_arena(void *arena, size_t bytes);      0 = success
 * is bounded: this function is called before every replay, and must reset the
 * allocator to an empty state in the arena. If it exports
 *     void bench_free(void *block, size_t bytes);
 * or, for blocks of malloc and realloc only, C23's
 *     void free_sized(void *block, size_t bytes);
 * blocks are freed by it, with the size that was requested last. All blocks must
 * be aligned to alignment bytes.
 */
bool library_candidate(const char *name, const char *path, size_t alignment,
                       struct candidate *candidate, char *error, size_t error_bytes);

#endif
