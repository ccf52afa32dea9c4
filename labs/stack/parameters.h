/* SPDX-License-Identifier: MIT */
/*
 * The parameters of the stack lab (labs/lab.h): name, kind, lowest, highest, default.
 */
#ifndef LABS_STACK_PARAMETERS_H
#define LABS_STACK_PARAMETERS_H

#define STACK_PARAMETERS(P)         \
    P(levels, NUMBER, 1, 8, 8, 8)   \
    P(trample, NUMBER, 1, 64, 8, 8) \
    P(below, BYTES, 4, 8192, 16, 16)

#endif
