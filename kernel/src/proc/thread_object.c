/* SPDX-License-Identifier: MIT */
/*
 * Thread objects and the list of those in use. Objects lie in slabs: blocks of the
 * heap that hold a pool of a few. The first slab is made at boot; more are allocated
 * on demand, and freed when all their threads are gone.
 *
 * Objects of threads that are gone do not return to their pool: they wait in a
 * queue, so that a stale pointer stays recognisable while others are used. At least
 * THREAD_OBJECTS_KEPT objects take turns.
 */
#include <proc/thread_object.h>

#include <config/course.h>
#include <config/thread_max.h>
#include <debug.h>
#include <mem_pool.h>
#include <mm/describe.h>
#include <mm/heap.h>

/* Course tests run on small machines. */
#define FIRST_SLAB_OBJECTS (CONFIG_COURSE ? 3u : 12u)
/* In all other slabs. */
#define SLAB_OBJECTS (CONFIG_COURSE ? 3u : 4u)

struct thread_slab {
    struct thread_slab *self;       /* tells a slab from other memory */
    link_t link;                    /* in `slabs` */
    size_t used;                    /* objects that were used at least once ... */
    size_t gone;                    /* ... and of these, those in the queue */
    thread_t *object[SLAB_OBJECTS]; /* those that were used; not in the first slab */
    struct mem_pool pool;
};

static list_t all_threads;
static list_t slabs; /* only the first of them may have objects that were never used */
static struct thread_slab *first;
static uintptr_t low, high; /* all slabs lie, or lay, in between */
static size_t objects;      /* that were used at least once */
static size_t present;      /* in all_threads */
static list_t gone;         /* by their all_link; the first has been gone for longest */
static size_t gone_count;
static uint32_t next_id = 1;

/* The slab of an address in thread objects; NULL for any other address. */
static struct thread_slab *slab_of(const thread_t *thread)
{
    uintptr_t at = (uintptr_t)thread;

    /* Between the lowest and the highest slab there is memory of the heap only. */
    if (first == NULL || at < low || at > high - sizeof *thread || at % _Alignof(thread_t) != 0)
        return NULL;
    struct thread_slab *slab = thread->slab;

    at = (uintptr_t)slab;
    if (at < low || at > high - sizeof *slab || at % _Alignof(struct thread_slab) != 0)
        return NULL;
    return slab->self == slab && mem_pool_owns(&slab->pool, thread) ? slab : NULL;
}

static bool describe(const struct kmem_describer *self, const void *ptr, struct format_sink *sink);
static struct kmem_describer describer = {.name = "thread pool", .describe = describe};

/* Not inline: describe() is on the deepest path of printk. */
static __attribute__((noinline)) bool is_gone(const void *ptr)
{
    struct mem_pool_block block;

    return mem_pool_inspect(describer.allocator, ptr, &block) && block.used &&
           ((const thread_t *)block.start)->state == THREAD_GONE;
}

static bool describe(const struct kmem_describer *self, const void *ptr, struct format_sink *sink)
{
    describer.allocator = NULL;
    list_foreach (slabs, struct thread_slab, link, slab) {
        if (mem_pool_owns(&slab->pool, ptr))
            describer.allocator = &slab->pool; /* one pool at a time; the caller masks interrupts */
    }
    if (describer.allocator == NULL || !kmem_describe_pool(self, ptr, sink))
        return false;
    if (is_gone(ptr))
        format_print(sink, "; its thread is gone");
    return true;
}

static struct thread_slab *add_slab(size_t count)
{
    size_t bytes = mem_pool_bytes_needed(count, sizeof(thread_t), _Alignof(thread_t));
    struct thread_slab *slab = kmalloc(sizeof *slab + bytes);

    if (slab == NULL)
        return NULL;
    int err = mem_pool_init(&slab->pool, slab + 1, bytes, sizeof(thread_t), _Alignof(thread_t));

    panic_if(err != 0, "a slab of thread objects: %s", mem_error_str(err));
    slab->self = slab;
    slab->used = slab->gone = 0;
    link_init(&slab->link);
    list_prepend(&slabs, &slab->link);
    if (low == 0 || (uintptr_t)slab < low)
        low = (uintptr_t)slab;
    if ((uintptr_t)(slab + 1) + bytes > high)
        high = (uintptr_t)(slab + 1) + bytes;
    return slab;
}

void thread_object_init(void)
{
    list_init(&all_threads);
    list_init(&slabs);
    list_init(&gone);
    first = add_slab(FIRST_SLAB_OBJECTS);
    panic_if(first == NULL, "no memory for %u thread objects", FIRST_SLAB_OBJECTS);
    if (!CONFIG_COURSE) /* for want of memory */
        kmem_describer_add(&describer);
}

/* An object that was never used, or NULL. */
static thread_t *new_object(void)
{
    struct thread_slab *slab =
        list_is_empty(&slabs) ? NULL : list_item(slabs.head.next, struct thread_slab, link);
    thread_t *thread = slab == NULL ? NULL : mem_pool_alloc(&slab->pool);

    if (thread == NULL) {
        slab = add_slab(SLAB_OBJECTS);
        if (slab == NULL)
            return NULL;
        thread = mem_pool_alloc(&slab->pool);
    }
    thread->slab = slab;
    if (slab != first)
        slab->object[slab->used] = thread;
    slab->used++;
    objects++;
    return thread;
}

static thread_t *oldest_gone(void)
{
    link_t *oldest = list_pop(&gone);

    if (oldest == NULL)
        return NULL;
    thread_t *thread = list_item(oldest, thread_t, all_link);

    gone_count--;
    thread->slab->gone--;
    return thread;
}

thread_t *thread_object_alloc(void)
{
    thread_t *thread = NULL;

    if (present == CONFIG_THREAD_MAX)
        return NULL;
    if (gone_count == 0 || objects + 1 <= THREAD_OBJECTS_KEPT)
        thread = new_object();
    if (thread == NULL)
        thread = oldest_gone();
    if (thread == NULL)
        return NULL;
    *thread = (thread_t){.id = next_id++, .slab = thread->slab};
    list_append(&all_threads, &thread->all_link);
    present++;
    return thread;
}

/* Give a slab back whose threads are all gone. */
static void give_back(struct thread_slab *slab)
{
    for (size_t i = 0; i < slab->used; i++)
        list_remove(&slab->object[i]->all_link);
    list_remove(&slab->link);
    objects -= slab->used;
    gone_count -= slab->used;
    slab->self = NULL;
    kfree(slab);
}

void thread_object_free(thread_t *thread)
{
    struct thread_slab *slab = thread->slab;

    list_remove(&thread->all_link);
    present--;
    thread->state = THREAD_GONE;
    list_append(&gone, &thread->all_link);
    gone_count++;
    slab->gone++;
    if (slab != first && slab->gone == slab->used && objects >= THREAD_OBJECTS_KEPT + slab->used)
        give_back(slab);
}

bool thread_object_is_one(const thread_t *thread)
{
    return slab_of(thread) != NULL;
}

size_t thread_object_count(void)
{
    return present;
}

size_t thread_available(void)
{
    return CONFIG_THREAD_MAX - present;
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
