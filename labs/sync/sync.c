/* SPDX-License-Identifier: MIT */
/*
 * The lab of locks: priority inversion without and with inheritance, and two
 * kinds of deadlock. README.md in this folder explains the figures.
 *
 * Work is measured in ticks that find a thread running, so the figures are the
 * same on machines of any speed.
 */
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <proc/cond.h>
#include <proc/deadlock.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/tick.h>

#define LOW_WORK_TICKS    6  /* in the mutex */
#define HIGH_WORK_TICKS   2  /* in the mutex */
#define MEDIUM_WORK_TICKS 24 /* without any mutex */
#define HIGH_START_TICK   2
#define MEDIUM_START_TICK 3
#define TIMELINE_TICKS    40

enum { LOW, MEDIUM, HIGH, ACTORS };

static const char *const actor_names[ACTORS] = {"low", "medium", "high"};
static const unsigned actor_priorities[ACTORS] = {5, 10, 15}; /* the lab's own is higher */

static unsigned failures;

static const char *verdict(bool holds)
{
    failures += !holds;
    return holds ? "PASS" : "FAIL";
}

static thread_t *run(thread_entry_func_t entry, unsigned priority, const char *name)
{
    thread_t *thread = NULL;
    errno_t err = thread_create(&thread, entry, NULL, THREAD_PRIORITY(priority), name);

    if (err != EOK)
        printk("[sync-lab] thread_create: %s %s\n", errno_as_str(err), verdict(false));
    return thread;
}

/* Run until `ticks` ticks have found this thread running. */
static void work(uint32_t ticks)
{
    const thread_t *self = thread_get_current();
    uint32_t start = self->ticks;

    while (*(const volatile uint32_t *)&self->ticks - start < ticks)
        ;
}

static mutex_t mutex;
static thread_t *volatile actors[ACTORS];
static char timeline[ACTORS][TIMELINE_TICKS + 1];
static uint32_t first_tick;
static volatile uint32_t high_waited;

/* In each tick, before any preemption: record the state of each thread. */
static void record(void)
{
    static const char marks[] = {
        [THREAD_READY] = '-',    [THREAD_RUNNING] = '#', [THREAD_SUSPENDED] = '.',
        [THREAD_SLEEPING] = '.', [THREAD_BLOCKED] = 'w', [THREAD_FINISHED] = ' ',
        [THREAD_KILLED] = ' '};
    uint32_t tick = sched_ticks() - first_tick - 1;
    unsigned ended = 0;

    for (size_t i = 0; i < ACTORS; i++)
        ended += actors[i] == NULL || thread_has_finished(actors[i]);
    for (size_t i = 0; i < ACTORS && tick < TIMELINE_TICKS && ended < ACTORS; i++)
        timeline[i][tick] = actors[i] == NULL ? ' ' : marks[actors[i]->state];
}

static void *low_main(void *unused)
{
    mutex_lock(&mutex);
    work(LOW_WORK_TICKS);
    mutex_unlock(&mutex);
    return unused;
}

static void *medium_main(void *unused)
{
    (void)thread_sleep_ticks(MEDIUM_START_TICK);
    work(MEDIUM_WORK_TICKS);
    return unused;
}

static void *high_main(void *unused)
{
    (void)thread_sleep_ticks(HIGH_START_TICK);
    uint32_t asked = sched_ticks();

    mutex_lock(&mutex);
    high_waited = sched_ticks() - asked;
    work(HIGH_WORK_TICKS);
    mutex_unlock(&mutex);
    return unused;
}

/* Returns the number of ticks that the high thread waited. */
static uint32_t inversion(bool inherits)
{
    static const thread_entry_func_t entries[ACTORS] = {low_main, medium_main, high_main};

    (void)mutex_init_with(&mutex, inherits, "data");
    for (size_t i = 0; i < ACTORS; i++)
        actors[i] = run(entries[i], actor_priorities[i], actor_names[i]);
    /* They cannot run before this thread sleeps; start them right after a tick. */
    for (first_tick = sched_ticks(); sched_ticks() == first_tick;)
        ;
    first_tick = sched_ticks();
    tick_set_hook(record);
    for (size_t i = 0; i < ACTORS; i++)
        while (actors[i] != NULL && !thread_has_finished(actors[i]))
            (void)thread_sleep_ticks(1);
    tick_set_hook(NULL);
    if (job_option("ps", 0) != 0) /* for `make stack-report` */
        thread_print_all();
    for (size_t i = 0; i < ACTORS; i++) {
        thread_t *actor = actors[i];

        actors[i] = NULL;
        (void)thread_join(actor, NULL); /* has ended; NULL is refused */
    }
    mutex_destroy(&mutex);
    printk("[sync-lab] MUTEX_PI=%d; a column per tick: # runs, - ready, w waits for the mutex, . "
           "sleeps\n",
           inherits);
    for (size_t i = ACTORS; i-- > 0;)
        printk("[sync-lab]   %-6s (%2u) |%s|\n", actor_names[i], actor_priorities[i], timeline[i]);
    return high_waited;
}

