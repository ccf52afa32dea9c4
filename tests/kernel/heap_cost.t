#!/bin/sh
# SPDX-License-Identifier: MIT
# The heap's worst cases on every board, counted by the machine itself (test=heap_cost) and compared with
# bench/bounds.txt.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
places=
kernels=${TEST_KERNELS:-$(tests/kernel/kernels.sh)} || {
    echo "not ok 1 - the kernels build"
    echo "1..1"
    exit 1
}
for kernel in $kernels; do
    place=$(basename "$(dirname "$kernel")")
    board=${place%-*}
    if [ "$board" = msim ] && ! command -v msim >/dev/null; then
        echo "# $place is left out: msim is not on PATH"
        continue
    fi
    places="$places $place"
    boards/boot.sh 60 "$board" -i "$kernel" test=heap_cost 2>&1 | tr -d '\r' |
        awk -v at="$place" -F': ' '/^# heap-cost: / { printf "%s\t%s\t%s\n", at, $2, $3 }' >>"$figures"
done
# The bounds are for these compilers' code.
excuse=
clang --version | grep -q 'version 14\.' || excuse="the bounds are clang 14's and gcc 12's"
exec awk -v where="$places" -v excuse="$excuse" -f tests/bounds.awk bench/bounds.txt "$figures"
