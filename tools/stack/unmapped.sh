#!/bin/sh
# SPDX-License-Identifier: MIT
# Print the size of the unmapped guard below each stack, as the compiler evaluates it.
#   tools/stack/unmapped.sh COMPILER FLAGS...
set -eu
export LC_ALL=C
text=$("$@" -E -P -x c - <<'END'
#include <arch/mmu.h>
#ifndef ARCH_STACK_GUARD_BYTES
#error "ARCH_STACK_GUARD_BYTES is not defined"
#endif
ARCH_STACK_GUARD_BYTES
END
)
echo "$(($(printf '%s\n' "$text" | tail -n 1)))"
