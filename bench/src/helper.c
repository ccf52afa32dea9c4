/* SPDX-License-Identifier: MIT */
/*
 * Helpers: see bench/helper.h. The benchmark looks at a silent helper 20 times a
 * second, and reads its CPU clock and its state only then. Linux only: the state
 * comes from /proc. A helper dies with the benchmark.
 */
#include "bench/helper.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* <sys/prctl.h> needs kernel headers that Debian's gcc-multilib does not bring for 32 bits. */
int prctl(int option, ...);
enum { PR_SET_PDEATHSIG = 1 };

enum { LOOK_MS = 50, ASLEEP_LOOKS = 200, TEXT_BYTES = 65536 };

struct helper_shared {
    struct progress progress;
    volatile size_t used;
    char text[TEXT_BYTES];
};

static struct progress own_progress;
struct progress *progress = &own_progress;
unsigned call_seconds = 20;
static struct helper_shared *mine; /* NULL in the benchmark itself */

void emit(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (mine == NULL) {
        vprintf(format, args);
    } else {
        size_t room = TEXT_BYTES - mine->used;
        int length = vsnprintf(mine->text + mine->used, room, format, args);

        if (length > 0 && (size_t)length < room)
            mine->used += (size_t)length;
    }
    va_end(args);
}

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

_Noreturn static void serve(struct helper *helper, int ask, int answer, void (*work)(void *context),
                            void *context)
{
    static const struct rlimit no_core = {0, 0};
    char byte;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &no_core);
    mine = helper->shared;
    progress = &mine->progress;
    while (read(ask, &byte, 1) == 1) {
        work(context);
        if (write(answer, &byte, 1) != 1)
            break;
    }
    _exit(0);
}

void helper_start(struct helper *helper, void (*work)(void *context), void *context)
{
    int ask[2];
    int answer[2];

    *helper = (struct helper){0};
    helper->shared = mmap(NULL, sizeof(*helper->shared), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (helper->shared == MAP_FAILED || pipe(ask) != 0 || pipe(answer) != 0)
        give_up("bench: a helper process");
    helper->progress = &helper->shared->progress;
    fflush(NULL);
    helper->pid = fork();
    if (helper->pid < 0)
        give_up("bench: a helper process");
    if (helper->pid == 0) {
        close(ask[1]);
        close(answer[0]);
        serve(helper, ask[0], answer[1], work, context);
    }
    close(ask[0]);
    close(answer[1]);
    helper->ask = ask[1];
    helper->answer = answer[0];
}

static double cpu_seconds(pid_t pid)
{
    clockid_t clock;
    struct timespec used = {0};

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Whether the process sleeps, as opposed to running, being ready to, being stopped or paging. */
static bool asleep(pid_t pid)
{
    char path[64];
    char state = 'R';
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    file = fopen(path, "r");
    if (file == NULL)
        return false;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'R';
    fclose(file);
    return state == 'S';
}

static void say_why(const struct helper *helper, char why[WHY_BYTES], const char *text)
{
    const struct progress *last = &helper->shared->progress;

    if (last->what == NULL)
        snprintf(why, WHY_BYTES, "%s before the first call", text);
    else
        snprintf(why, WHY_BYTES, "%s in %s (id %lu, %zu bytes), call %lu", text, last->what,
                 (unsigned long)last->id, (size_t)last->bytes, last->calls);
}

static void reap(struct helper *helper, char why[WHY_BYTES])
{
    char text[64];
    int status = 0;

    waitpid(helper->pid, &status, 0);
    helper->pid = 0;
    if (WIFSIGNALED(status))
        snprintf(text, sizeof(text), "ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, sizeof(text), "ended the program with status %d", WEXITSTATUS(status));
    say_why(helper, why, text);
}

/* What is known of a helper that has not answered yet. */
struct watch {
    unsigned long calls;
    double cpu;            /* when this call was first seen */
    double last_cpu;       /* at the last look */
    unsigned asleep_looks; /* looks in a row at which it slept and had not computed */
};

/* Returns NULL, or why the present call will not end. */
static const char *stuck(const struct helper *helper, struct watch *watch)
{
    double cpu = cpu_seconds(helper->pid);
    unsigned long calls = helper->shared->progress.calls;

    if (calls != watch->calls)
        *watch = (struct watch){calls, cpu, cpu, 0};
    watch->asleep_looks =
        cpu <= watch->last_cpu && asleep(helper->pid) ? watch->asleep_looks + 1 : 0;
    watch->last_cpu = cpu;
    if (cpu - watch->cpu > call_seconds)
        return "endless loop";
    return watch->asleep_looks > ASLEEP_LOOKS ? "waits for ever" : NULL;
}

bool helper_ask(struct helper *helper, char why[WHY_BYTES])
{
    struct pollfd answer = {.fd = helper->answer, .events = POLLIN};
    struct watch watch = {.cpu = cpu_seconds(helper->pid)};
    const char *reason = NULL;
    bool done = false;
    char byte = 0;

    helper->shared->used = 0;
    if (write(helper->ask, &byte, 1) == 1)
        for (int ready = 0; reason == NULL && ready <= 0;) {
            ready = poll(&answer, 1, LOOK_MS);
            if (ready == 0)
                reason = stuck(helper, &watch);
            else if (ready > 0)
                done = read(helper->answer, &byte, 1) == 1;
        }
    fwrite(helper->shared->text, 1, helper->shared->used, stdout);
    if (done)
        return true;
    if (reason != NULL)
        kill(helper->pid, SIGKILL);
    reap(helper, why);
    if (reason != NULL)
        say_why(helper, why, reason);
    helper_stop(helper);
    return false;
}

void helper_stop(struct helper *helper)
{
    char why[WHY_BYTES];

    if (helper->shared == NULL)
        return;
    close(helper->ask);
    close(helper->answer);
    if (helper->pid != 0) {
        kill(helper->pid, SIGKILL);
        reap(helper, why);
    }
    munmap(helper->shared, sizeof(*helper->shared));
    *helper = (struct helper){0};
}
