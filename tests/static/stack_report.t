#!/bin/sh
# SPDX-License-Identifier: MIT
# Worst-case stack use: computed for every board and every compiler available; the build fails if an interrupt could
# overflow its stack, if the targets of a call through a pointer are unknown, and if a measured depth exceeds the
# computed one. The call graph read from the object code is the one that gcc reports.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work" build/*-stack-test' EXIT
shown=$work/out
. tests/tap.sh

try() { # BOARD TOOLCHAIN
    what="$1 $2"
    if ! make --no-print-directory -s -j2 BOARD="$1" TOOLCHAIN="$2" >"$work/out" 2>&1; then
        report 1 "$what: builds"
        return
    fi
    if [ "$1" = msim ] && ! command -v msim >/dev/null; then
        report 0 "$what: nothing to measure with # SKIP msim is not on PATH"
    else
        make --no-print-directory -s stack-report BOARD="$1" TOOLCHAIN="$2" >"$work/out" 2>&1
        report $? "$what: every interrupt, exception and boot path fits its stack"
        grep -q '^interrupt  *[a-z0-9_]*  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  fits$' "$work/out" &&
            grep -q '^thread *idle_main .* fits$' "$work/out" &&
            grep -q '^boot *mem_lab  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  fits$' "$work/out" &&
            grep -q '^thread *deep_main  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  fits$' "$work/out" &&
            grep -q 'recursion: use_stack; bounded: 8 deep: deep_main$' "$work/out" &&
            ! grep 'not there' "$work/out"
        report $? "$what: interrupt path and threads stand beside what was measured, recursion is flagged"
    fi
    build=build/$1-$2
    ! tools/stack/report.pl -l 1024 "$build" $nm 16384 >"$work/out" 2>&1 &&
        grep -q '^interrupt .* 1024  FAIL: exceeds its stack$' "$work/out"
    report $? "$what: an interrupt stack of 1 KiB would be refused"
    grep -v 'kernel/src/lib/format.c' tools/stack/calls.txt >"$work/calls"
    ! tools/stack/report.pl -c "$work/calls" "$build" $nm 16384 >"$work/out" 2>&1 &&
        grep -q '^interrupt .* FAIL: not all calls are known' "$work/out"
    report $? "$what: a call through a pointer that nobody has explained is refused"
    sed 's/console_sink_write buffer_sink_write/gone/' tools/stack/calls.txt >"$work/calls"
    ! tools/stack/report.pl -c "$work/calls" "$build" $nm 16384 >"$work/out" 2>&1 &&
        grep -q '^interrupt .* FAIL: not all calls are known' "$work/out" && grep -q 'not there: gone$' "$work/out"
    report $? "$what: so is one whose explanation names nothing that is there"
    echo '[ps]    - -            -    -  16384  16000  98%  interrupt' >"$work/log"
    ! tools/stack/report.pl "$build" $nm 16384 "$work/log" >"$work/out" 2>&1 &&
        grep -q '^interrupt .* FAIL: measured more than computed$' "$work/out"
    report $? "$what: a measurement above the computed depth is refused"
}
for board in qemu-virt-aarch64 malta msim; do
    nm=llvm-nm
    try $board clang
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
    if ! command -v "${cross}gcc" >/dev/null; then
        report 0 "$board gcc # SKIP ${cross}gcc is not installed"
        continue
    fi
    nm=${cross}nm
    try $board gcc
done

# Plain `make`.
for board in qemu-virt-aarch64 malta msim; do
    ! make --no-print-directory -s -j2 BOARD=$board BUILD_SUFFIX=-stack-test \
        STACK_REPORT='tools/stack/report.pl -l 1024' >"$work/out" 2>&1 &&
        grep -q '^interrupt .* 1024  FAIL: exceeds its stack$' "$work/out" &&
        [ ! -e build/$board-clang-stack-test/kernel.elf ]
    report $? "make BOARD=$board builds no kernel whose interrupt path exceeds its stack"
    make --no-print-directory -s -j2 BOARD=$board BUILD_SUFFIX=-stack-test >"$work/out" 2>&1 &&
        [ -e build/$board-clang-stack-test/kernel.elf ]
    report $? "and builds one where it does not"
done

# Calls that graph.pl misses or invents. gcc calls some functions by their parts, and titles weak functions with the
# file as if they were static.
edges() {
    sed -n 's/^edge: { sourcename: "\([^"]*\)" targetname: "\([^"]*\)".*/\1 > \2/p' |
        sed -E 's/\.(part|isra|constprop|cold)[^ ]*//g; s/[^ ]+\.c://g' | LC_ALL=C sort -u
}
build=build/qemu-virt-aarch64-gcc
if [ -e $build/calls.ci ]; then
    edges <$build/calls.ci >"$work/gcc"
    objects=$(sed -n 's/^graph: { title: "\([^"]*\)".*/\1/p' $build/calls.ci | sed "s|^|$build/|; s|\$|.o|")
    # shellcheck disable=SC2086
    tools/stack/graph.pl aarch64-linux-gnu-objdump $build $objects 2>"$work/out" | edges >"$work/ours"
    diff "$work/gcc" "$work/ours" >>"$work/out" && [ "$(wc -l <"$work/ours")" -gt 500 ]
    report $? "all $(wc -l <"$work/gcc") calls that gcc tells of are found in its code, and no other"
else
    report 0 "the calls that gcc tells of # SKIP aarch64-linux-gnu-gcc is not installed"
fi
echo "1..$count"
exit $failed
