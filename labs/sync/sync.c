/* SPDX-License-Identifier: MIT */
/*
 * The lab of locks: priority inversion without and with inheritance, and two
 * kinds of deadlock. README.md in this folder explains the figures.
 *
 * Time is counted in ticks of work: interrupts of the timer that find one of the
 * threads working. Whatever delays the machine, and wherever in the kernel a tick
 * falls, the same events come in the same order, and the figures are the same.
 */
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <proc/cond.h>
#include <proc/deadlock.h>
#include <proc/mutex.h>
#include <proc/sched.h>
#include <proc/sem.h>
#include <proc/tick.h>

#include "../lab.h"
#include "parameters.h"

#define HIGH_START_TICK   2
#define MEDIUM_START_TICK 3
#define TIMELINE_TICKS    40

enum { LOW, MEDIUM, HIGH, ACTORS };

static const char *const actor_names[ACTORS] = {"low", "medium", "high"};
static const unsigned actor_priorities[ACTORS] = {5, 10, 15}; /* the lab's own is higher */

/* Ticks of work: low's and high's in the mutex, medium's without any. */
static struct {
    SYNC_PARAMETERS(LAB_FIELD)
} given;
static const struct lab_parameter parameters[] = {SYNC_PARAMETERS(LAB_ROW)};

static thread_t *run(thread_entry_func_t entry, unsigned priority, const char *name)
{
    thread_t *thread = NULL;
    errno_t err = thread_create(&thread, entry, NULL, THREAD_PRIORITY(priority), name);

    if (err != EOK)
        printk("[sync-lab] thread_create: %s %s\n", errno_as_str(err),
               lab_verdict("thread", false));
    return thread;
}

static mutex_t mutex;
static thread_t *volatile actors[ACTORS];
static volatile uint32_t work_left[ACTORS]; /* ticks that must still find it working */
static volatile uint32_t clock;             /* ticks of work */
static char timeline[ACTORS][TIMELINE_TICKS + 1];
static volatile uint32_t high_waited;

/* Run until `ticks` ticks have found this actor running. */
static void work(size_t actor, uint32_t ticks)
{
    work_left[actor] = ticks;
    while (work_left[actor] > 0)
        ;
}

/* Whether this interrupt counts: it has found an actor working. */
static bool count_work(void)
{
    for (size_t i = 0; i < ACTORS; i++) {
        if (actors[i] == sched_current() && work_left[i] > 0) {
            work_left[i]--;
            clock++;
            return true;
        }
    }
    return false;
}

/* In each interrupt of the timer, before any preemption: wake who starts in this tick of work, and
 * record the state of each thread. */
static void record(void)
{
    static const char marks[] = {
        [THREAD_READY] = '-',    [THREAD_RUNNING] = '#', [THREAD_SUSPENDED] = '.',
        [THREAD_SLEEPING] = '.', [THREAD_BLOCKED] = 'w', [THREAD_FINISHED] = ' ',
        [THREAD_KILLED] = ' '};

    if (!count_work())
        return;
    if (clock == HIGH_START_TICK)
        (void)thread_wakeup(actors[HIGH]);
    if (clock == MEDIUM_START_TICK)
        (void)thread_wakeup(actors[MEDIUM]);
    for (size_t i = 0; i < ACTORS && clock <= TIMELINE_TICKS; i++)
        timeline[i][clock - 1] = marks[actors[i]->state];
}

/* The other two have suspended themselves by now, because they are more urgent. */
static void *low_main(void *unused)
{
    mutex_lock(&mutex);
    work(LOW, given.low.first);
    mutex_unlock(&mutex);
    return unused;
}

static void *medium_main(void *unused)
{
    thread_suspend();
    work(MEDIUM, given.medium.first);
    return unused;
}

static void *high_main(void *unused)
{
    thread_suspend();
    uint32_t asked = clock;

    mutex_lock(&mutex);
    high_waited = clock - asked;
    work(HIGH, given.high.first);
    mutex_unlock(&mutex);
    return unused;
}

/* Create the three. They cannot run before this thread waits. False if one could not be created. */
static bool start_actors(void)
{
    static const thread_entry_func_t entries[ACTORS] = {low_main, medium_main, high_main};
    bool all = true;

    clock = 0;
    memset(timeline, 0, sizeof timeline);
    for (size_t i = 0; i < ACTORS; i++) {
        actors[i] = run(entries[i], actor_priorities[i], actor_names[i]);
        all = all && actors[i] != NULL;
    }
    return all;
}

/* Returns the number of ticks of work that the high thread waited. */
static uint32_t inversion(bool inherits)
{
    (void)mutex_init_with(&mutex, inherits, "data");
    if (start_actors()) {
        tick_set_hook(record);
        for (size_t i = 0; i < ACTORS; i++)
            while (!thread_has_finished(actors[i]))
                (void)thread_sleep_ticks(1);
        tick_set_hook(NULL);
    }
    if (job_option("ps", 0) != 0) /* for `make stack-report` */
        thread_print_all();
    for (size_t i = 0; i < ACTORS; i++) {
        (void)thread_kill(actors[i]);
        (void)thread_join(actors[i], NULL); /* NULL is refused */
        actors[i] = NULL;
    }
    mutex_destroy(&mutex);
    lab_say("[sync-lab] MUTEX_PI=%d; a column per tick: # runs, - ready, w waits for the mutex, . "
            "sleeps\n",
            inherits);
    lab_figure("inversion", inherits ? "MUTEX_PI=1" : "MUTEX_PI=0", "high_waited_ticks",
               high_waited);
    for (size_t i = ACTORS; i-- > 0;)
        lab_say("[sync-lab]   %-6s (%2u) |%s|\n", actor_names[i], actor_priorities[i], timeline[i]);
    return high_waited;
}

