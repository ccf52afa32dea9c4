/* SPDX-License-Identifier: MIT */
/*
 * The pool of thread objects and the list of those in use. Objects of threads that
 * are gone never return to the pool: they wait in a queue until all others have
 * been used, so that a stale pointer stays recognisable for as long as possible.
 */
#include <proc/thread_object.h>

#include <config/thread_max.h>
#include <debug.h>
#include <mem_pool.h>
#include <mm/describe.h>
#include <mm/heap.h>

static struct mem_pool thread_pool;
static list_t all_threads;
static list_t gone; /* by their all_link; the first has been gone for longest */
static size_t gone_count;
static uint32_t next_id = 1;

static bool describe(const struct kmem_describer *self, const void *ptr, struct format_sink *sink)
{
    struct mem_pool_block block;

    if (!kmem_describe_pool(self, ptr, sink))
        return false;
    if (mem_pool_inspect(&thread_pool, ptr, &block) && block.used &&
        ((const thread_t *)block.start)->state == THREAD_GONE)
        format_print(sink, "; its thread is gone");
    return true;
}

static struct kmem_describer describer = {
    .name = "thread pool",
    .allocator = &thread_pool,
    .describe = describe,
};

void thread_object_init(void)
{
    list_init(&all_threads);
    list_init(&gone);
    size_t bytes = mem_pool_bytes_needed(CONFIG_THREAD_MAX, sizeof(thread_t), _Alignof(thread_t));
    void *memory = kmalloc(bytes);
    int err = memory == NULL ? -1
                             : mem_pool_init(&thread_pool, memory, bytes, sizeof(thread_t),
                                             _Alignof(thread_t));

    panic_if(err != 0, "no memory for %u thread objects (%zu bytes)", CONFIG_THREAD_MAX, bytes);
    kmem_describer_add(&describer);
}

thread_t *thread_object_alloc(void)
{
    thread_t *thread = mem_pool_alloc(&thread_pool);

    if (thread == NULL) {
        link_t *oldest = list_pop(&gone);

        if (oldest == NULL)
            return NULL;
        gone_count--;
        thread = list_item(oldest, thread_t, all_link);
    }
    *thread = (thread_t){.id = next_id++};
    list_append(&all_threads, &thread->all_link);
    return thread;
}

void thread_object_free(thread_t *thread)
{
    list_remove(&thread->all_link);
    thread->state = THREAD_GONE;
    list_append(&gone, &thread->all_link);
    gone_count++;
}

bool thread_object_is_one(const thread_t *thread)
{
    return mem_pool_owns(&thread_pool, thread);
}

size_t thread_available(void)
{
    return mem_pool_available(&thread_pool) + gone_count;
}

thread_t *thread_find_by_stack(uintptr_t address)
{
    struct kstack *stack = kstack_find(address);

    return stack == NULL ? NULL : stack->owner;
}

void thread_for_each(void (*function)(thread_t *thread))
{
    /* A fault handler may call this before thread_object_init(), when head.next is NULL. */
    for (link_t *at = all_threads.head.next; at != NULL && at != &all_threads.head; at = at->next)
        function(list_item(at, thread_t, all_link));
}
