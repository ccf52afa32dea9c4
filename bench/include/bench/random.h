/* SPDX-License-Identifier: MIT */
/*
 * Random numbers in integer arithmetic, the same on every machine: splitmix64
 * (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * 2014), and some distributions in fixed point.
 */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stdint.h>

/* Start from a name and a seed, so that traces of different names have nothing in common. */
static inline uint64_t random_start(const char *name, uint64_t seed)
{
    uint64_t state = 0xcbf29ce484222325u ^ seed; /* FNV-1a over the name */

    for (; *name != '\0'; name++)
        state = (state ^ (unsigned char)*name) * 0x100000001b3u;
    return state;
}

static inline uint32_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

/* A number below `limit`. */
static inline uint32_t random_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)(((uint64_t)random_next(state) * limit) >> 32);
}

/* A number from low to high, both included. */
static inline uint32_t random_between(uint64_t *state, uint32_t low, uint32_t high)
{
    return low + random_below(state, high - low + 1);
}

/* Exponentially distributed with this mean, which is below 2^20; at most 22 times the mean. */
uint32_t random_exponential(uint64_t *state, uint32_t mean);

/* e to the power of a normal variable with this mean and deviation (in 1/65536). At least 1. */
uint32_t random_lognormal(uint64_t *state, uint32_t mean, uint32_t deviation);

#endif
