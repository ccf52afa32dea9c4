/* SPDX-License-Identifier: MIT */
/*
 * The file is truncated before the command runs, so an old trace cannot be mistaken for a new one.
 *
 *     -o x.rep    x.rep is the chosen process; the others are x.PID.NAME.rep
 *     -o x/       x/PID.NAME.rep
 *
 * If a process executes a program of the same name again, the name gets a number:
 * x.PID.NAME.2.rep. Files of earlier recordings are overwritten. If the path is a device or a pipe,
 * only the chosen process is written.
 */
#include "output.h"

#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path);

    return length >= strlen(end) && strcmp(path + length - strlen(end), end) == 0;
}

bool output_open(struct output *output, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    int error = 0;

    *output = (struct output){.path = path, .file = -1};
    output->folder = ends_with(path, "/") || (there && S_ISDIR(status.st_mode));
    if (output->folder) {
        if ((!there && mkdir(path, 0777) != 0) || access(path, W_OK | X_OK) != 0)
            error = errno;
    } else {
        output->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (output->file < 0 || fstat(output->file, &status) != 0)
            error = errno;
        else
            output->regular = S_ISREG(status.st_mode);
    }
    if (error != 0)
        say("cannot write %s: %s", path, strerror(error));
    return error == 0;
}

void output_close(struct output *output, bool has_trace)
{
    if (output->file >= 0)
        close(output->file);
    if (output->regular && !has_trace)
        unlink(output->path);
}

/* The file name of a process that was not chosen. */
static char *name_of(const struct output *output, const struct folder *folder,
                     const struct process *process)
{
    int stem = (int)strlen(output->path) - (ends_with(output->path, ".rep") ? 4 : 0);
    char *name = NULL;
    bool taken = true;

    for (unsigned n = 1; taken; n++) {
        char *number = n == 1 ? text("%s", "") : text(".%u", n);

        free(name);
        name = output->folder
                   ? text("%s%s%d.%s%s.rep", output->path, ends_with(output->path, "/") ? "" : "/",
                          (int)process->pid, process->name, number)
                   : text("%.*s.%d.%s%s.rep", stem, output->path, (int)process->pid, process->name,
                          number);
        free(number);
        taken = false;
        for (size_t i = 0; i < folder->process_count; i++)
            if (folder->processes[i].file != NULL && strcmp(folder->processes[i].file, name) == 0)
                taken = true;
    }
    return name;
}

/* Returns 0 or an errno. */
static int write_new(struct process *process, const struct trace_options *options)
{
    int file = open(process->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error;

    if (file < 0)
        return errno;
    error = trace_write(&process->reader, options, &process->sums, file);
    if (close(file) != 0 && error == 0)
        error = errno;
    if (error != 0)
        unlink(process->file);
    return error;
}

bool output_write(struct output *output, struct folder *folder, const struct process *chosen,
                  const struct trace_options *options)
{
    bool ok = true;

    for (size_t i = 0; i < folder->process_count; i++) {
        struct process *process = &folder->processes[i];
        int error;

        if (!process_counts(process))
            continue;
        if (process == chosen && !output->folder) {
            process->file = text("%s", output->path);
            error = trace_write(&process->reader, options, &process->sums, output->file);
        } else if (output->folder || output->regular) {
            process->file = name_of(output, folder, process);
            error = write_new(process, options);
        } else {
            continue;
        }
        if (error == 0)
            continue;
        say("cannot write %s: %s", process->file, strerror(error));
        free(process->file);
        process->file = NULL;
        ok = false;
    }
    return ok;
}
