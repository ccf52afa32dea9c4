/* SPDX-License-Identifier: MIT */
/* The output files. */
#ifndef TOOLS_RECORD_PROGRAM_OUTPUT_H
#define TOOLS_RECORD_PROGRAM_OUTPUT_H

#include "folder.h"

struct output {
    const char *path; /* of option -o */
    bool folder;      /* the path is a folder */
    bool regular;     /* the path is a regular file */
    int file;         /* the open file; -1: none */
};

/*
 * Create and truncate the file; if the path is a folder or ends with a slash, create the folder.
 * Prints a message and returns false on failure.
 */
bool output_open(struct output *output, const char *path);

/*
 * Write the traces of all processes; unless the path is a folder, that of the chosen one to the
 * path itself. Sets the `file` of each process. Returns false if some traces could not be written;
 * prints messages and removes the incomplete files.
 */
bool output_write(struct output *output, struct folder *folder, const struct process *chosen,
                  const struct trace_options *options);

/* Close the file, and remove it if it contains no trace. */
void output_close(struct output *output, bool has_trace);

#endif
