#!/bin/sh
# SPDX-License-Identifier: MIT
# Worst-case stack use: computed for every board and every compiler at hand, beside what labs measure; and what each row
# of stack.txt is good for, by taking it away.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work" build/*-stack-test' EXIT
shown=$work/out
. tests/tap.sh

# The report on the build at hand, with rows and options of ours.
report_with() { # [OPTION...]
    # shellcheck disable=SC2086
    tools/stack/report.pl "$@" $args >"$work/out" 2>&1
}
refused() { # DESCRIPTION PATTERN [OPTION...]
    description=$1
    pattern=$2
    shift 2
    ! report_with "$@" && grep -q "$pattern" "$work/out"
    report $? "$what: $description"
}
# As if the rows that match had never been written, or had other words in them.
refused_with() { # DESCRIPTION PATTERN SED_SCRIPT
    all=$args
    args=
    for word in $all; do
        if [ -z "${word##*stack.txt}" ]; then
            mkdir -p "$work/${word%/*}"
            sed "$3" "$word" >"$work/$word"
            word=$work/$word
        fi
        args="$args $word"
    done
    refused "$1" "$2"
    args=$all
}

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
            grep -q 'recursion: .*use_stack, at most 8 deep: .*: deep_main$' "$work/out"
        report $? "$what: interrupt path and threads stand beside what was measured, recursion is flagged"
        # Of this thread it can be told to the byte, but for what the last function saves and never writes.
        awk '$2 == "deep_main" && $3 >= $5 && $3 - $5 <= 16 { good = 1 } END { exit !good }' "$work/out"
        report $? "$what: the stack lab's thread goes as deep as computed, within 16 bytes"
    fi
    args=$(make --no-print-directory -s stack-report-args BOARD="$1" TOOLCHAIN="$2")
    refused "an interrupt stack of 1 KiB would be refused" '^interrupt .* 1024  FAIL: exceeds its stack$' -l 1024
    refused_with "a call through a pointer that nobody has explained is refused" \
        '^interrupt .* FAIL: not all is known$' '/kernel.src.lib.format\.c/d'
    refused_with "so is one whose explanation names nothing that is there" \
        'FAIL: .*kernel/stack.txt:[0-9]*: gone() is not there$' 's/console_sink_write/gone/'
    refused_with "a function that interrupts call through a pointer must be in a row" \
        '^FAIL: .* holds the address of labs/sync/sync.c:record() (a calls or taken row is missing)$' 's/sync.c:record//'
    refused_with "what interrupts enter first must be in a row" \
        "^FAIL: arch/.*, which no C calls, enters [a-z0-9_]*() (a stack row is missing)\$" '/^stack interrupt/d'
    refused_with "recursion in an interrupt that no row limits is refused, and the way round is told" \
        '^ *endless recursion: .*> format_vprint >' '/^depth format_vprint/d'
    refused_with "a frame that could jump over what is unmapped is refused" \
        '^FAIL: .*:far_jump_main() takes [0-9]* bytes of stack; [0-9]* lie unmapped' '/^frame far_jump_main/d'
    [ "$1" != msim ] || refused_with "an instruction that is not known is refused" \
        '^FAIL: board_exit() has an instruction that objdump does not know' '/^opaque board_exit/d'
    refused_with "a row of a kind that is none is an error" 'kernel/stack.txt:[0-9]*: no row of cals' \
        's/^calls kernel.src.main/cals kernel.src.main/'
    echo '[ps]    - -            -    -  16384  16000  98%  interrupt' >"$work/log"
    all=$args
    args="$args $work/log"
    refused "a measurement above the computed depth is refused" '^interrupt .* FAIL: measured more than computed$'
    args=$all
}
for board in qemu-virt-aarch64 malta msim; do
    try $board clang
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
    if ! command -v "${cross}gcc" >/dev/null; then
        report 0 "$board gcc # SKIP ${cross}gcc is not installed"
        continue
    fi
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
echo "1..$count"
exit $failed
