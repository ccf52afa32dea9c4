/* SPDX-License-Identifier: MIT */
/*
 * For boards whose machine is ended by an instruction that not every machine
 * knows.
 */
#ifndef ARCH_IMPL_END_H
#define ARCH_IMPL_END_H

#include <stdbool.h>

/* Set before that instruction: the exception that it may raise halts the CPU without a report. */
extern bool mips32_ending;

#endif
