/* SPDX-License-Identifier: MIT */
/*
 * Adapter for any shared library that exports malloc and free, and for the C
 * library itself. The library is loaded beside the process's allocator, not in
 * its place, so the harness's own memory never mixes with the measured one. It
 * is not restarted between replays unless it exports bench_arena(); caches that
 * an earlier replay filled then affect the next one's figures.
 */
#define _GNU_SOURCE
#include "bench/candidate.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* src/null.S */
void *null_malloc(size_t bytes);
void null_release(void *block);
void *null_realloc(void *block, size_t bytes);
void *null_aligned_alloc(size_t alignment, size_t bytes);
void null_sized(void *block, size_t bytes);

struct library {
    void *(*malloc)(size_t bytes);
    void (*free)(void *block);
    void *(*realloc)(void *block, size_t bytes);
    void *(*aligned_alloc)(size_t alignment, size_t bytes);
    int (*arena)(void *arena, size_t bytes);
    void (*sized)(void *block, size_t bytes);
};

static void *library_alloc(struct mem_instance *self, size_t bytes)
{
    return ((struct library *)self)->malloc(bytes);
}

static int library_free(struct mem_instance *self, void *block)
{
    ((struct library *)self)->free(block);
    return MEM_OK;
}

static int library_sized(struct mem_instance *self, void *block, size_t bytes)
{
    ((struct library *)self)->sized(block, bytes);
    return MEM_OK;
}

static void *library_resize(struct mem_instance *self, void *block, size_t bytes)
{
    return ((struct library *)self)->realloc(block, bytes);
}

static void *library_aligned(struct mem_instance *self, size_t alignment, size_t bytes)
{
    return ((struct library *)self)->aligned_alloc(alignment, bytes);
}

static struct mem_instance *library_init(void *state, void *arena, size_t bytes,
                                         const struct mem_allocator_options *options)
{
    struct library *library = state;

    (void)options;
    if (library->arena != NULL && library->arena(arena, bytes) != 0)
        return NULL;
    return (struct mem_instance *)library;
}

/*
 * dlsym also searches the library's dependencies and finds libc's malloc there,
 * which is not the library's own. Returns NULL unless the symbol lies in the
 * library.
 */
static void *own_symbol(void *handle, const char *name)
{
    struct link_map *map;
    Dl_info found;
    void *at = dlsym(handle, name);

    if (at == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || dladdr(at, &found) == 0)
        return NULL;
    return (uintptr_t)found.dli_fbase == (uintptr_t)map->l_addr ? at : NULL;
}

/* POSIX allows the object-to-function conversion of dlsym's result; ISO C does not. */
#define LOOK_UP(target, handle, name)                     \
    do {                                                  \
        void *symbol_at = own_symbol(handle, name);       \
        memcpy(&(target), &symbol_at, sizeof(symbol_at)); \
    } while (0)

static bool load(struct library *library, const char *path, bool *sized_aligned, char *error,
                 size_t error_bytes)
{
    void *handle;

    if (path == NULL) {
        *library = (struct library){malloc, free, realloc, aligned_alloc, NULL, NULL};
        return true;
    }
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        snprintf(error, error_bytes, "%s", dlerror());
        return false;
    }
    LOOK_UP(library->malloc, handle, "malloc");
    LOOK_UP(library->free, handle, "free");
    LOOK_UP(library->realloc, handle, "realloc");
    LOOK_UP(library->aligned_alloc, handle, "aligned_alloc");
    LOOK_UP(library->arena, handle, "bench_arena");
    LOOK_UP(library->sized, handle, "bench_free");
    *sized_aligned = library->sized != NULL;
    if (library->sized == NULL)
        LOOK_UP(library->sized, handle, "free_sized");
    if (library->malloc == NULL || library->free == NULL) {
        snprintf(error, error_bytes, "%s: exports no malloc and free of its own", path);
        return false;
    }
    return true;
}

bool library_candidate(const char *name, const char *path, size_t alignment,
                       struct candidate *candidate, char *error, size_t error_bytes)
{
    static struct library null_library = {null_malloc,        null_release, null_realloc,
                                          null_aligned_alloc, NULL,         null_sized};
    struct library *library = calloc(1, sizeof(*library));
    struct mem_allocator *allocator = calloc(1, sizeof(*allocator));
    bool sized_aligned = false;

    if (library == NULL || allocator == NULL ||
        !load(library, path, &sized_aligned, error, error_bytes)) {
        free(library);
        free(allocator);
        return false;
    }
    /* The benchmark does not use the other members. */
    *allocator = (struct mem_allocator){
        .name = name,
        .title = name,
        .preset = "-",
        .alignment = alignment,
        .frees = true,
        .any_size = true,
        .init = library_init,
        .alloc = library_alloc,
        .aligned = library->aligned_alloc == NULL ? NULL : library_aligned,
        .free = library_free,
        .resize = library->realloc == NULL ? NULL : library_resize,
    };
    *candidate = (struct candidate){.allocator = allocator,
                                    .twin = allocator,
                                    .twin_instance = (struct mem_instance *)&null_library,
                                    .state = library,
                                    .bounded = library->arena != NULL,
                                    .free_sized = library->sized == NULL ? NULL : library_sized,
                                    .sized_aligned = sized_aligned};
    return true;
}
