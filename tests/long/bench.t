#!/bin/sh
# SPDX-License-Identifier: MIT
# `make bench` in full: no allocator misbehaves, and all classes are there. And the rows of the heap's builds.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

make --no-print-directory -s bench >"$log" 2>&1
report $? "make bench ends with status 0"
[ "$(grep -c "^64 bit, [a-z].*: [1-9][0-9]* traces (" "$log")" -ge 5 ]
report $? "and shows the classes of traces"

# The row of the default build has the instructions that the bounds have.
bench/builds.sh >"$log" 2>&1 && bounds=$(awk '$1 == "64/default" && ($2 == "malloc" || $2 == "free") { printf "%s/", $3 }' bench/bounds.txt) &&
    grep -q "^| x86, 64 bit, gcc 12 -O2 | [1-9][0-9]* | ${bounds%/} |" "$log"
report $? "bench/builds.sh prints the heap's bounds for the build that they are for"
echo "1..$count"
exit $failed
