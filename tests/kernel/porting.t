#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/porting.md, followed literally: in a copy of the tree, the files of its example are made from the page. The board then
# builds, boots, and passes kernel tests and a lab.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
use_kernel -r qemu-virt-aarch64-clang || exit 1
unset TESTS_BUILT TEST_BUILD

tree=$work/tree
mkdir -p "$tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$tree"
tests/kernel/seed.sh "${kernel%/*}" "$tree/build/example-clang"
cd "$tree" || exit 1
# A line that is only a file's name in backquotes, then a fenced block: the file.
awk '/^`boards\/example\/[^`]*`$/ { file = substr($0, 2, length($0) - 2); next }
    /^```/ && file != "" { if (inside) { close(file); file = "" } else { dir = file; sub("/[^/]*$", "", dir); system("mkdir -p " dir) }
        inside = !inside; next }
    inside { print >file }' docs/porting.md
chmod +x boards/example/run
[ "$(find boards/example -type f | wc -l)" -eq 4 ]
report $? "the page has four files of a board"
make --no-print-directory -s -j2 all BOARD=example >"$work/out" 2>&1
report $? "the board builds"
for test in memory irq tick thread attributes console; do
    boards/boot.sh 20 example -i build/example-clang/kernel.elf test=$test >"$work/out" 2>&1
    report $? "test=$test passes on it"
done
make --no-print-directory -s lab BOARD=example LAB=mem >"$work/out" 2>&1
report $? "make lab BOARD=example LAB=mem passes"
clang-format --dry-run --Werror boards/example/board.c >"$work/out" 2>&1
report $? "its source has the layout of ours"
echo "1..$count"
exit $failed
