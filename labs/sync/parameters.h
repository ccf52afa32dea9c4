/* SPDX-License-Identifier: MIT */
/*
 * The parameters of the lab of locks (labs/lab.h): name, kind, lowest, highest, default.
 */
#ifndef LABS_SYNC_PARAMETERS_H
#define LABS_SYNC_PARAMETERS_H

#define SYNC_PARAMETERS(P)      \
    P(low, NUMBER, 4, 8, 6, 6)  \
    P(high, NUMBER, 1, 8, 2, 2) \
    P(medium, NUMBER, 1, 24, 24, 24)

#endif
