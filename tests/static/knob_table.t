#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of knobs, scripts/knobs.txt: other names and values on make's command line are refused, and environment
# variables of the same names change nothing. This test builds nothing: make only prints its commands.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
unset MAKEFLAGS

would() { # ARGUMENTS of make: what it would do; its status
    make --no-print-directory -n BUILD="$work/build" "$@" >"$work/out" 2>&1
}
refuses() { # PATTERN ARGUMENTS...: make stops, writes nothing, and says why in a line that matches
    pattern=$1
    shift
    ! make --no-print-directory BUILD="$work/build" "$@" >"$work/out" 2>&1 && grep -q "$pattern" "$work/out" &&
        [ "$(wc -l <"$work/out")" -eq 1 ] && [ ! -e "$work/build" ]
    report $? "make $*: refused, with the reason"
}
# NAME|values|default|group|text of each knob
grep '|' scripts/knobs.txt | grep -v '^#' | sed 's/ *| */|/g' >"$work/table"

# Wrong values of every knob.
while IFS='|' read -r name values default group text <&3; do
    case $name:$values in
    *:text | *:word) continue ;;
    *:flag) refuses "$name=2 is unknown; there are: 0 1" $name=2 ;;
    *:one-of*) refuses "$name=nonsense is unknown; there are: " $name=nonsense ;;
    *:path) refuses "$name=a b is wrong; it may be a path" "$name=a b" ;;
    *) for value in abc -5 1.5 0x10 99999999999999999999; do
        refuses "$name=$value is wrong; it may be " $name=$value
    done ;;
    esac
    refuses "$name is empty\|$name= is unknown" $name=
done 3<"$work/table"
refuses 'TICK_HZ=0 is wrong; it may be 1 to 100000' run TICK_HZ=0
refuses 'HEAP=heap,first_fit is unknown' HEAP=heap,first_fit
refuses 'SEED=1K is wrong' SEED=1K
refuses 'THREAD_STACK_BYTES=5000 is wrong; .* in steps of 4096' THREAD_STACK_BYTES=5000
refuses 'THREAD_STACK_BYTES=4096 8192 is wrong' THREAD_STACK_BYTES='4096 8192'

# Names.
refuses 'there is no knob TICKHZ, but TICK_HZ; make help lists all' TICKHZ=100
refuses 'there is no knob heap, but HEAP;' heap=bump
refuses 'there is no knob CFLAGS; make help lists all' CFLAGS=-g
refuses "there is no knob IT'S" "IT'S=1"

# Ranges of boards.
refuses 'MEM_KB=262148 is wrong; it may be 4 to 262144 in steps of 4 KiB, .*, on msim\.' BOARD=msim MEM_KB=262148
refuses 'MEM_KB=30 is wrong' BOARD=msim MEM_KB=30
refuses 'MEM_KB=2M is wrong; it may be 4096 to ' BOARD=qemu-virt-aarch64 MEM_KB=2M
refuses 'MEM_KB=512M is wrong; it may be 64 to 262144' BOARD=malta MEM_KB=512M
refuses 'TICK_HZ=100000 is wrong; it may be 1 to 4000' BOARD=msim TICK_HZ=100000
refuses 'THREAD_STACK_BYTES=128K is wrong' BOARD=malta THREAD_STACK_BYTES=128K

# Units.
run_with() { # MEM_KB BOARD SIZE: so many KiB is what the machine gets for that size
    would run BOARD="$2" MEM_KB="$3" && grep -q "^exec boards/$2/run -m '$1' " "$work/out"
    report $? "MEM_KB=$3 on $2 is $1 KiB"
}
run_with 4096 msim 4M
run_with 4096 msim 4m
run_with 64 msim 64K
run_with 64 msim 0064
run_with 1048576 qemu-virt-aarch64 1G
would THREAD_STACK_BYTES=32K stack-report && grep -q ' llvm-nm 32768 ' "$work/out"
report $? "THREAD_STACK_BYTES=32K is 32768 bytes"

# The environment.
would lab && cp "$work/out" "$work/plain" && make help >"$work/plain_help"
(
    while IFS='|' read -r name rest <&3; do
        export "$name=nonsense"
    done 3<"$work/table"
    export BOARD_MEM_KB=nonsense ARCH_HEAP=nonsense RANGE_TICK_HZ=nonsense COURSE_INCLUDES=nonsense KTEST_LTO=nonsense
    make --no-print-directory -n lab BUILD="$work/build" >"$work/out" 2>&1
    make help >"$work/help" 2>&1
)
diff "$work/plain" "$work/out" >"$work/diff" && diff "$work/plain_help" "$work/help" >>"$work/diff" &&
    [ "$(wc -l <"$work/plain")" -gt 100 ]
status=$?
cp "$work/diff" "$work/out"
report $status "environment variables do not change what make does"
ARGS=nonsense BUILD="$work/build" make --no-print-directory -s -f - probe >"$work/out" <<'END'
include scripts/knobs.mk
probe: ; @printf 'ARGS=%s BUILD=%s\n' "$$ARGS" "$$BUILD"
END
[ "$(cat "$work/out")" = "ARGS= BUILD=" ]
report $? "and do not reach the commands that make runs"
[ ! -e "$work/build" ]
report $? "make -n writes nothing"

# The table is complete: it contains all knobs of the code and of the documents, and help prints it.
while IFS='|' read -r name values default group text <&3; do
    [ "$group" = internal ] || grep -q "^  $name=  *.*" "$work/plain_help" || echo "make help does not show $name"
    if [ "$group" = code ]; then
        header=$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]').h
        grep -rq "CONFIG_$name" kernel arch libmem || echo "CONFIG_$name: no code looks at it"
        grep -rq "<config/$header>" kernel arch || echo "<config/$header> is included nowhere"
    fi
    [ -z "$default" ] || [ "$group" = internal ] || grep -q "^  $name=.*default " "$work/plain_help" || echo "no default of $name"
done 3<"$work/table" >"$work/out"
grep -rhoE --include='*.[chS]' '\bCONFIG_[A-Z_]+' kernel arch drivers boards libmem | sort -u | while read -r name; do
    grep -q "^${name#CONFIG_}|.*|code|" "$work/table" || echo "$name is no knob of the code"
done >>"$work/out"
[ ! -s "$work/out" ]
report $? "code, table and make help agree"
sed 's/"[^"]*"//g' README.md HACKING.md docs/*.md libmem/README.md labs/*/README.md |
    grep -oE '(\bmake [^`#]*|^\| `[A-Z_]+=)' | grep -oE '\b[A-Z][A-Z_]+=' | tr -d = | sort -u | while read -r name; do
    grep -q "^$name|" "$work/table" || echo "$name= is no knob"
done >"$work/out"
[ ! -s "$work/out" ]
report $? "every NAME= in the documents is a knob"
echo "1..$count"
exit $failed
