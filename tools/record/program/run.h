/* SPDX-License-Identifier: MIT */
/* Runs a command until it and all processes that it started have ended. */
#ifndef TOOLS_RECORD_PROGRAM_RUN_H
#define TOOLS_RECORD_PROGRAM_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct run {
    pid_t pid;
    uint64_t start_ns; /* CLOCK_MONOTONIC */
    int status;        /* as wait() tells it */
};

/*
 * Run argv[0], found along PATH, with the library preloaded and RAW_VARIABLE set to the folder.
 * Returns 0, or the errno with which it could not be executed.
 *
 * Waits for all processes that the command started. Signals from the terminal reach them directly.
 * SIGTERM, SIGHUP, SIGINT and SIGQUIT sent to this process are passed on to all of them; a second
 * one is passed on as SIGKILL.
 */
int run_command(struct run *run, char **argv, const char *folder, const char *library);

/* Whether such a signal arrived after run_command() returned. */
bool run_interrupted(void);

#endif
