/* SPDX-License-Identifier: MIT */
/*
 * Records the allocations of a command and of all processes that it starts. The library in the
 * folder of this program is preloaded into them and writes raw files (../raw.h). When all
 * processes have ended, the raw files are converted to traces.
 */
#include "folder.h"
#include "output.h"
#include "report.h"
#include "run.h"
#include "say.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRAPPER_RATIO = 10 };

struct options {
    const char *out;
    struct trace_options trace;
};

static const char usage[] =
    "usage: record.sh [-o OUT] [-n OPERATIONS] [--plain] -- PROGRAM ARGS...\n";

static const char help[] =
    "\n"
    "Record the allocations of a program and of all processes that it starts, and write a\n"
    "trace for each process. A table on standard error lists them, and what is missing.\n"
    "\n"
    "  -o OUT         the trace of the process that requested the most bytes (record.rep).\n"
    "                 A process that started others is chosen only if it requested ten times\n"
    "                 as much as any of them. For OUT = x.rep, the other traces are\n"
    "                 x.PID.NAME.rep. If OUT is a folder or ends with a slash, all traces are\n"
    "                 OUT/PID.NAME.rep.\n"
    "  -n OPERATIONS  keep that many operations of each trace\n"
    "  --plain        write requests with an alignment as plain ones\n"
    "\n"
    "Exit status:\n"
    "  the program's  everything was recorded\n"
    "  128 + N        the same, and signal N ended the program; for SIGINT, record ends by it\n"
    "  127, 126       the program is not found, cannot be executed\n"
    "  2              wrong usage\n"
    "  1              something was not recorded: OUT cannot be written (reported before the\n"
    "                 program starts), the disk is full, a process cannot load the library\n";

/* --- Options ---------------------------------------------------------------------------------- */

static void wrong_call(const char *why)
{
    if (why != NULL)
        say("%s", why);
    fputs(usage, stderr);
    exit(STATUS_USAGE);
}

static uint64_t to_number(const char *argument)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(argument, &end, 10);
    if (errno != 0 || *argument < '0' || *argument > '9' || *end != '\0' || number == 0)
        wrong_call("-n takes a number above 0");
    return number;
}

/* Returns the command, which follows "--". */
static char **read_options(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"help", no_argument, NULL, 'h'},
        {"plain", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct options){.out = "record.rep"};
    while ((option = getopt_long(argc, argv, "+ho:n:", names, NULL)) != -1) {
        if (option == 'o')
            options->out = optarg;
        else if (option == 'n')
            options->trace.max_operations = to_number(optarg);
        else if (option == 'p')
            options->trace.plain = true;
        else if (option != 'h')
            wrong_call(NULL);
        if (option == 'h') {
            printf("%s%s", usage, help);
            exit(0);
        }
    }
    if (strcmp(argv[optind - 1], "--") != 0)
        wrong_call("the command must follow --");
    if (optind == argc)
        wrong_call("no command");
    return argv + optind;
}

/* --- Recording -------------------------------------------------------------------------------- */

static char *find_library(void)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *library;

    self[length < 0 ? 0 : length] = '\0';
    *(strrchr(self, '/') == NULL ? self : strrchr(self, '/')) = '\0';
    library = text("%s/" RAW_LIBRARY, self);
    if (access(library, R_OK) != 0) {
        say("%s: %s", library, strerror(errno));
        exit(STATUS_NOT_RECORDED);
    }
    return library;
}

/* The process that requested the most bytes, of those that started others or of the rest. */
static struct process *largest(struct folder *folder, bool starter)
{
    struct process *best = NULL;

    for (size_t i = 0; i < folder->process_count; i++) {
        struct process *process = &folder->processes[i];

        if (process->replaced || process->starter != starter || !process_counts(process))
            continue;
        if (best == NULL || process->sums.all_bytes > best->sums.all_bytes)
            best = process;
    }
    return best;
}

/*
 * The process that the user most likely wants. A process that executed another program is never
 * chosen. One that started others is taken for a wrapper unless they are small in comparison.
 */
static struct process *choose(struct folder *folder)
{
    struct process *started = largest(folder, false);
    struct process *starter = largest(folder, true);

    if (started == NULL || starter == NULL)
        return started == NULL ? starter : started;
    return starter->sums.all_bytes / WRAPPER_RATIO > started->sums.all_bytes ? starter : started;
}

/* Write the traces. Returns true if nothing is missing. */
static bool make_traces(struct folder *folder, struct output *output,
                        const struct trace_options *options, const struct run *run, char **command)
{
    struct process *chosen;
    bool complete = folder_collect(folder, run, command[0]);

    for (size_t i = 0; i < folder->process_count; i++) {
        struct process *process = &folder->processes[i];

        if (trace_sum(&process->reader, &process->sums) != 0) {
            say("interrupted; there are no traces");
            output_close(output, false);
            return false;
        }
    }
    chosen = choose(folder);
    complete = output_write(output, folder, chosen, options) && complete;
    report_table(folder, chosen);
    complete = report_losses(folder, chosen, options) && complete;
    if (chosen == NULL)
        say("nothing was recorded");
    output_close(output, chosen != NULL && chosen->file != NULL);
    return complete && chosen != NULL;
}

/* The exit status. */
static int finish(int status, bool complete)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);

    if (!complete) {
        say("the recording is not complete; the status of the command was %d", code);
        return STATUS_NOT_RECORDED;
    }
    /* A shell ends its script only if it sees that Ctrl-C ended the command. */
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) {
        sigset_t none;

        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
    }
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    struct output output;
    struct folder folder;
    struct run run = {0};
    char **command = read_options(&options, argc, argv);
    char *library = find_library();
    bool complete;
    int error;

    if (!output_open(&output, options.out))
        return STATUS_NOT_RECORDED;
    if (!folder_create(&folder, library)) {
        output_close(&output, false);
        return STATUS_NOT_RECORDED;
    }
    error = run_command(&run, command, folder.path, folder.library);
    if (error != 0) {
        say("%s: %s", command[0], strerror(error));
        output_close(&output, false);
        folder_remove(&folder);
        return error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
    }
    complete = make_traces(&folder, &output, &options.trace, &run, command);
    folder_remove(&folder);
    free(library);
    return finish(run.status, complete);
}
