#!/bin/sh
# SPDX-License-Identifier: MIT
# The judge of the course's tests: it must refuse wrong output, and accept the rest.
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

judge() { # STATUS; reads the output to judge from standard input
    awk -v status="$1" -f course/judge.awk - >"$work/out"
}
wrong() { # PATTERN DESCRIPTION [STATUS]: standard input must be judged wrong, with a reason that matches PATTERN
    judge "${3:-0}" && echo "judged right: $(cat "$work/out")" >"$work/out"
    grep -q "$1" "$work/out"
    report $? "the judge refuses $2"
}
right() { # DESCRIPTION [STATUS]
    judge "${2:-0}"
    report $? "the judge accepts $1"
}
pair='[EXPECTED]: 5
[ ACTUAL ]: 5'
block='[EXPECTED BLOCK]: a
[EXPECTED BLOCK]: b
a
b'
right "a test that only passes" <<TEXT
Test passed.
TEXT
right "pairs and blocks" <<TEXT
$pair
other
$block
$pair
Test passed.
TEXT
right "output between what is expected and what is actual" <<TEXT
[EXPECTED]: 5
other
[ ACTUAL ]: 5
Test passed.
TEXT
right "an announced panic" 2 <<TEXT
[ ENDS WITH PANIC ]

Kernel panic: so be it
TEXT
wrong 'time limit' "a hang, even after the verdict" 124 <<TEXT
Test passed.
TEXT
wrong 'without saying' "an end without verdict" <<TEXT
$pair
TEXT
wrong 'expected "5", actual "6"' "another value" <<TEXT
[EXPECTED]: 5
[ ACTUAL ]: 6
Test passed.
TEXT
wrong 'actual "5 "' "a value with a blank too many" <<TEXT
[EXPECTED]: 5
[ ACTUAL ]: 5$(printf ' ')
Test passed.
TEXT
wrong 'nothing came' "a value that never comes" <<TEXT
Test passed.
[EXPECTED]: 5
TEXT
wrong 'expected the line "b", actual "c"' "another line in a block" <<TEXT
[EXPECTED BLOCK]: a
[EXPECTED BLOCK]: b
a
c
Test passed.
TEXT
wrong 'expected the line "a", actual "x"' "a line before the block" <<TEXT
[EXPECTED BLOCK]: a
x
a
Test passed.
TEXT
wrong 'ends where this line' "a block that is cut off" <<TEXT
Test passed.
[EXPECTED BLOCK]: a
TEXT
wrong 'Kernel panic: surprise' "a panic that nobody announced" 2 <<TEXT
Kernel panic: surprise
TEXT
wrong 'EXC' "an exception that nobody announced" 3 <<TEXT
[EXC] store to an unmapped page (TLBS)
TEXT
wrong 'passes where' "a pass where a panic was announced" <<TEXT
[ ENDS WITH PANIC ]
Test passed.
TEXT
wrong 'without the panic' "an end where a panic was announced" <<TEXT
[ ENDS WITH PANIC ]
TEXT
wrong 'says: Test failed' "a failure, even after a pass" 1 <<TEXT
Test passed.
Test failed.
TEXT
wrong 'status 125: the simulator crashed' "a pass on a machine that did not end well" 125 <<TEXT
Test passed.

the simulator crashed
TEXT
wrong 'without saying' "nothing at all" </dev/null
wrong 'with status 2, .*: boards/msim/run: needs more' "a machine that did not start, and tells why" 2 <<TEXT
boards/msim/run: needs more
TEXT
echo "1..$count"
exit $failed
