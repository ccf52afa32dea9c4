/* SPDX-License-Identifier: MIT */
/*
 * Soak: threads of random priority are created, suspended, woken, reprioritised
 * and killed, while all of them and an interrupt contend for mutexes, a
 * semaphore, a condition, a pool and the heap. In the end all resources must be
 * back. `creations=N` in the boot arguments sets the number; the default is
 * short; `make soak` runs 100,000.
 *
 * Kills are safe because the killer holds both mutexes, and because each worker
 * records what it has taken, with interrupts masked, so that the killer can
 * return it.
 */
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mm/heap.h>
#include <proc/cond.h>
#include <proc/cpu_stack.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/thread_object.h>
#include <proc/tick.h>

#include "../include/order.h"
#include "../include/soak_memory.h"

#define CREATIONS       2000
#define SLOTS           20
#define PERMITS         1 /* as few as possible, so that they are often handed over */
#define DRAIN_TICKS     400
#define HEAP_BYTES      300 /* at most */
#define INTERRUPT_BYTES 32  /* small: ticks must be short when they are frequent */

enum work {
    WORK_MUTEX,
    WORK_BOTH,
    WORK_PERMIT,
    WORK_YIELD,
    WORK_SUSPEND,
    WORK_CONDITION,
    WORK_SLEEP,
    WORK_SPIN,
    WORK_LIMITS,
    WORK_NEVER,
    WORK_KINDS
};

struct slot {
    thread_t *thread; /* NULL: free */
    enum work work;
    uint32_t amount;   /* of it, random */
    bool takes_permit; /* it waits for one, or has one, or does not: its wait tells */
    bool has_permit;
    struct soak_memory memory;
};

static struct slot slots[SLOTS];
static struct soak_memory interrupts_memory;
static mutex_t first, second; /* taken in this order */
static sem_t permits, never;
static cond_t changed;
static volatile uint32_t in_first; /* changed in two steps, under `first` */
static uint32_t entries;           /* the same count, made with interrupts masked */
static volatile unsigned holders;  /* of permits */
static volatile bool too_many;     /* more than PERMITS */
static volatile unsigned damaged;  /* blocks with wrong contents */
static unsigned contended[3];      /* found held: first, second, permits */
static unsigned killed, joined, woken_by_interrupt, timed_out;
static volatile unsigned detached; /* that have not ended */
static bool give_up;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    bool enabled = interrupts_disable();

    random_state ^= random_state << 13; /* Marsaglia, xorshift32 */
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    uint32_t value = random_state % limit;

    interrupts_restore(enabled);
    return value;
}

static void lock(mutex_t *mutex)
{
    contended[mutex == &second] += mutex->owner != NULL;
    mutex_lock(mutex);
}

static void count_entry(uint32_t gap)
{
    bool enabled = interrupts_disable();

    entries++;
    interrupts_restore(enabled);
    uint32_t value = in_first;

    if (gap % 3 == 0)
        (void)thread_sleep_ticks(gap % 2); /* 0 yields */
    in_first = value + 1;
}

static void use_mutexes(const struct slot *slot)
{
    for (uint32_t i = 0; i <= slot->amount % 3; i++) {
        lock(&first);
        count_entry(slot->amount);
        if (slot->work == WORK_BOTH) {
            lock(&second);
            (void)thread_sleep_ticks(slot->amount % 2);
            mutex_unlock(&second);
        }
        mutex_unlock(&first);
    }
}

/* With `limit` ticks at most to get it; 0: no limit. */
static void use_permit(struct slot *slot, uint32_t limit)
{
    contended[2] += sem_get_value(&permits) == 0;
    slot->takes_permit = true;
    if (limit == 0) {
        sem_wait(&permits);
    } else if (sem_wait_ticks(&permits, limit) != EOK) {
        slot->takes_permit = false;
        timed_out++;
        return;
    }
    bool enabled = interrupts_disable();

    slot->takes_permit = false;
    slot->has_permit = true;
    if (++holders > PERMITS)
        too_many = true;
    interrupts_restore(enabled);
    (void)thread_sleep_ticks(1 + slot->amount % 16); /* long enough for other threads to queue up */
    enabled = interrupts_disable();
    holders--;
    slot->has_permit = false;
    sem_post(&permits);
    interrupts_restore(enabled);
}

/* All waits with a time limit that sometimes is too short. */
static void use_limits(struct slot *slot)
{
    uint32_t limit = 1 + slot->amount % 4;

    if (mutex_lock_ticks(&first, limit) == EOK) {
        count_entry(slot->amount);
        mutex_unlock(&first);
    } else {
        timed_out++;
    }
    use_permit(slot, limit);
    lock(&second);
    timed_out += cond_wait_ticks(&changed, &second, limit) != EOK;
    mutex_unlock(&second);
}

