/* SPDX-License-Identifier: MIT */
/*
 * Linked into every cmocka program: makes it print TAP, whatever the
 * environment, so that any TAP harness can run it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

__attribute__((constructor)) static void speak_tap(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
}
