/* SPDX-License-Identifier: MIT */
/*
 * Replacements of malloc and its relatives. Each records the call and passes it on to the function
 * that the program would have called without the recorder: the C library's, or that of another
 * library that the program is linked with or that LD_PRELOAD names.
 *
 * A free is recorded before the call, an allocation after it, a realloc by two events around it.
 * Another thread can then never be recorded to allocate an address before it is freed. Calls nested
 * in another one, by an allocator or a signal handler, are not recorded.
 */
#include "pen.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <malloc.h>

#define EXPORT __attribute__((visibility("default")))

void *__libc_malloc(size_t bytes);
void __libc_free(void *block);
void *__libc_calloc(size_t count, size_t each);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

/* The functions behind these. dlsym() may allocate while it looks them up. */
static struct {
    void *(*malloc)(size_t bytes);
    void (*free)(void *block);
    void *(*calloc)(size_t count, size_t each);
    void *(*realloc)(void *block, size_t bytes);
    void *(*memalign)(size_t alignment, size_t bytes);
    int (*posix_memalign)(void **block, size_t alignment, size_t bytes);
    void *(*aligned_alloc)(size_t alignment, size_t bytes);
    void *(*valloc)(size_t bytes);
    void *(*pvalloc)(size_t bytes);
} next = {.malloc = __libc_malloc,
          .free = __libc_free,
          .calloc = __libc_calloc,
          .realloc = __libc_realloc,
          .memalign = __libc_memalign};

static enum { NOT_YET, LOOKING, FOUND } looked_up;
static bool passed; /* a call was not recorded */

#define LOOK_UP(name)                          \
    do {                                       \
        void *found = dlsym(RTLD_NEXT, #name); \
        if (found != NULL)                     \
            *(void **)&next.name = found;      \
    } while (0)

static void look_up(void)
{
    looked_up = LOOKING;
    LOOK_UP(malloc);
    LOOK_UP(free);
    LOOK_UP(calloc);
    LOOK_UP(realloc);
    LOOK_UP(memalign);
    LOOK_UP(posix_memalign);
    LOOK_UP(aligned_alloc);
    LOOK_UP(valloc);
    LOOK_UP(pvalloc);
    looked_up = FOUND;
}

static bool prepare(void)
{
    if (looked_up == NOT_YET)
        look_up();
    if (looked_up == FOUND && pen_prepare())
        return true;
    passed = true;
    return false;
}

/* Whether this call is the program's own and gets recorded; it ends with pen_leave(). */
static inline bool enter(void)
{
    if (__builtin_expect(!pen_is_ready(), 0) && !prepare())
        return false;
    pen_enter();
    return true;
}

static inline void *taken(void *at, size_t bytes)
{
    if (__builtin_expect(at != NULL, 1))
        pen_write(RAW_TAKE, at, bytes, 0);
    else
        pen_failed();
    pen_leave();
    return at;
}

static void *taken_aligned(void *at, size_t alignment, size_t bytes)
{
    size_t power = 1;

    /* memalign takes any number and rounds it up. */
    while (power < alignment)
        power *= 2;
    if (at != NULL)
        pen_write(RAW_ALIGNED, at, bytes, power);
    else
        pen_failed();
    pen_leave();
    return at;
}

EXPORT void *malloc(size_t bytes)
{
    return enter() ? taken(next.malloc(bytes), bytes) : next.malloc(bytes);
}

EXPORT void *calloc(size_t count, size_t each)
{
    /* The product cannot overflow when the call succeeds. */
    return enter() ? taken(next.calloc(count, each), count * each) : next.calloc(count, each);
}

EXPORT void free(void *block)
{
    if (block == NULL)
        return;
    if (!enter()) {
        next.free(block);
        return;
    }
    pen_write(RAW_DROP, block, 0, 0);
    next.free(block);
    pen_leave();
}

EXPORT void *realloc(void *block, size_t bytes)
{
    void *at;

    if (!enter())
        return next.realloc(block, bytes);
    if (block == NULL)
        return taken(next.realloc(NULL, bytes), bytes);
    pen_write(RAW_MOVE_BEGIN, block, 0, 0);
    at = next.realloc(block, bytes);
    pen_write(RAW_MOVE_END, at, bytes, 0);
    if (at == NULL && bytes != 0)
        pen_failed();
    pen_leave();
    return at;
}

EXPORT void *reallocarray(void *block, size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes))
        bytes = SIZE_MAX; /* no block is so large */
    return realloc(block, bytes);
}

EXPORT void *memalign(size_t alignment, size_t bytes)
{
    return enter() ? taken_aligned(next.memalign(alignment, bytes), alignment, bytes)
                   : next.memalign(alignment, bytes);
}

EXPORT void *aligned_alloc(size_t alignment, size_t bytes)
{
    return enter() ? taken_aligned(next.aligned_alloc(alignment, bytes), alignment, bytes)
                   : next.aligned_alloc(alignment, bytes);
}

EXPORT int posix_memalign(void **block, size_t alignment, size_t bytes)
{
    int error;

    if (!enter())
        return next.posix_memalign(block, alignment, bytes);
    error = next.posix_memalign(block, alignment, bytes);
    taken_aligned(error == 0 ? *block : NULL, error == 0 ? alignment : 1, bytes);
    return error;
}

EXPORT void *valloc(size_t bytes)
{
    return enter() ? taken_aligned(next.valloc(bytes), (size_t)sysconf(_SC_PAGESIZE), bytes)
                   : next.valloc(bytes);
}

EXPORT void *pvalloc(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return enter() ? taken_aligned(next.pvalloc(bytes), page, (bytes + page - 1) / page * page)
                   : next.pvalloc(bytes);
}

/*
 * Whether the program calls functions of its own in our place: the call comes through here
 * otherwise. Every malloc must work this early, since the C library calls it as well.
 */
static bool own_malloc(void)
{
    void *(*its_malloc)(size_t bytes);
    void (*its_free)(void *block);

    *(void **)&its_malloc = dlsym(RTLD_DEFAULT, "malloc");
    *(void **)&its_free = dlsym(RTLD_DEFAULT, "free");
    passed = false;
    its_free(its_malloc(1));
    return !passed;
}

/*
 * A program is told of even if it never allocates, and a forked child has its file before it
 * changes its root or its user. Nothing that happens here is the program's.
 */
__attribute__((constructor)) static void begin(void)
{
    if (!enter())
        return;
    life.head->own_malloc = own_malloc();
    pthread_atfork(NULL, NULL, pen_begin);
    pen_leave();
}
