/* SPDX-License-Identifier: MIT */
/*
 * The common part of the teaching allocators' structs. The state of such an
 * allocator is a struct mem_NAME outside the arena, it needs no options, and its
 * functions have the shapes of mem_first_fit.h.
 */
#ifndef MEM_ALLOCATOR_CALLS_H
#define MEM_ALLOCATOR_CALLS_H

#include <stdint.h>

#include <mem_allocator.h>

/* Define mem_allocator_NAME_init, _alloc, _free, _resize and _check, which call mem_NAME_...(). */
#define MEM_ALLOCATOR_CALLS(name)                                                              \
    static inline struct mem_instance *mem_allocator_##name##_init(                            \
        void *state, void *arena, size_t bytes, const struct mem_allocator_options *options)   \
    {                                                                                          \
        (void)options;                                                                         \
        return mem_##name##_init(state, arena, bytes) == MEM_OK ? (struct mem_instance *)state \
                                                                : NULL;                        \
    }                                                                                          \
    static inline void *mem_allocator_##name##_alloc(struct mem_instance *self, size_t bytes)  \
    {                                                                                          \
        return mem_##name##_alloc((struct mem_##name *)self, bytes);                           \
    }                                                                                          \
    static inline int mem_allocator_##name##_free(struct mem_instance *self, void *block)      \
    {                                                                                          \
        return mem_##name##_free((struct mem_##name *)self, block);                            \
    }                                                                                          \
    static inline void *mem_allocator_##name##_resize(struct mem_instance *self, void *block,  \
                                                      size_t bytes)                            \
    {                                                                                          \
        return mem_##name##_realloc((struct mem_##name *)self, block, bytes);                  \
    }                                                                                          \
    static inline int mem_allocator_##name##_check(const struct mem_instance *self,            \
                                                   const void **where)                         \
    {                                                                                          \
        return mem_##name##_check((const struct mem_##name *)self, where);                     \
    }

/*
 * The members with these functions, and those that are the same for all of these
 * allocators. `base` is `name`, or the allocator whose init, free and check do
 * the same.
 */
#define MEM_ALLOCATOR_CALLED(name, base)                                                      \
    .preset = "-", .state_bytes = sizeof(struct mem_##name), .frees = true, .any_size = true, \
    .init = mem_allocator_##base##_init, .alloc = mem_allocator_##name##_alloc,               \
    .free = mem_allocator_##base##_free, .resize = mem_allocator_##name##_resize,             \
    .check = mem_allocator_##base##_check

/*
 * The bytes that a caller asks alloc for when it wants `bytes` bytes aligned to
 * `alignment`, if alloc aligns to `own`: see the member `aligned`.
 */
static inline size_t mem_allocator_asked(size_t bytes, size_t alignment, size_t own)
{
    return alignment <= own || bytes > SIZE_MAX - alignment ? bytes : bytes + alignment;
}

#endif
