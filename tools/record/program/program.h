/* SPDX-License-Identifier: MIT */
/* Why a program cannot be recorded. */
#ifndef TOOLS_RECORD_PROGRAM_PROGRAM_H
#define TOOLS_RECORD_PROGRAM_PROGRAM_H

/* A constant text that says why a program, looked up along PATH, does not load the library. */
const char *program_why_unseen(const char *program);

#endif
