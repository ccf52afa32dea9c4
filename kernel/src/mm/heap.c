/* SPDX-License-Identifier: MIT */
/*
 * kmalloc() and related functions, in front of the allocator that `make HEAP=`
 * selects. Masking interrupts is the lock: on one CPU no other code can run
 * meanwhile.
 */
#include <mm/heap.h>

#include <config/course.h>
#include <config/heap.h>
#include <config/mock_heap_size.h>
#include <config/print_pointer_extensions.h>
#include <debug.h>
#include <exc.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mem_error.h>
#include <mem_heap.h>
#include <mm/memory.h>

#include "heap_backend.h"

/* BACKEND(kfree) is bump_kfree, first_fit_kfree or heap_kfree. */
#define PASTE(backend, function)  backend##_##function
#define EXPAND(backend, function) PASTE(backend, function)
#define BACKEND(function)         EXPAND(CONFIG_HEAP, function)

/* Format of a pointer with the heap's description, if printk supports it. */
#if CONFIG_PRINT_POINTER_EXTENSIONS
#define POINTER "%pA"
#else
#define POINTER "%p"
#endif

/* The smallest alignment of a block: enough for any scalar. */
#define ALIGN_DEFAULT 8

#define CALLER __builtin_return_address(0)

/* The caller, for the heap presets that record it; other allocators do not need it. */
#define heap_set_caller(block, caller)      mem_heap_set_caller((block), (caller))
#define first_fit_set_caller(block, caller) ((void)(caller))
#define bump_set_caller(block, caller)      ((void)(caller))

#if CONFIG_MOCK_HEAP_SIZE > 0
/* A heap on an array of any size, to exhaust memory early in tests. */
static uint8_t mock_memory[CONFIG_MOCK_HEAP_SIZE];

/* The array is too small for a heap: every request fails. */
static bool no_heap;

static void *heap_memory(size_t *bytes)
{
    *bytes = sizeof mock_memory;
    return mock_memory;
}
#else
enum { no_heap = false };

static void *heap_memory(size_t *bytes)
{
    *bytes = memory_bytes();
    return (void *)memory_base();
}
#endif

void heap_init(void)
{
    size_t bytes;
    void *memory = heap_memory(&bytes);
    bool made = BACKEND(heap_init)(memory, bytes);

#if CONFIG_MOCK_HEAP_SIZE > 0
    no_heap = !made;
    if (no_heap)
        printk("[heap] MOCK_HEAP_SIZE=%zu is too small for a heap: no request will succeed\n",
               bytes);
#else
    panic_if(!made, "no heap in %zu bytes of memory", bytes);
#endif
}

/*
 * Report why a request failed, with interrupts masked. Code that allocates
 * until memory is exhausted must not flood the console, so only the 1st, 2nd,
 * 4th, 8th, ... failure is reported. Kernels for course tests report none,
 * because their output is compared.
 */
static __attribute__((noinline)) void report_failure(size_t size, size_t alignment,
                                                     const void *caller)
{
    static uint32_t failures;

    failures++;
    if (CONFIG_COURSE || (failures & (failures - 1)) != 0)
        return;
    printk("[heap] no %zu bytes for %p (failure %u): ", size, caller, failures);
    BACKEND(why)(size, alignment);
}

/* `alignment` is a power of two. */
static inline void *take(size_t size, size_t alignment, const void *caller)
{
    if (no_heap)
        return NULL;
    bool enabled = interrupts_disable();
    void *block = BACKEND(kmalloc)(size, alignment < ALIGN_DEFAULT ? ALIGN_DEFAULT : alignment);

    if (block == NULL)
        report_failure(size, alignment, caller);
    BACKEND(set_caller)(block, caller);
    interrupts_restore(enabled);
    return block;
}

void *kmalloc_aligned(size_t size, size_t alignment)
{
    if (alignment == 0 || (alignment & (alignment - 1)) != 0)
        return NULL;
    return take(size, alignment, CALLER);
}

void *kmalloc(size_t size)
{
    return take(size, ALIGN_DEFAULT, CALLER);
}

void *kcalloc(size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes))
        bytes = SIZE_MAX; /* refused, and reported */
    void *block = take(bytes, ALIGN_DEFAULT, CALLER);

    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

void *krealloc(void *ptr, size_t size)
{
    if (ptr == NULL || no_heap)
        return take(size, ALIGN_DEFAULT, CALLER);
    bool enabled = interrupts_disable();
    void *block = BACKEND(krealloc)(ptr, size);
    bool refused = block == NULL && BACKEND(ksize)(ptr) == 0;

    if (block == NULL && !refused)
        report_failure(size, ALIGN_DEFAULT, CALLER);
    BACKEND(set_caller)(block, CALLER);
    interrupts_restore(enabled);
    if (refused)
        printk("[heap] krealloc(" POINTER ") from %p refused: not a living block\n", ptr, CALLER);
    return block;
}

void kfree(void *ptr)
{
    if (ptr == NULL)
        return;
    bool enabled = interrupts_disable();
    int err = no_heap ? MEM_FOREIGN : BACKEND(kfree)(ptr);

    interrupts_restore(enabled);
    if (err != MEM_OK)
        printk("[heap] kfree(" POINTER ") from %p refused: %s\n", ptr, CALLER, mem_error_str(err));
}

size_t ksize(const void *ptr)
{
    if (ptr == NULL || no_heap)
        return 0;
    bool enabled = interrupts_disable();
    size_t bytes = BACKEND(ksize)(ptr);

    interrupts_restore(enabled);
    return bytes;
}

size_t kheap_used_bytes(void)
{
    bool enabled = interrupts_disable();
    size_t bytes = no_heap ? 0 : BACKEND(used_bytes)();

    interrupts_restore(enabled);
    return bytes;
}

size_t kheap_total_bytes(void)
{
    return no_heap ? 0 : BACKEND(total_bytes)();
}

bool kheap_frees(void)
{
    return BACKEND(frees);
}
