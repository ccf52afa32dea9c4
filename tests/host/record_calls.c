/* SPDX-License-Identifier: MIT */
/*
 * A program for the test of the recorder: record_calls WHAT [ARGUMENT...]. Each makes calls whose
 * trace is known, in a situation that a recorder may get wrong.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 50000, SHELF = 64, CHILDREN = 20, MANY = 300000, TURNS = 400 };

/* Allocate and free that many blocks: twice as many operations. */
static void churn(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        free(malloc(i % 500 + 1));
}

/* One call of every kind. */
static int known(char **argv)
{
    char *volatile a;
    char *volatile b;
    void *c = NULL;

    (void)argv;
    a = malloc(70001);
    b = calloc(7, 10001);
    b = realloc(b, 70002);
    free(a);
    a = realloc(NULL, 70003);
    if (posix_memalign(&c, 256, 70004) != 0)
        return 1;
    a = realloc(a, 0);
    free(b);
    b = aligned_alloc(64, 70016);
    free(NULL);
    free(c);
    free(memalign(32, 5));
    free(malloc(0));
    b = realloc(b, 10);
    _exit(0); /* no exit handlers: what was recorded must be there all the same */
}

static int refused(char **argv)
{
    void *volatile kept = malloc(10);
    void *aligned = NULL;
    int seen = 0;

    (void)argv;
    seen += malloc((size_t)1 << 60) == NULL;
    seen += calloc((size_t)1 << 40, (size_t)1 << 40) == NULL;
    seen += realloc(kept, (size_t)1 << 60) == NULL;
    seen += reallocarray(kept, (size_t)1 << 40, (size_t)1 << 40) == NULL;
    seen += posix_memalign(&aligned, 3, 10) != 0;
    free(kept);
    return seen == 5 ? 0 : 1;
}

/* --- Threads ---------------------------------------------------------------------------------- */

static _Atomic(void *) shelf[SHELF];
static pthread_barrier_t all_here;

/* Threads free and reallocate each other's blocks. */
static void *worker(void *seed)
{
    unsigned x = (unsigned)(uintptr_t)seed;

    pthread_barrier_wait(&all_here);
    for (unsigned i = 0; i < ROUNDS; i++) {
        void *block;

        x = x * 1103515245u + 12345u;
        block = malloc(x % 500 + 1);
        if (i % 3 == 0)
            block = realloc(block, x % 3000 + 1);
        free(atomic_exchange(&shelf[(x >> 8) % SHELF], block));
    }
    return NULL;
}

static int threads(char **argv)
{
    pthread_t ids[THREADS];
    pid_t child;

    (void)argv;
    pthread_barrier_init(&all_here, NULL, THREADS);
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&ids[i], NULL, worker, (void *)(i + 1));
    child = fork();
    if (child == 0) {
        free(malloc(99999));
        _exit(0);
    }
    waitpid(child, NULL, 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
    return 0;
}

/* Three threads take turns, the first every second one: blocks of 1, 2, 3... bytes. */
static _Atomic unsigned turn;

static void *in_turns(void *which)
{
    static const uintptr_t order[] = {0, 1, 0, 2};
    unsigned now;

    while ((now = turn) < TURNS) {
        if (order[now % 4] != (uintptr_t)which) {
            sched_yield();
            continue;
        }
        shelf[now % SHELF] = malloc(now + 1);
        turn++;
    }
    return NULL;
}

static int turns(char **argv)
{
    pthread_t ids[3];

    (void)argv;
    for (uintptr_t i = 0; i < 3; i++)
        pthread_create(&ids[i], NULL, in_turns, (void *)i);
    for (size_t i = 0; i < 3; i++)
        pthread_join(ids[i], NULL);
    return 0;
}

/* Defined in record_own_malloc.c, which hands blocks over. */
extern _Atomic int taken_over __attribute__((weak));

static void *taker(void *unused)
{
    void *block = malloc(5000);

    taken_over = 1;
    return unused == NULL ? block : NULL;
}

