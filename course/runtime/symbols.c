/* SPDX-License-Identifier: MIT */
/*
 * Replaces kernel/src/debug/symbols.c in a test image, which has no table of
 * functions: the host knows them (course/where.sh).
 */
#include <debug/symbols.h>

const char *symbol_find(uintptr_t address, size_t *offset)
{
    (void)address;
    (void)offset;
    return NULL;
}
