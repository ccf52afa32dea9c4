/* SPDX-License-Identifier: MIT */
/*
 * Bounds of test=cost and test=heap_cost in instructions, slightly above the
 * highest figure of this CPU's boards and compilers. Filling the stack is most of
 * a creation.
 */
#ifndef COST_LIMITS_H
#define COST_LIMITS_H

#define LIMIT_YIELD  28u
#define LIMIT_SWITCH 95u
#define LIMIT_BLOCK  145u
#define LIMIT_MUTEX  65u
#define LIMIT_SEM    48u
#define LIMIT_IRQ    140u
#define LIMIT_TICK   375u
#define LIMIT_CREATE (1200u + THREAD_STACK_SIZE / 6)
#define LIMIT_HEAP   450u

/* An empty function, from its first instruction to its return. */
#define RETURN_TAKES 1u

#endif
