/* SPDX-License-Identifier: MIT */
/*
 * The parameters of the memory lab (labs/lab.h): name, kind, lowest, highest, default.
 */
#ifndef LABS_MEM_PARAMETERS_H
#define LABS_MEM_PARAMETERS_H

#define MEM_PARAMETERS(P)                          \
    P(seed, NUMBER, 0, 4294967295, 1, 1)           \
    P(live, NUMBER, 0, 100, 50, 50)                \
    P(sizes, SIZES, 1, 2097152, 16, 512)           \
    P(arena, BYTES, 16384, 16777216, 65536, 65536) \
    P(block, BYTES, 1, 2048, 64, 64)               \
    P(turns, NUMBER, 1, 5000, 1200, 1200)

#endif
