#!/bin/sh
# SPDX-License-Identifier: MIT
# BUILD=FOLDER: a checkout that its user cannot write to builds, runs labs and tests, and stays as it is.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
checkout="$work/read only"
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
shown=$work/log
. tests/tap.sh
unset MAKEFLAGS

# A copy, for somebody who is not root: root can write everywhere.
as_user=
if [ "$(id -u)" -eq 0 ]; then
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$work/out"
fi
mkdir "$work/out" "$checkout"
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$checkout"
touch "$work/before"
chmod -R a+rX,a-w "$checkout"
chmod 755 "$work"
chmod 777 "$work/out"
run() { # COMMAND...: in the copy, as that user
    # $as_user is a list of words.
    # shellcheck disable=SC2086
    (cd "$checkout" && $as_user "$@") >"$work/log" 2>&1 </dev/null
}
board=qemu-virt-aarch64
out=$work/out/build

! run touch file && ! run make -s && grep -q '^cannot build in build/.*; BUILD=FOLDER says where else$' "$work/log"
report $? "a checkout that cannot be written to: make names BUILD"
run make -s -j2 BUILD="$out" && [ -e "$out/$board-clang/kernel.elf" ]
report $? "with BUILD it builds"
run make -s lab BUILD="$out" && grep -c '^PASS' "$work/log" | grep -qx 3 && [ -e "$out/$board-clang/lab/mem.log" ]
report $? "make lab runs all labs"
run make run ARGS=test=thread BUILD="$out" && grep -q '^\[boot\] test=thread ends with status 0' "$work/log"
report $? "make run runs a kernel test"
run env STACK_LAB_MODE=1 BUILD="$out" scripts/stack_lab_run.sh && grep -q '^PASS  lab stack' "$work/log"
report $? "scripts/stack_lab_run.sh takes BUILD from the environment"
cp course/tests/printk/puts.c "$work/puts.c"
run make -s ktest KTEST="$work/puts.c" BUILD="$out" && grep -q '^ktest: RIGHT' "$work/log"
report $? "make ktest"
run make -s stack-report BUILD="$out" && grep -q '^interrupt .* fits$' "$work/log"
report $? "make stack-report"
run make -s -j2 bench-build BENCH_BITS=64 BENCH_CFLAGS=-O0 BUILD="$out" && [ -x "$out/bench/bench64" ]
report $? "make bench-build"
run env BUILD="$out" tools/record/record.sh -o "$work/out/ls.rep" -- ls && [ -x "$out/tools/record" ]
report $? "the recorder"
[ -z "$(find "$checkout" -newer "$work/before" ! -newer "$work/out" -type f)" ] && [ ! -e "$checkout/build" ]
report $? "nothing was written to the checkout"

# make clean removes it.
mkdir "$out/mine"
run make clean BUILD="$out" && [ "$(ls "$out")" = mine ]
report $? "make clean removes what was built, and nothing else"
! make BUILD="$work/two words" >"$work/log" 2>&1 && grep -q 'BUILD=.*two words is wrong; it may be a path without blanks' "$work/log"
report $? "a folder with a blank in its name is refused"
echo "1..$count"
exit $failed
