/* SPDX-License-Identifier: MIT */
/*
 * Included first in one build of test_mem_assert.c: an application's own MEM_ASSERT, which does not
 * trap.
 */
#ifndef TESTS_HOST_ASSERT_OWN_H
#define TESTS_HOST_ASSERT_OWN_H

#define ASSERT_IS_OWN 1

void belief_failed(const char *condition, const char *file);

#define MEM_ASSERT(condition) ((condition) ? (void)0 : belief_failed(#condition, __FILE__))

#endif
