/* SPDX-License-Identifier: MIT */
/*
 * Bounds of test=cost and test=heap_cost in instructions, slightly above the
 * highest figure of this CPU's boards and compilers. Filling the stack is most of
 * a creation.
 */
#ifndef COST_LIMITS_H
#define COST_LIMITS_H

#define LIMIT_YIELD  40u
#define LIMIT_SWITCH 100u
#define LIMIT_BLOCK  180u
#define LIMIT_MUTEX  85u
#define LIMIT_SEM    65u
#define LIMIT_IRQ    275u
#define LIMIT_TICK   670u
#define LIMIT_CREATE (2200u + THREAD_STACK_SIZE / 2)
#define LIMIT_HEAP   450u

/* An empty function, from its first instruction to its return. */
#define RETURN_TAKES 2u

#endif
