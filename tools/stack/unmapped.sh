#!/bin/sh
# SPDX-License-Identifier: MIT
# Print the size of the unmapped range below each thread stack, as the compiler evaluates it.
#   tools/stack/unmapped.sh COMPILER FLAGS...
set -eu
export LC_ALL=C
text=$("$@" -E -P -x c - <<'END'
#include <mm/kstack.h>
#ifndef KSTACK_UNMAPPED_BYTES
#error "KSTACK_UNMAPPED_BYTES is not defined"
#endif
KSTACK_UNMAPPED_BYTES
END
)
echo "$(($(printf '%s\n' "$text" | tail -n 1)))"
