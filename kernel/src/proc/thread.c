/* SPDX-License-Identifier: MIT */
/*
 * Life and death of threads. All state changes happen with interrupts masked;
 * nothing here loops over threads except the listing.
 *
 * A thread cannot give back the stack that it runs on: a joiner does it, and
 * for detached threads whoever creates the next thread, or the idle thread.
 */
#include <proc/thread.h>

#include <arch/cpu.h>
#include <config/thread_max.h>
#include <debug.h>
#include <exc.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mem_pool.h>
#include <mem_stack.h>
#include <mm/describe.h>
#include <mm/heap.h>
#include <proc/sched.h>

static struct mem_pool thread_pool;
static list_t all_threads;
static list_t ended_detached; /* by their all_link */
static uint32_t next_id = 1;
static struct kmem_describer describer = {
    .name = "thread pool",
    .allocator = &thread_pool,
    .describe = kmem_describe_pool,
};

void thread_init(void)
{
    list_init(&all_threads);
    list_init(&ended_detached);
    size_t bytes = mem_pool_bytes_needed(CONFIG_THREAD_MAX, sizeof(thread_t), _Alignof(thread_t));
    void *memory = kmalloc(bytes);
    int err = memory == NULL ? -1
                             : mem_pool_init(&thread_pool, memory, bytes, sizeof(thread_t),
                                             _Alignof(thread_t));

    panic_if(err != 0, "no memory for %u thread objects (%zu bytes)", CONFIG_THREAD_MAX, bytes);
    kmem_describer_add(&describer);
}

/* First code of every thread. */
static void thread_main(void *arg)
{
    thread_t *self = arg;

    thread_finish(self->entry(self->data));
}

/* Give an ended thread's stack and object back. Interrupts masked. */
static void release(thread_t *thread)
{
    list_remove(&thread->all_link);
    kstack_free(thread->stack);
    int err = mem_pool_free(&thread_pool, thread);

    panic_if(err != 0, "thread object %p is not one: %s", (void *)thread, mem_error_str(err));
}

static void reap_detached(void)
{
    link_t *link;

    while ((link = ended_detached.head.next) != &ended_detached.head)
        release(list_item(link, thread_t, all_link));
}

errno_t thread_create(thread_t **out, thread_entry_func_t entry, void *data, unsigned flags,
                      const char *name)
{
    if (out == NULL || entry == NULL || name == NULL || (flags & ~THREAD_DETACHED) != 0)
        return EINVAL;
    bool enabled = interrupts_disable();

    reap_detached();
    thread_t *thread = mem_pool_alloc(&thread_pool);
    struct kstack *stack = thread == NULL ? NULL : kstack_alloc();

    if (stack == NULL)
        goto no_memory;
    *thread = (thread_t){
        .stack = stack,
        .entry = entry,
        .data = data,
        .id = next_id++,
        .flags = flags,
    };
    for (size_t i = 0; i < THREAD_NAME_MAX_LENGTH && name[i] != '\0'; i++)
        thread->name[i] = name[i];
    stack->owner = thread;
    link_init(&thread->link);
    link_init(&thread->all_link);
    arch_context_init(&thread->context, stack->base + stack->bytes, thread_main, thread);
    list_append(&all_threads, &thread->all_link);
    *out = thread;
    sched_ready(thread);
    interrupts_restore(enabled);
    return EOK;

no_memory:
    if (thread != NULL)
        (void)mem_pool_free(&thread_pool, thread); /* just taken from it */
    interrupts_restore(enabled);
    return ENOMEM;
}

thread_t *thread_get_current(void)
{
    return cpu_local()->thread;
}

void thread_yield(void)
{
    bool enabled = interrupts_disable();

    sched_ready(thread_get_current());
    sched_switch();
    interrupts_restore(enabled);
}

void thread_suspend(void)
{
    bool enabled = interrupts_disable();

    thread_get_current()->state = THREAD_SUSPENDED;
    sched_switch();
    interrupts_restore(enabled);
}

