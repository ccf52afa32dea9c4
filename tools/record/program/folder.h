/* SPDX-License-Identifier: MIT */
/*
 * The temporary folder of a recording. It contains the raw files, the journal of executed programs,
 * and a link to the library.
 */
#ifndef TOOLS_RECORD_PROGRAM_FOLDER_H
#define TOOLS_RECORD_PROGRAM_FOLDER_H

#include "run.h"
#include "trace.h"

/* One raw file: a program in a process, or a forked child. */
struct process {
    struct reader reader;
    pid_t pid;
    char *name;    /* of the program: letters, digits and "._+-" */
    bool replaced; /* it executed another program */
    bool starter;  /* it started recorded programs */
    struct trace_sums sums;
    char *file; /* its trace; NULL: none */
};

/* An executed program that was not recorded. */
struct unseen {
    pid_t pid;
    char *program;
    const char *why;
};

struct folder {
    char *path;
    char *library; /* path of the link, suitable for LD_PRELOAD */
    struct process *processes;
    size_t process_count;
    struct unseen *unseen;
    size_t unseen_count;
};

/* Create the folder in TMPDIR or /tmp. Prints a message and returns false on failure. */
bool folder_create(struct folder *folder, const char *library);

/* Read the journal and open the raw files. Prints a message and returns false for each failure. */
bool folder_collect(struct folder *folder, const struct run *run, const char *command);

/*
 * Whether a process gets a trace. A process without operations gets none; neither does a forked
 * child that executed a program.
 */
bool process_counts(const struct process *process);

/* Remove the folder from the disk and free the memory of the struct. */
void folder_remove(struct folder *folder);

#endif
