/* SPDX-License-Identifier: MIT */
/*
 * kmalloc() and related functions, in front of the allocator that `make HEAP=`
 * selects. Masking interrupts is the lock: on one CPU no other code can run
 * meanwhile.
 *
 * This file adds functions that the allocator lacks. If it cannot align, an
 * aligned block is an address inside a larger block, which inspect finds when it
 * is freed. If it never frees, it keeps no sizes either, and each block is
 * preceded by its size; only the latest block can be freed.
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
#include <mem_allocator_buddy.h>
#include <mem_allocator_bump.h>
#include <mem_allocator_first_fit.h>
#include <mem_allocator_fits.h>
#include <mem_allocator_heap.h>
#include <mem_allocator_slab.h>
#include <mm/describe.h>
#include <mm/memory.h>
#include <mm/own_heap.h>

/*
 * mem_allocator_heap, _first_fit, _bump or another that scripts/knobs.txt lists
 * under HEAP; mem_allocator_own for a file. The compiler sees its members: calls
 * are direct, conditions on members cost nothing, and only the called functions
 * are linked.
 */
#define PASTE(prefix, name)  prefix##name
#define EXPAND(prefix, name) PASTE(prefix, name)
#define ALLOCATOR            EXPAND(mem_allocator_, CONFIG_HEAP)

/* Format of a pointer with the heap's description, if printk supports it. */
#if CONFIG_PRINT_POINTER_EXTENSIONS
#define POINTER "%pA"
#else
#define POINTER "%p"
#endif

/* Enough for any scalar. */
#define ALIGN_SCALAR 8

/* The smallest alignment of a block. A user's allocator need align to a word only. */
#define ALIGN_DEFAULT \
    (ALLOCATOR.alignment < ALIGN_SCALAR ? ALLOCATOR.alignment : (size_t)ALIGN_SCALAR)

/* More than any allocator needs for itself in so much memory. */
#define OWN_BYTES_MAX(bytes) ((size_t)64 * 1024 + (bytes) / 16)

#define CALLER __builtin_return_address(0)

static struct mem_instance *heap;
static size_t total_bytes;

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

/* --- Reports ---------------------------------------------------------------------------------- */

/*
 * kfree() reports the refused pointer; this reports the location of the
 * damage, which kfree() does not know.
 */
static void report(void *context, const struct mem_heap_misuse *misuse)
{
    (void)context;
    if (misuse->error != MEM_OVERFLOW && misuse->error != MEM_USE_AFTER_FREE &&
        misuse->error != MEM_CORRUPT)
        return;
    printk("[heap] %s: address %p, from %p\n", mem_error_str(misuse->error), misuse->address,
           misuse->caller);
}

static bool describe(const struct kmem_describer *self, const void *ptr, struct format_sink *sink)
{
    struct mem_allocator_block block;

    if (!ALLOCATOR.inspect(heap, ptr, &block))
        return false;
    kmem_describe_block(self, ptr, &block, ALLOCATOR.knows_requests, sink);
    return true;
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
    struct mem_allocator_why why;

    failures++;
    if (CONFIG_COURSE || (failures & (failures - 1)) != 0)
        return;
    printk("[heap] no %zu bytes for %p (failure %u): ", size, caller, failures);
    if (ALLOCATOR.explain == NULL) {
        printk("the allocator does not tell why\n");
        return;
    }
    ALLOCATOR.explain(heap, size, alignment, &why);
    printk("%s; needed %zu", why.reason, why.needed);
    if (!ALLOCATOR.frees) { /* all free memory is one hole */
        printk(", at multiples of %zu, free %zu\n", alignment, why.free_bytes);
        return;
    }
    printk(", free %zu", why.free_bytes);
    if (why.free_blocks != 0)
        printk(" in %zu holes", why.free_blocks);
    printk(", largest %zu\n", why.largest_free);
}

/* --- Making the heap -------------------------------------------------------------------------- */

