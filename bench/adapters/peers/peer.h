/* SPDX-License-Identifier: MIT */
/* The functions that the benchmark looks up in a library (docs/bench.md). A shim defines those that
 * its peer has. */
#ifndef BENCH_ADAPTERS_PEERS_PEER_H
#define BENCH_ADAPTERS_PEERS_PEER_H

#include <stddef.h>

int bench_arena(void *arena, size_t bytes);
void *malloc(size_t bytes);
void free(void *block);
void *realloc(void *block, size_t bytes);
void *aligned_alloc(size_t alignment, size_t bytes);

#endif