static void show_inversion(void)
{
    uint32_t without = inversion(false);

    printk("[sync-lab] MUTEX_PI=0 high_waited_ticks=%u at_least=%u: medium's whole work, though "
           "medium needs no mutex %s\n",
           without, MEDIUM_WORK_TICKS, verdict(without >= MEDIUM_WORK_TICKS));
    uint32_t with = inversion(true);

    printk("[sync-lab] MUTEX_PI=1 high_waited_ticks=%u limit=%u: what low still had to do in the "
           "mutex %s\n",
           with, LOW_WORK_TICKS - HIGH_START_TICK + 1,
           verdict(with <= LOW_WORK_TICKS - HIGH_START_TICK + 1));
}

static mutex_t fork_mutex, knife_mutex;
static sem_t alarm;
static unsigned cycles, silences;
static volatile unsigned meals;
static thread_t *consumer;
static cond_t news;

static bool note_deadlock(enum deadlock_kind kind)
{
    if (kind == DEADLOCK_CYCLE) {
        cycles++;
        sem_post(&alarm);
    } else {
        silences++;
        (void)thread_kill(consumer);
    }
    return true;
}

static void eat(mutex_t *left, mutex_t *right)
{
    mutex_lock(left);
    (void)thread_sleep_ticks(1); /* long enough for the other thread to take its first */
    mutex_lock(right);
    meals++;
    mutex_unlock(right);
    mutex_unlock(left);
}

static void *fork_first_main(void *unused)
{
    eat(&fork_mutex, &knife_mutex);
    return unused;
}

static void *knife_first_main(void *unused)
{
    eat(&knife_mutex, &fork_mutex);
    return unused;
}

static void lay_the_table(void)
{
    (void)mutex_init_with(&fork_mutex, true, "fork");
    (void)mutex_init_with(&knife_mutex, true, "knife");
}

static void show_deadlock(void)
{
    printk("[sync-lab] two threads, two mutexes, each takes the other's first one second\n");
    (void)sem_init_with(&alarm, 0, "alarm");
    deadlock_set_handler(note_deadlock);
    lay_the_table();
    thread_t *first = run(fork_first_main, 10, "fork first");
    thread_t *second = run(knife_first_main, 10, "knife first");

    sem_wait(&alarm);
    printk("[sync-lab] cycle found=%u meals=%u %s\n", cycles, meals,
           verdict(cycles == 1 && meals == 0));
    bool ended = thread_kill(first) == EOK && thread_kill(second) == EOK;

    ended = thread_join(first, NULL) == EKILLED && thread_join(second, NULL) == EKILLED && ended;
    printk("[sync-lab] both were ended, the kernel goes on %s\n", verdict(ended));
    printk("[sync-lab] the same with one order for all: fork, then knife\n");
    lay_the_table();
    first = run(fork_first_main, 10, "fork first");
    second = run(fork_first_main, 10, "fork, too");
    (void)thread_join(first, NULL);
    (void)thread_join(second, NULL);
    printk("[sync-lab] cycle found=%u meals=%u %s\n", cycles, meals,
           verdict(cycles == 1 && meals == 2));
}

static void *consumer_main(void *unused)
{
    mutex_lock(&fork_mutex);
    cond_wait(&news, &fork_mutex);
    return unused;
}

static void show_silence(void)
{
    printk("[sync-lab] a thread waits for a signal that nobody will send, and we for the thread\n");
    (void)cond_init_with(&news, "news");
    consumer = run(consumer_main, 10, "consumer");
    errno_t err = thread_join(consumer, NULL);

    printk("[sync-lab] silence found=%u join: %s %s\n", silences, errno_as_str(err),
           verdict(silences == 1 && err == EKILLED));
    deadlock_set_handler(NULL);
}

static int sync_lab(void)
{
    if (!sched_uses_priorities()) {
        printk("[sync-lab] built with SCHED_POLICY=RR: there are no priorities to invert\n");
    } else {
        (void)thread_set_priority(thread_get_current(), THREAD_PRIORITY_MAX);
        show_inversion();
    }
    show_deadlock();
    show_silence();
    printk("[sync-lab] verdict: %s\n", failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? EXIT_OK : EXIT_FAILED;
}

JOB(lab_sync, .kind = "lab", .name = "sync", .run = sync_lab,
    .summary = "who waits for whom, and for how long?");