/* If the allocator's state is not in its arena, it gets memory in front of the arena. */
static struct mem_instance *make_heap(void *memory, size_t bytes)
{
    static const struct mem_heap_config config = {.report = report};
    static const struct mem_allocator_options options = {.heap = &config};
    uintptr_t state = ((uintptr_t)memory + ALIGN_SCALAR - 1) & ~(uintptr_t)(ALIGN_SCALAR - 1);
    size_t front = state - (uintptr_t)memory + ALLOCATOR.state_bytes;

    if (ALLOCATOR.state_bytes == 0)
        return ALLOCATOR.init(NULL, memory, bytes, &options);
    return bytes < front ? NULL
                         : ALLOCATOR.init((void *)state, (void *)(state + ALLOCATOR.state_bytes),
                                          bytes - front, &options);
}

void heap_init(void)
{
    static struct kmem_describer describer = {.describe = describe};
    struct mem_allocator_stats stats;
    size_t bytes;
    void *memory = heap_memory(&bytes);

    heap = make_heap(memory, bytes);
#if CONFIG_MOCK_HEAP_SIZE > 0
    no_heap = heap == NULL;
    if (no_heap) {
        printk("[heap] MOCK_HEAP_SIZE=%zu is too small for a heap: no request will succeed\n",
               bytes);
        return;
    }
#else
    panic_if(heap == NULL, "no heap in %zu bytes of memory", bytes);
#endif
    ALLOCATOR.stats(heap, &stats);
    total_bytes = stats.total_bytes;
    if (!CONFIG_COURSE && bytes - total_bytes > OWN_BYTES_MAX(bytes))
        printk("[heap] %zu of %zu KiB stay unused: one heap spans at most %zu KiB here\n",
               (bytes - total_bytes) >> 10, bytes >> 10, total_bytes >> 10);
    if (!CONFIG_PRINT_POINTER_EXTENSIONS || ALLOCATOR.inspect == NULL)
        return;
    describer.name = ALLOCATOR.title;
    describer.allocator = heap;
    kmem_describer_add(&describer);
}

/* --- The allocator's functions and replacements for missing ones; interrupts are masked ------- */

/* The size of a block whose allocator keeps no sizes; never 0. */
static size_t *size_in_front(const void *block)
{
    return (size_t *)((uintptr_t)block - sizeof(size_t));
}

/* The block that kfree() can give back, if the allocator never frees; NULL: none. */
static void *latest;

static void *allocate_with_size(size_t size, size_t alignment)
{
    size_t bytes;

    if (size == 0)
        size = 1;
    /* A whole alignment unit in front, at least 8 bytes, so there is room for the size. */
    if (__builtin_add_overflow(size, alignment, &bytes))
        return NULL;
    char *start = ALLOCATOR.aligned(heap, alignment, bytes);

    if (start == NULL)
        return NULL;
    latest = start + alignment;
    *size_in_front(latest) = size;
    return latest;
}

static void *allocate_inside(size_t size, size_t alignment)
{
    size_t bytes;

    if (__builtin_add_overflow(size, alignment, &bytes))
        return NULL;
    uintptr_t start = (uintptr_t)ALLOCATOR.alloc(heap, bytes);

    return start == 0 ? NULL : (void *)((start + alignment - 1) & ~(alignment - 1));
}

/* `alignment` is a power of two and at least ALIGN_DEFAULT. */
static inline void *allocate(size_t size, size_t alignment)
{
    if (!ALLOCATOR.frees)
        return allocate_with_size(size, alignment);
    if (alignment <= ALLOCATOR.alignment)
        return ALLOCATOR.alloc(heap, size);
    if (ALLOCATOR.aligned == NULL)
        return allocate_inside(size, alignment);
    return ALLOCATOR.aligned(heap, alignment, size);
}

/* Whether allocate_inside() may have returned this address; *block is the block around it. */
static inline bool is_inside(const void *ptr, struct mem_allocator_block *block)
{
    return ALLOCATOR.frees && ALLOCATOR.aligned == NULL && ALLOCATOR.inspect(heap, ptr, block) &&
           block->used && ptr > block->start;
}