static void work(struct slot *slot)
{
    switch (slot->work) {
    case WORK_MUTEX:
    case WORK_BOTH:
        use_mutexes(slot);
        break;
    case WORK_PERMIT:
        use_permit(slot, 0);
        break;
    case WORK_YIELD:
        thread_yield();
        break;
    case WORK_SUSPEND:
        thread_suspend();
        break;
    case WORK_CONDITION:
        lock(&second);
        (void)thread_sleep_ticks(slot->amount % 2);
        cond_wait(&changed, &second);
        mutex_unlock(&second);
        break;
    case WORK_SLEEP:
        (void)thread_sleep_ticks(1 + slot->amount % 4);
        break;
    case WORK_LIMITS:
        use_limits(slot);
        break;
    case WORK_SPIN:
        for (volatile uint32_t i = 0; i < 50 * (slot->amount % 64); i++)
            ;
        break;
    default:
        sem_wait(&never);
    }
}

static void give_back_memory(struct soak_memory *memory)
{
    if (!soak_memory_give_back(memory))
        damaged++;
}

/* A worker holds memory of the pool and of the heap all the time. */
static void *worker_main(void *data)
{
    struct slot *slot = data;

    soak_memory_take(&slot->memory, 1 + slot->amount % HEAP_BYTES);
    work(slot);
    give_back_memory(&slot->memory);
    return slot;
}

/* In every tick: memory, a wakeup, a signal. */
static void interrupt_work(void)
{
    struct slot *slot = &slots[random_below(SLOTS)];

    give_back_memory(&interrupts_memory);
    if (random_below(2))
        soak_memory_take(&interrupts_memory, 1 + random_below(INTERRUPT_BYTES));
    if (slot->thread != NULL && slot->thread->state == THREAD_SUSPENDED) {
        woken_by_interrupt++;
        (void)thread_wakeup(slot->thread);
    }
    if (random_below(4) == 0)
        cond_signal(&changed);
    if (random_below(8) == 0 && sem_trywait(&permits) == EOK)
        sem_post(&permits);
}

static bool create(struct slot *slot)
{
    thread_t *thread;

    *slot =
        (struct slot){.work = (enum work)random_below(WORK_KINDS), .amount = random_below(1000)};
    unsigned priority = THREAD_PRIORITY_DEFAULT - 6 + random_below(12);
    errno_t err = thread_create(&thread, worker_main, slot, THREAD_PRIORITY(priority), "worker");

    if (err != EOK) {
        give_up = true;
        return tap_ok(false, "thread_create: %s", errno_as_str(err));
    }
    slot->thread = thread;
    return true;
}

/* Join a thread that has ended or been killed, and return what it held. */
static void join(struct slot *slot)
{
    thread_t *thread = slot->thread;
    void *retval = slot;

    if (thread_stack_guard_ok(thread) != 1)
        tap_ok(false, "the guard of a worker's stack is intact");
    slot->thread = NULL;
    errno_t err = thread_join(thread, &retval);

    if ((err != EOK && err != EKILLED) || retval != slot)
        tap_ok(false, "join: %s", errno_as_str(err));
    joined++;
    if (err == EKILLED && slot->has_permit) {
        holders--;
        sem_post(&permits);
    }
    (void)soak_memory_give_back(&slot->memory); /* it may be half filled */
}

/*
 * Kill a thread unless it may have a permit that it has not recorded yet. While it
 * waits, the kernel knows that: it passes on a permit that was granted meanwhile.
 */
static void kill(struct slot *slot)
{
    lock(&first);
    lock(&second);
    bool enabled = interrupts_disable();
    bool unclear = slot->takes_permit && slot->thread->wait.class == NULL;

    if (!unclear)
        killed += thread_kill(slot->thread) == EOK;
    interrupts_restore(enabled);
    mutex_unlock(&second);
    mutex_unlock(&first);
    if (!unclear)
        join(slot);
}

/* A detached thread: uses memory and a mutex, waits a little, and ends. */
static void *detached_main(void *unused)
{
    struct soak_memory memory = {0};

    soak_memory_take(&memory, HEAP_BYTES);
    lock(&first);
    count_entry(0);
    mutex_unlock(&first);
    (void)thread_sleep_ticks(1);
    bool enabled = interrupts_disable();

    give_back_memory(&memory);
    detached--;
    interrupts_restore(enabled);
    return unused;
}

static void create_detached(void)
{
    thread_t *thread;
    bool enabled = interrupts_disable();

    detached++;
    interrupts_restore(enabled);
    if (thread_create(&thread, detached_main, NULL, THREAD_DETACHED, "detached") != EOK)
        give_up = true;
}

/* Do a random operation on one slot. Returns whether it created a thread. */
static bool disturb(struct slot *slot)
{
    uint32_t dice = random_below(16);

    if (slot->thread == NULL)
        return create(slot);
    if (thread_has_finished(slot->thread))
        join(slot);
    else if (dice < 5)
        kill(slot);
    else if (dice < 8)
        (void)thread_wakeup(slot->thread);
    else if (dice < 10)
        (void)thread_set_priority(slot->thread, THREAD_PRIORITY_DEFAULT - 6 + random_below(12));
    else if (dice < 12)
        cond_broadcast(&changed);
    else if (dice < 14)
        thread_yield();
    else if (dice < 15)
        (void)thread_sleep_ticks(1);
    else if (detached < SLOTS)
        create_detached();
    return false;
}

