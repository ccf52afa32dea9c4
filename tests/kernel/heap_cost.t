#!/bin/sh
# SPDX-License-Identifier: MIT
# The heap's worst cases on every board, counted by the machine itself (test=heap_cost) and compared with
# bench/bounds.txt.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
figures=$(mktemp)
shown=$figures.log
trap 'rm -f "$figures" "$shown"' EXIT
. tests/tap.sh
places=
for place in $(tests/kernel/kernel.sh -l); do
    use_kernel -r "$place" || continue
    places="$places $place"
    boards/boot.sh 60 "$board" -i "$kernel" test=heap_cost 2>&1 | tr -d '\r' |
        awk -v at="$place" -F': ' '/^# heap-cost: / { printf "%s\t%s\t%s\n", at, $2, $3 }' >>"$figures"
done
# The bounds are for these compilers' code.
excuse=
clang --version | grep -q 'version 14\.' || excuse="the bounds are clang 14's and gcc 12's"
awk -v where="$places" -v first=$count -v excuse="$excuse" -f tests/bounds.awk bench/bounds.txt "$figures" || failed=1
exit $failed
