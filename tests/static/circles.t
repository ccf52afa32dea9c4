#!/bin/sh
# SPDX-License-Identifier: MIT
# Rooms of kernel/src: no file uses one of a higher room (docs/design.md has the order), and files that use each other in
# a circle are few. Seen in the objects that gcc makes for AArch64: what one leaves undefined, another defines.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# format.c and format_pointer.c, which print with each other.
most=2

symbols() { # NM BUILD: what the objects of all sources define and want, except those for HEAP=FILE.c
    for source in $(make --no-print-directory -s list-sources TOOLCHAIN=gcc BOARD=$board | tr ' ' '\n' |
        grep '^kernel/src/' | grep -v '/own_heap'); do
        name=${source#kernel/src/}
        "$1" "$2/$source.o" | awk -v name="${name%.c}" '
            $(NF - 1) ~ /^[Uwv]$/ { print name, $NF, "undefined" }
            $(NF - 1) ~ /^[A-TV-Z]$/ { print name, $NF, "defined" }'
    done
}
board=qemu-virt-aarch64
cross=aarch64-linux-gnu-
if command -v ${cross}gcc >/dev/null; then
    make --no-print-directory -s -j2 BOARD=$board TOOLCHAIN=gcc >"$work/out" 2>&1
    report $? "the kernel builds"
    symbols ${cross}nm $builds/$board-gcc >"$work/symbols" 2>"$work/out"
    [ ! -s "$work/out" ] && [ "$(cut -d ' ' -f 1 "$work/symbols" | sort -u | wc -l)" -ge 30 ]
    report $? "every source of the kernel has an object"
    tests/static/circles.pl $most docs/design.md <"$work/symbols" >"$work/out" 2>&1
    report $? "no file of the kernel reaches up, and no circle has more than $most files"
else
    report 0 "the kernel's circles # SKIP ${cross}gcc is not installed"
fi

# The check itself must be able to say no.
cat >"$work/order" <<'TEXT'
| 1 | `low/` | text |
| 2 | `middle.c`, with `middle.h` | text |
| 3 | `high/` | text |
TEXT
check() { # MOST; uses "FROM TO" come in, of files that define a symbol of their own each
    awk '{ print $1, $2, "undefined"; print $1, $1, "defined"; print $2, $2, "defined" }' |
        tests/static/circles.pl "$1" "$work/order" >"$work/out" 2>&1
}
printf '%s\n' 'high/a high/b' 'high/b middle' 'middle low/a' 'high/a low/a' | check 1 &&
    grep -q '^the largest circle has 1 files$' "$work/out"
report $? "uses of the same and of lower rooms are right"
printf '%s\n' 'high/a middle' 'low/a middle' | check 9 && wrong=1 || wrong=0
grep -q '^low/a.c (low/) reaches up to middle.c (middle.c): middle$' "$work/out" || wrong=1
report $wrong "a use of a higher room is refused"
printf '%s\n' 'high/a attic/b' | check 9 && wrong=1 || wrong=0
grep -q '^attic/b.c is in no room' "$work/out" || wrong=1
report $wrong "a file in no room is refused"
# Two circles that share a file are one; what leads there and away is not part of it.
circle='low/a low/b
low/b low/c
low/c low/a
low/c low/d
low/d low/c
middle low/a
low/d low/z'
echo "$circle" | check 4
report $? "a circle that may be is right"
echo "$circle" | check 3 && wrong=1 || wrong=0
grep -q '^a circle of 4 files, at most 3 may be: low/a.c low/b.c low/c.c low/d.c$' "$work/out" || wrong=1
report $wrong "a larger one is refused, and its files are named"
echo "1..$count"
exit $failed