static bool has_ended(const thread_t *thread)
{
    return thread->state == THREAD_FINISHED || thread->state == THREAD_KILLED;
}

errno_t thread_wakeup(thread_t *thread)
{
    if (thread == NULL)
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = has_ended(thread) ? EEXITED : EOK;

    if (thread->state == THREAD_SUSPENDED)
        sched_ready(thread);
    interrupts_restore(enabled);
    return err;
}

/* Mark a thread that is in no queue as ended and tell who waits for it. Interrupts masked. */
static void end(thread_t *thread, enum thread_state state)
{
    thread->state = state;
    if ((thread->flags & THREAD_DETACHED) != 0) {
        list_remove(&thread->all_link);
        list_append(&ended_detached, &thread->all_link);
    } else if (thread->joiner != NULL && thread->joiner->state == THREAD_SUSPENDED) {
        sched_ready(thread->joiner);
    }
}

_Noreturn void thread_finish(void *retval)
{
    thread_t *self = thread_get_current();

    interrupts_disable();
    self->retval = retval;
    end(self, THREAD_FINISHED);
    sched_switch();
    panic("thread %u \"%s\" ran on after its end", self->id, self->name);
}

bool thread_has_finished(thread_t *thread)
{
    return thread != NULL && has_ended(thread);
}

errno_t thread_join(thread_t *thread, void **retval)
{
    thread_t *self = thread_get_current();

    if (thread == NULL || thread == self || (thread->flags & THREAD_DETACHED) != 0)
        return EINVAL;
    bool enabled = interrupts_disable();

    if (thread->joiner != NULL) {
        interrupts_restore(enabled);
        return EBUSY;
    }
    thread->joiner = self;
    while (!has_ended(thread)) {
        /* A loop, because anybody may wake a suspended thread. */
        self->state = THREAD_SUSPENDED;
        sched_switch();
    }
    errno_t err = thread->state == THREAD_KILLED ? EKILLED : EOK;

    if (err == EOK && retval != NULL)
        *retval = thread->retval;
    release(thread);
    interrupts_restore(enabled);
    return err;
}

errno_t thread_kill(thread_t *thread)
{
    if (thread == NULL)
        return EINVAL;
    bool enabled = interrupts_disable();

    if (has_ended(thread)) {
        interrupts_restore(enabled);
        return EEXITED;
    }
    if (thread->state == THREAD_READY)
        sched_remove(thread);
    end(thread, THREAD_KILLED);
    if (thread == thread_get_current())
        sched_switch(); /* does not come back */
    interrupts_restore(enabled);
    return EOK;
}

int thread_stack_guard_ok(const thread_t *thread)
{
    return mem_stack_guard_ok((const void *)thread->stack->base, KSTACK_GUARD_BYTES);
}

size_t thread_stack_high_watermark_bytes(const thread_t *thread)
{
    return mem_stack_high_watermark((const void *)thread->stack->base, thread->stack->bytes,
                                    KSTACK_GUARD_BYTES);
}

thread_t *thread_find_by_stack(uintptr_t address)
{
    struct kstack *stack = kstack_find(address);

    return stack == NULL ? NULL : stack->owner;
}

void thread_print_all(void)
{
    static const char *const state_names[] = {"ready", "running", "suspended", "finished",
                                              "killed"};

    printk("[ps] %4s %-9s %8s %6s %6s %4s  %s\n", "id", "state", "ticks", "stack", "used", "pct",
           "name");
    for (link_t *at = all_threads.head.next; at != NULL && at != &all_threads.head; at = at->next) {
        const thread_t *thread = list_item(at, thread_t, all_link);
        size_t used = thread_stack_high_watermark_bytes(thread);

        printk("[ps] %4u %-9s %8u %6zu %6zu %3zu%%  %s\n", thread->id, state_names[thread->state],
               thread->ticks, thread->stack->bytes, used, used * 100 / thread->stack->bytes,
               thread->name);
    }
}
