/* SPDX-License-Identifier: MIT */
/* The report on standard error. */
#ifndef TOOLS_RECORD_PROGRAM_REPORT_H
#define TOOLS_RECORD_PROGRAM_REPORT_H

#include "folder.h"

/* Print the table of processes, ordered by requested bytes. */
void report_table(const struct folder *folder, const struct process *chosen);

/*
 * Print what the traces lack, for the chosen process and for all others together. Returns false if
 * calls were lost because the disk was full, or a program was not recorded.
 */
bool report_losses(const struct folder *folder, const struct process *chosen,
                   const struct trace_options *options);

#endif