static int hand_over(char **argv)
{
    char *volatile block = malloc(5000);
    pthread_t id;

    pthread_create(&id, NULL, taker, NULL);
    if (strcmp(argv[0], "free") == 0)
        free(block);
    else
        block = realloc(block, 6000);
    pthread_join(id, NULL);
    return 0;
}

/* Allocations and frees that the recorder cannot see. */
void *__libc_malloc(size_t bytes);
void __libc_free(void *block);

static int unseen(char **argv)
{
    char *volatile block = malloc(24);

    (void)argv;
    __libc_free(block);
    block = malloc(24); /* the same place */
    free(block);
    free(__libc_malloc(40));
    block = realloc(__libc_malloc(56), 5600);
    return 0;
}

/* --- Processes -------------------------------------------------------------------------------- */

/* Children that free and reallocate a block of their parent, and have blocks of their own. */
static int children(char **argv)
{
    char *inherited = malloc(100000);
    char *moved = malloc(500);
    int status;

    (void)argv;
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (fork() != 0)
            continue;
        free(inherited);
        moved = realloc(moved, 600 + i);
        churn(10);
        _exit(moved == NULL);
    }
    while (wait(&status) > 0)
        if (status != 0)
            return 1;
    return 0;
}

static int die(char **argv)
{
    churn(1000);
    if (strcmp(argv[0], "_exit") == 0)
        _exit(7);
    if (strcmp(argv[0], "abort") == 0)
        abort();
    if (strcmp(argv[0], "exit") == 0)
        exit(7);
    raise(atoi(argv[0]));
    return 1;
}

/* A daemon that closes all descriptors, changes its root folder and drops its privileges. */
static int daemonize(char **argv)
{
    int flag = 1;

    if (daemon(0, 0) != 0)
        return 1;
    for (int i = 0; i < 1100; i++)
        close(i);
    if (geteuid() == 0)
        flag = chroot(argv[0]) != 0 || setgid(65534) != 0 || setuid(65534) != 0;
    churn(MANY);
    return flag;
}

/* Execute this program that many times. */
static int again(char **argv)
{
    char number[12];
    int times = atoi(argv[0]);

    churn(5);
    snprintf(number, sizeof(number), "%d", times - 1);
    return times == 0 ? 0 : execlp("/proc/self/exe", "again", "again", number, NULL);
}

/* Request many bytes, then execute another program. */
static int fat(char **argv)
{
    char *volatile block = malloc(10000000);

    free(block);
    return execv(argv[0], argv);
}

static int clean(char **argv)
{
    char *none[] = {NULL};

    return execve(argv[0], argv, none);
}

static int cleanl(char **argv)
{
    char *none[] = {NULL};

    return execle(argv[0], argv[0], argv[1], NULL, none);
}

static int spawn(char **argv)
{
    char *none[] = {NULL};
    pid_t child;
    int status = 1;

    if (posix_spawn(&child, argv[0], NULL, NULL, argv, none) != 0)
        return 1;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

/* Write the pid to a file, then wait for a signal. */
static int wait_for_signal(char **argv)
{
    FILE *file;

    churn(1000);
    file = fopen(argv[0], "w");
    if (file == NULL)
        return 1;
    setvbuf(file, NULL, _IONBF, 0);
    fprintf(file, "%d\n", (int)getpid());
    fclose(file);
    for (;;)
        pause();
}

static int many(char **argv)
{
    churn((unsigned)atoi(argv[0]));
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(char **argv);
    } modes[] = {
        {"hand over", hand_over}, {"unseen", unseen},     {"fat", fat},
        {"known", known},         {"turns", turns},       {"refused", refused},
        {"threads", threads},     {"children", children}, {"die", die},
        {"daemon", daemonize},    {"again", again},       {"clean", clean},
        {"cleanl", cleanl},       {"spawn", spawn},       {"wait", wait_for_signal},
        {"many", many},
    };

    for (size_t i = 0; argc > 1 && i < sizeof(modes) / sizeof(modes[0]); i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            return modes[i].run(argv + 2);
    return 99;
}
