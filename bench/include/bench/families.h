/* SPDX-License-Identifier: MIT */
/*
 * Traces made by generators: families of workloads, each with any number of
 * seeds. Recorded programs rarely replace blocks of different sizes at random,
 * and an allocator that is tuned to recorded traces may fail on them. The same
 * family and seed give the same trace on every machine.
 */
#ifndef BENCH_FAMILIES_H
#define BENCH_FAMILIES_H

#include "bench/trace.h"

/*
 * The name of family number `index` and of its class, "open", "lifetimes" or
 * "adversarial"; false if there are fewer. seeded: other seeds give other
 * traces.
 */
bool family_name(size_t index, const char **name, const char **class_name, bool *seeded);

/*
 * Make the trace NAME-sSEED (NAME alone if the family has no seed), to be freed
 * with trace_free(). Returns false if there is no such family. Exits the program
 * when memory is exhausted.
 */
bool family_make(struct trace *trace, const char *name, uint64_t seed);

#endif
