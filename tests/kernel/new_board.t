#!/bin/sh
# SPDX-License-Identifier: MIT
# A new board is one new folder: in a copy of the tree, a board is copied under another name, and then builds, boots, passes
# every kernel test and all labs, without a change outside its folder. With the argument "full", as in `make check-all`, for
# each board.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
unset TESTS_BUILT TEST_BUILD

tree=$work/tree
mkdir "$tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$tree"
new=another-board
for board in $([ -z "$full" ] && echo malta || tests/kernel/kernel.sh -l | sed -n 's/-clang$//p'); do
    old=$board
    use_kernel -r "$old-clang" || continue
    rm -rf "$tree/boards/$new" "$tree/build"
    cp -Rp "boards/$old" "$tree/boards/$new"
    grep -rl "\"$old\"" "$tree/boards/$new" | xargs sed -i "s/\"$old\"/\"$new\"/"
    grep -q "boards/$old/" "$tree/boards/$new/board.mk" && sed -i "s|boards/$old/|boards/$new/|g" "$tree/boards/$new/board.mk"
    tests/kernel/seed.sh "${kernel%/*}" "$tree/build/$new-clang"
    (cd "$tree" && make --no-print-directory -s -j2 all BOARD=$new) >"$work/out" 2>&1
    report $? "$old as $new builds"
    (cd "$tree" && boards/boot.sh 20 $new "build/$new-clang/kernel.elf") >"$work/out" 2>&1
    grep -q "^Cairn on $new" "$work/out"
    report $? "$old as $new boots under its name"
    (cd "$tree" && make --no-print-directory -s lab BOARD=$new) >"$work/out" 2>&1
    report $? "make lab BOARD=$new: every lab passes"
    (cd "$tree" && sh tests/kernel/unit.t $new-clang) >"$work/out" 2>&1
    report $? "$old as $new: every kernel test passes"
    passed=$(grep -c '^ok' "$work/out")
    [ "$passed" -gt 300 ]
    report $? "these are $passed"
    (cd "$tree" && make help) 2>/dev/null | grep -q "$new"
    report $? "make help lists it"
done
echo "1..$count"
exit $failed
