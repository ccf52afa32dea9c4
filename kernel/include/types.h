/* SPDX-License-Identifier: MIT */
/*
 * The integer types of kernel code: the freestanding C headers, and the
 * additions of POSIX and the course contract. On the host the additional names
 * have the same types as in the C library on Linux, so both may be included.
 */
#ifndef TYPES_H
#define TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A byte count, or a negative error. */
typedef ptrdiff_t ssize_t;

/* A position; as wide as a register on every port. */
typedef long off_t;

/* As wide as a general register. */
typedef intptr_t native_t;
typedef uintptr_t unative_t;

_Static_assert(sizeof(unsigned long) == sizeof(uintptr_t), "the kernel prints addresses with %lx");

#endif