static inline int give_back(void *ptr)
{
    if (!ALLOCATOR.frees && ptr == latest) {
        latest = NULL;
        return ALLOCATOR.undo(heap) ? MEM_OK : MEM_FOREIGN;
    }
    int err = ALLOCATOR.free(heap, ptr);
    struct mem_allocator_block block;

    /* Stale bytes in front of an address inside a block may look like any header. */
    if (err == MEM_OK || (uintptr_t)ptr % (2 * ALLOCATOR.alignment) != 0 || !is_inside(ptr, &block))
        return err;
    return ALLOCATOR.free(heap, (void *)(uintptr_t)block.start);
}

/* 0 unless ptr is a used block. */
static size_t usable_size(const void *ptr)
{
    struct mem_allocator_block block;

    if (!ALLOCATOR.frees) /* free only checks the address */
        return ALLOCATOR.free(heap, (void *)(uintptr_t)ptr) == MEM_OK ? *size_in_front(ptr) : 0;
    if (is_inside(ptr, &block))
        return block.granted - (size_t)((const char *)ptr - (const char *)block.start);
    /* By inspection, because the pointer may be any value. */
    return ALLOCATOR.inspect(heap, ptr, &block) && block.used && block.start == ptr
               ? ALLOCATOR.usable_size(heap, ptr)
               : 0;
}

static void *resize_by_moving(void *ptr, size_t size)
{
    size_t old = usable_size(ptr);

    if (old == 0)
        return NULL;
    if (size <= old)
        return ptr;
    void *moved = allocate(size, ALIGN_DEFAULT);

    if (moved != NULL) {
        memcpy(moved, ptr, old);
        (void)give_back(ptr); /* a used block, as it has a size */
    }
    return moved;
}

static inline void *resize(void *ptr, size_t size)
{
    struct mem_allocator_block block;

    return ALLOCATOR.resize == NULL || is_inside(ptr, &block) ? resize_by_moving(ptr, size)
                                                              : ALLOCATOR.resize(heap, ptr, size);
}

static inline void set_caller(void *block, const void *caller)
{
    if (ALLOCATOR.set_caller != NULL)
        ALLOCATOR.set_caller(heap, block, caller);
}

/* --- Interface -------------------------------------------------------------------------------- */

/* `alignment` is a power of two. */
static inline void *take(size_t size, size_t alignment, const void *caller)
{
    if (no_heap)
        return NULL;
    bool enabled = interrupts_disable();
    void *block = allocate(size, alignment < ALIGN_DEFAULT ? ALIGN_DEFAULT : alignment);

    if (block == NULL)
        report_failure(size, alignment, caller);
    set_caller(block, caller);
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
    void *block = resize(ptr, size);
    bool refused = block == NULL && usable_size(ptr) == 0;

    if (block == NULL && !refused)
        report_failure(size, ALIGN_DEFAULT, CALLER);
    set_caller(block, CALLER);
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
    int err = no_heap ? MEM_FOREIGN : give_back(ptr);

    interrupts_restore(enabled);
    if (err != MEM_OK)
        printk("[heap] kfree(" POINTER ") from %p refused: %s\n", ptr, CALLER, mem_error_str(err));
}

size_t ksize(const void *ptr)
{
    if (ptr == NULL || no_heap)
        return 0;
    bool enabled = interrupts_disable();
    size_t bytes = usable_size(ptr);

    interrupts_restore(enabled);
    return bytes;
}

size_t kheap_used_bytes(void)
{
    bool enabled = interrupts_disable();
    size_t bytes = no_heap ? 0 : ALLOCATOR.used_bytes(heap);

    interrupts_restore(enabled);
    return bytes;
}

size_t kheap_total_bytes(void)
{
    return total_bytes;
}

bool kheap_frees(void)
{
    return ALLOCATOR.frees;
}
