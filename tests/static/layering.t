#!/bin/sh
# SPDX-License-Identifier: MIT
# Includes follow the table in docs/design.md, there is no include cycle, and every public header compiles alone.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/why
. tests/tap.sh

status=0
tests/static/layers.awk $(git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.S') >"$work/why" || status=$?
report $status "every include follows the layers, and there is no cycle"

# The check must be able to fail: an include against the layers, and a cycle.
mkdir -p "$work/libmem/src" "$work/kernel/include/lib" "$work/libmem/include"
echo '#include <lib/print.h>' >"$work/libmem/src/climbs.c"
touch "$work/kernel/include/lib/print.h"
status=0
(cd "$work" && "$OLDPWD/tests/static/layers.awk" libmem/src/climbs.c kernel/include/lib/print.h) >"$work/why" || status=$?
report $((status != 1)) "an include from libmem into the kernel is refused"
echo '#include <b.h>' >"$work/libmem/include/a.h"
echo '#include <a.h>' >"$work/libmem/include/b.h"
status=0
(cd "$work" && "$OLDPWD/tests/static/layers.awk" libmem/include/a.h libmem/include/b.h) >"$work/why" || status=$?
report $((status != 1)) "an include cycle is refused"

for header in $(git ls-files --cached --others --exclude-standard 'libmem/include/*.h'); do
    status=0
    printf '#include "%s"\n' "$PWD/$header" >"$work/alone.c"
    clang -std=c11 -ffreestanding -Wall -Wextra -Werror -Ilibmem/include -fsyntax-only "$work/alone.c" 2>"$work/why" || status=$?
    report $status "$header stands alone"
done
echo "1..$count"
exit $failed