static void show_inversion(void)
{
    uint32_t limit = given.low.first - HIGH_START_TICK;
    uint32_t without = inversion(false);

    lab_say("[sync-lab] MUTEX_PI=0 high_waited_ticks=%u at_least=%u: medium's whole work, though "
            "medium needs no mutex %s\n",
            without, given.medium.first, lab_verdict("inversion", without >= given.medium.first));
    uint32_t with = inversion(true);

    lab_say("[sync-lab] MUTEX_PI=1 high_waited_ticks=%u limit=%u: what low still had to do in the "
            "mutex %s\n",
            with, limit, lab_verdict("inversion", with > 0 && with <= limit));
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

static sem_t first_taken[2];

/* Wait until the other of two threads has come here, too. */
static void meet(size_t me)
{
    sem_post(&first_taken[me]);
    sem_wait(&first_taken[1 - me]);
}

static void *fork_first_main(void *unused)
{
    mutex_lock(&fork_mutex);
    meet(0);
    mutex_lock(&knife_mutex);
    meals++;
    mutex_unlock(&knife_mutex);
    mutex_unlock(&fork_mutex);
    return unused;
}

static void *knife_first_main(void *unused)
{
    mutex_lock(&knife_mutex);
    meet(1);
    mutex_lock(&fork_mutex);
    meals++;
    mutex_unlock(&fork_mutex);
    mutex_unlock(&knife_mutex);
    return unused;
}

/* The other thread, which needs the fork, too, gets the CPU between the two. */
static void *in_order_main(void *unused)
{
    mutex_lock(&fork_mutex);
    thread_yield();
    mutex_lock(&knife_mutex);
    meals++;
    mutex_unlock(&knife_mutex);
    mutex_unlock(&fork_mutex);
    return unused;
}

static void lay_the_table(void)
{
    (void)mutex_init_with(&fork_mutex, true, "fork");
    (void)mutex_init_with(&knife_mutex, true, "knife");
    for (size_t i = 0; i < 2; i++)
        (void)sem_init_with(&first_taken[i], 0, "first taken");
}

static void show_deadlock(void)
{
    lab_say("[sync-lab] two threads, two mutexes, each takes the other's first one second\n");
    (void)sem_init_with(&alarm, 0, "alarm");
    cycles = meals = 0;
    deadlock_set_handler(note_deadlock);
    lay_the_table();
    thread_t *first = run(fork_first_main, 10, "fork first");
    thread_t *second = run(knife_first_main, 10, "knife first");

    sem_wait(&alarm);
    lab_figure("deadlock", "", "meals", meals);
    lab_say("[sync-lab] cycle found=%u meals=%u %s\n", cycles, meals,
            lab_verdict("deadlock", cycles == 1 && meals == 0));
    bool ended = thread_kill(first) == EOK && thread_kill(second) == EOK;

    ended = thread_join(first, NULL) == EKILLED && thread_join(second, NULL) == EKILLED && ended;
    lab_say("[sync-lab] both were ended, the kernel goes on %s\n", lab_verdict("deadlock", ended));
    lab_say("[sync-lab] the same with one order for all: fork, then knife\n");
    lay_the_table();
    first = run(in_order_main, 10, "fork first");
    second = run(in_order_main, 10, "fork, too");
    (void)thread_join(first, NULL);
    (void)thread_join(second, NULL);
    lab_figure("order", "", "meals", meals);
    lab_say("[sync-lab] cycle found=%u meals=%u %s\n", cycles, meals,
            lab_verdict("order", cycles == 1 && meals == 2));
}

static void *consumer_main(void *unused)
{
    mutex_lock(&fork_mutex);
    cond_wait(&news, &fork_mutex);
    return unused;
}

static void show_silence(void)
{
    lab_say(
        "[sync-lab] a thread waits for a signal that nobody will send, and we for the thread\n");
    (void)cond_init_with(&news, "news");
    silences = 0;
    consumer = run(consumer_main, 10, "consumer");
    errno_t err = thread_join(consumer, NULL);

    lab_say("[sync-lab] silence found=%u join: %s %s\n", silences, errno_as_str(err),
            lab_verdict("silence", silences == 1 && err == EKILLED));
    deadlock_set_handler(NULL);
}

/* Whether a thread is in the way: one that runs would hide that no thread can. */
static void refuse_other(thread_t *thread)
{
    bool waits = thread->state == THREAD_SUSPENDED || thread->state == THREAD_BLOCKED;

    if (thread == thread_get_current() || sched_is_idle(thread) || thread_has_finished(thread) ||
        (waits && !link_is_connected(&thread->alarm_link)))
        return;
    printk("[sync-lab] thread %u \"%s\" runs or sleeps; the lab needs the CPU for itself: end it "
           "first %s\n",
           thread->id, thread->name, lab_verdict("alone", false));
}

static int sync_lab(void)
{
    if (!lab_begin("sync", parameters, &given, sizeof parameters / sizeof *parameters))
        return EXIT_USAGE;
    thread_for_each(refuse_other);
    if (!lab_passes())
        return EXIT_FAILED;
    if (!sched_uses_priorities()) {
        lab_say("[sync-lab] built with SCHED_POLICY=RR: there are no priorities to invert\n");
    } else {
        (void)thread_set_priority(thread_get_current(), THREAD_PRIORITY_MAX);
        show_inversion();
    }
    show_deadlock();
    show_silence();
    return lab_end();
}

JOB(lab_sync, .kind = "lab", .name = "sync", .run = sync_lab,
    .summary = "who waits for whom, and for how long?");
