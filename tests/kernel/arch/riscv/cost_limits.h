/* SPDX-License-Identifier: MIT */
/*
 * Bounds of test=cost and test=heap_cost in instructions, slightly above the
 * highest figure of this CPU's boards and compilers. Filling the stack is most of
 * a creation.
 * RV32IMA and RV64IMA find a bit without help from the CPU, and make a frame
 * record in every function.
 */
#ifndef COST_LIMITS_H
#define COST_LIMITS_H

#define LIMIT_YIELD  38u
#define LIMIT_SWITCH 105u
#define LIMIT_BLOCK  178u
#define LIMIT_MUTEX  73u
#define LIMIT_SEM    53u
#define LIMIT_IRQ    245u
#define LIMIT_TICK   640u
#define LIMIT_CREATE (1650u + THREAD_STACK_SIZE / sizeof(long) * 2)
#define LIMIT_HEAP   500u

/* An empty function, from its first instruction to its return. */
#ifdef __clang__
#define RETURN_TAKES 8u
#else
#define RETURN_TAKES 6u
#endif

#endif
