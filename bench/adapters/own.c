/* SPDX-License-Identifier: MIT */
/*
 * This project's allocators. libmem's table of allocators is linked once per
 * preset of the heap, each time under another name, and once more with functions
 * that only return: these are the twins (see own.sh).
 */
#include "bench/candidate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUILD(preset)                                        \
    extern const struct mem_allocator *const own_##preset[]; \
    extern const struct mem_allocator *const twins_##preset[];
BUILD(default)
BUILD(tiny)
BUILD(debug)
BUILD(paranoid)

static const struct {
    const struct mem_allocator *const *own;
    const struct mem_allocator *const *twins;
} builds[] = {
    {own_default, twins_default},
    {own_tiny, twins_tiny},
    {own_debug, twins_debug},
    {own_paranoid, twins_paranoid},
};

static void fill_in(size_t build, size_t at, struct candidate *candidate)
{
    const struct mem_allocator *allocator = builds[build].own[at];

    *candidate = (struct candidate){.allocator = allocator,
                                    .twin = builds[build].twins[at],
                                    .state = malloc(allocator->state_bytes + 1),
                                    .bounded = true};
    if (candidate->state == NULL) {
        fputs("bench: out of memory\n", stderr);
        exit(2);
    }
}

bool own_candidate(size_t index, struct candidate *candidate)
{
    /* First those with presets from all builds, then the others from the first build. */
    for (size_t build = 0; build <= sizeof(builds) / sizeof(builds[0]); build++) {
        bool others = build == sizeof(builds) / sizeof(builds[0]);
        const struct mem_allocator *const *own = builds[others ? 0 : build].own;

        for (size_t at = 0; own[at] != NULL; at++)
            if ((strcmp(own[at]->preset, "-") == 0) == others && index-- == 0) {
                fill_in(others ? 0 : build, at, candidate);
                return true;
            }
    }
    return false;
}
