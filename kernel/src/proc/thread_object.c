/* SPDX-License-Identifier: MIT */
/*
 * The pool of thread objects and the list of those in use.
 */
#include <proc/thread_object.h>

#include <config/thread_max.h>
#include <debug.h>
#include <mem_pool.h>
#include <mm/describe.h>
#include <mm/heap.h>

static struct mem_pool thread_pool;
static list_t all_threads;
static uint32_t next_id = 1;
static struct kmem_describer describer = {
    .name = "thread pool",
    .allocator = &thread_pool,
    .describe = kmem_describe_pool,
};

void thread_object_init(void)
{
    list_init(&all_threads);
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

    if (thread == NULL)
        return NULL;
    *thread = (thread_t){.id = next_id++};
    list_append(&all_threads, &thread->all_link);
    return thread;
}

void thread_object_free(thread_t *thread)
{
    list_remove(&thread->all_link);
    int err = mem_pool_free(&thread_pool, thread);

    panic_if(err != 0, "thread object %p is not one: %s", (void *)thread, mem_error_str(err));
}

size_t thread_available(void)
{
    return mem_pool_available(&thread_pool);
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
