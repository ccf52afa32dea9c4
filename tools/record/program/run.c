/* SPDX-License-Identifier: MIT */
/*
 * The command runs in the process group of this program, so the terminal's signals reach it. This
 * program becomes the parent of all orphans (PR_SET_CHILD_SUBREAPER). It can therefore wait for
 * every process, including daemons; their recordings are complete only then.
 */
#include "run.h"

#include "../raw.h"
#include "say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct pids {
    pid_t *list;
    size_t count;
};

struct wait_state {
    struct run *run;
    bool command_ended;
    bool told;        /* the user knows that processes are still running */
    int passed_on;    /* the signal to end all processes; 0: none yet */
    struct pids sent; /* processes that have received it */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- The start -------------------------------------------------------------------------------- */

static void set_environment(const char *folder, const char *library)
{
    const char *theirs = getenv("LD_PRELOAD");
    char *preload =
        theirs == NULL || *theirs == '\0' ? text("%s", library) : text("%s:%s", library, theirs);

    setenv("LD_PRELOAD", preload, 1);
    setenv(RAW_VARIABLE, folder, 1);
    free(preload);
}

/* Runs in the child. The pipe is closed by a successful exec; otherwise it carries the errno. */
static void become(char **argv, const sigset_t *mask, int pipe_end)
{
    ssize_t wrote;
    int error;

    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    error = errno;
    wrote = write(pipe_end, &error, sizeof(error));
    _exit(wrote == sizeof(error) ? STATUS_NOT_EXECUTABLE : STATUS_NOT_RECORDED);
}

static int start(struct run *run, char **argv, const sigset_t *mask, const char *folder,
                 const char *library)
{
    int ends[2];
    int error = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    run->start_ns = now_ns();
    run->pid = fork();
    if (run->pid == 0) {
        set_environment(folder, library);
        become(argv, mask, ends[1]);
    }
    close(ends[1]);
    if (run->pid < 0)
        error = errno;
    else if (read(ends[0], &error, sizeof(error)) == sizeof(error))
        waitpid(run->pid, NULL, 0);
    close(ends[0]);
    return error;
}

/* --- The wait --------------------------------------------------------------------------------- */

/* The parent of a process; 0 if the process has ended. */
static pid_t parent_of(const char *pid)
{
    char *path = text("/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    char line[512] = "";
    const char *name_end;
    int parent = 0;

    if (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        name_end = strrchr(line, ')'); /* the name may contain ) as well */
        if (name_end == NULL || sscanf(name_end, ") %*c %d", &parent) != 1)
            parent = 0;
    }
    if (file != NULL)
        fclose(file);
    free(path);
    return parent;
}

static bool holds(const struct pids *pids, pid_t pid)
{
    for (size_t i = 0; i < pids->count; i++)
        if (pids->list[i] == pid)
            return true;
    return false;
}

static void add(struct pids *pids, pid_t pid)
{
    pids->list = must(realloc(pids->list, (pids->count + 1) * sizeof(pids->list[0])));
    pids->list[pids->count++] = pid;
}

/* This process and all its descendants. Repeated until a pass over /proc finds no more. */
static void find_family(struct pids *family)
{
    size_t before;

    add(family, getpid());
    do {
        DIR *list = opendir("/proc");
        struct dirent *entry;

        before = family->count;
        while (list != NULL && (entry = readdir(list)) != NULL) {
            int pid = atoi(entry->d_name);

            if (pid > 0 && !holds(family, pid) && holds(family, parent_of(entry->d_name)))
                add(family, pid);
        }
        if (list != NULL)
            closedir(list);
    } while (family->count > before);
}

/* Send the signal to all processes that have not received it. */
static void pass_on(struct wait_state *state)
{
    struct pids family = {0};

    find_family(&family);
    for (size_t i = 1; i < family.count; i++) {
        if (holds(&state->sent, family.list[i]))
            continue;
        kill(family.list[i], state->passed_on);
        add(&state->sent, family.list[i]);
    }
    free(family.list);
}

static void on_signal(struct wait_state *state, const siginfo_t *info)
{
    /* The terminal signals its whole foreground group; a daemon is not in it. */
    bool terminal = info->si_code == SI_KERNEL;

    if (terminal && !state->command_ended)
        return;
    state->passed_on = state->passed_on != 0 ? SIGKILL : terminal ? SIGTERM : info->si_signo;
    state->sent.count = 0;
    pass_on(state);
}

/* Reap all processes that have ended. Returns false when none is left. */
static bool reap(struct wait_state *state)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != state->run->pid)
            continue;
        state->run->status = status;
        state->command_ended = true;
    }
    if (pid < 0)
        return false;
    if (state->passed_on != 0)
        pass_on(state);
    return true;
}

static void wait_for_all(struct wait_state *state, const sigset_t *signals)
{
    const struct timespec second = {1, 0};

    while (reap(state)) {
        bool telling = state->command_ended && !state->told;
        siginfo_t info;
        int signal = sigtimedwait(signals, &info, telling ? &second : NULL);

        if (signal < 0 && errno == EAGAIN) {
            say("the command has ended; waiting for processes that it started (Ctrl-C ends them)");
            state->told = true;
        } else if (signal > 0 && signal != SIGCHLD) {
            on_signal(state, &info);
        }
    }
}

/* The signals that ask a program to end. They stay blocked. */
static sigset_t ending_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGQUIT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    return signals;
}

bool run_interrupted(void)
{
    sigset_t pending;

    sigpending(&pending);
    return sigismember(&pending, SIGINT) || sigismember(&pending, SIGQUIT) ||
           sigismember(&pending, SIGTERM) || sigismember(&pending, SIGHUP);
}

int run_command(struct run *run, char **argv, const char *folder, const char *library)
{
    const struct timespec now = {0, 0};
    struct wait_state state = {.run = run};
    sigset_t signals = ending_signals();
    sigset_t before;
    int error;

    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, &before);
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    error = start(run, argv, &before, folder, library);
    if (error == 0)
        wait_for_all(&state, &signals);
    while (sigtimedwait(&signals, NULL, &now) > 0)
        continue; /* these were for the command */
    free(state.sent.list);
    return error;
}