static void churn(uint32_t creations)
{
    for (uint32_t made = 0; made < creations && !give_up;)
        made += disturb(&slots[random_below(SLOTS)]);
}

/*
 * Let all threads finish by themselves. All resources are available, so a
 * thread that does not finish has missed a wakeup.
 */
static unsigned drain(void)
{
    unsigned left = SLOTS;

    for (unsigned tick = 0; tick < DRAIN_TICKS && left > 0; tick++) {
        left = detached;
        cond_broadcast(&changed);
        for (size_t i = 0; i < SLOTS; i++) {
            if (slots[i].thread == NULL)
                continue;
            if (thread_has_finished(slots[i].thread)) {
                join(&slots[i]);
                continue;
            }
            left++;
            (void)thread_wakeup(slots[i].thread);
            if (slots[i].work == WORK_NEVER)
                kill(&slots[i]);
        }
        (void)thread_sleep_ticks(1);
    }
    for (size_t i = 0; i < SLOTS; i++) {
        if (slots[i].thread != NULL)
            kill(&slots[i]);
    }
    return left;
}

static void fill_slots(void)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (create(&slots[i]))
            slots[i].work = WORK_NEVER;
    }
    (void)drain();
}

/* All slots in use at once, so that every stack has its memory; and all objects that are kept have
 * been used. */
static void warm_up(void)
{
    for (size_t i = 0; i < SLOTS; i++)
        create_detached();
    for (size_t made = 0; made <= THREAD_OBJECTS_KEPT; made += SLOTS)
        fill_slots();
    killed = joined = 0;
}

static void init_all(void)
{
    (void)mutex_init_with(&first, true, "first");
    (void)mutex_init_with(&second, true, "second");
    (void)sem_init_with(&permits, PERMITS, "permits");
    (void)sem_init_with(&never, 0, "never");
    (void)cond_init_with(&changed, "changed");
    tap_ok(soak_memory_init(), "a pool");
    random_state = job_option("seed", 2463534242u);
}

static void check_end(size_t threads, size_t blocks, size_t heap_bytes)
{
    tap_equal(thread_available(), threads, "as many thread objects are available as before");
    tap_equal(soak_memory_available(), blocks, "as many blocks of the pool as before");
    tap_ok(soak_memory_ok(), "the pool's free list is whole");
    if (kheap_frees())
        tap_equal(kheap_used_bytes(), heap_bytes, "as many bytes of the heap are used as before");
    tap_equal((uintptr_t)sem_get_value(&permits), PERMITS, "all permits are back");
    tap_ok(!too_many, "never were more out than there are");
    tap_equal(in_first, entries, "nobody was in the mutex beside another");
    tap_equal(damaged, 0, "no block was damaged");
    tap_equal(mutex_trylock(&first), EOK, "the first mutex is free");
    tap_equal(mutex_trylock(&second), EOK, "so is the second");
    mutex_unlock(&second);
    mutex_unlock(&first);
    mutex_destroy(&first);
    mutex_destroy(&second);
    sem_destroy(&permits);
    sem_destroy(&never);
    cond_destroy(&changed);
    tap_equal((uintptr_t)thread_stack_guard_ok(thread_get_current()), 1, "our guard is intact");
    for (unsigned i = 0; i < CPU_STACK_COUNT; i++)
        tap_ok(cpu_stack_guard_ok(i), "so is the %s stack's", cpu_stack_get(i).name);
}

static int test_soak(void)
{
    uint32_t creations = job_option("creations", CREATIONS);

    init_all();
    warm_up();
    size_t threads = thread_available();
    size_t blocks = soak_memory_available();
    size_t heap_bytes = kheap_used_bytes();

    tick_set_hook(interrupt_work);
    churn(creations);
    unsigned left = drain();

    tick_set_hook(NULL);
    give_back_memory(&interrupts_memory);
    tap_equal(left, 0, "in the end all finish by themselves");
    tap_equal(joined, creations, "as many threads were joined as made");
    tap_ok(timed_out > creations / 200, "some waits took too long: %u", timed_out);
    for (unsigned i = 0; i < 3; i++)
        tap_ok(contended[i] > creations / 200, "locks were contended: %u times", contended[i]);
    tap_ok(killed > creations / 8, "a good part of them was killed: %u", killed);
    check_end(threads, blocks, heap_bytes);
    printk("# %u threads, %u killed, %u woken by interrupts, %u timed out, %u ticks, heap %s\n",
           creations, killed, woken_by_interrupt, timed_out, sched_ticks(),
           kheap_frees() ? "in use" : "never frees: left out");
    return tap_done();
}

JOB(test_soak, .kind = "test", .name = "soak", .run = test_soak,
    .summary = "many threads, all locks, kills; nothing is lost (creations=N)");
