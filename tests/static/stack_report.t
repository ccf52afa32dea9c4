#!/bin/sh
# SPDX-License-Identifier: MIT
# Worst-case stack use: computed for every board and every compiler available, beside the depths that labs measure: with one
# compiler, or with the argument "full", as in `make check-all`, with all. Each kind of row in stack.txt is removed once; the
# report must then fail.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work" $builds/*-stack-test' EXIT
shown=$work/out
. tests/tap.sh

# The report on the current build, with other options.
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
# The report on the current build, with edited rows.
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
    use_kernel "$1-$2" || return
    functions=${kernel%/*}/symbols.S
    grep -q '"kernel_main"' "$functions" && ! grep OUTLINED "$functions" >"$work/out"
    report $? "$what: the compiler has made no functions of its own from parts of others"
    if ! why=$(TESTS_BUILT=1 tests/kernel/kernel.sh -r "$1-$2"); then
        report 0 "$what: nothing to measure with # SKIP $why"
    elif [ "$2" = clang ] || [ -n "$full" ]; then
        make --no-print-directory -s stack-report BOARD="$1" TOOLCHAIN="$2" >"$work/out" 2>&1
        report $? "$what: every interrupt, exception and boot path fits its stack"
        grep -q '^interrupt  *[a-z0-9_]*  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  fits$' "$work/out" &&
            grep -q '^thread *idle_main .* fits$' "$work/out" &&
            grep -q '^boot *mem_lab  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  fits$' "$work/out" &&
            grep -q 'recursion: .*use_stack, at most 8 deep: .*: deep_main$' "$work/out"
        report $? "$what: interrupt path and threads stand beside what was measured, recursion is flagged"
        # The depth of this thread is known to the byte, except for words that the deepest function reserves and never writes.
        awk '$2 == "deep_main" && $3 >= $5 && $3 - $5 <= 16 { good = 1 } END { exit !good }' "$work/out"
        report $? "$what: the stack lab's thread goes as deep as computed, within 16 bytes"
    fi
    args=$(make --no-print-directory -s stack-report-args BOARD="$1" TOOLCHAIN="$2")
    refused "an interrupt stack of 1 KiB would be refused" '^interrupt .* 1024  FAIL: exceeds its stack$' -l 1024
    refused_with "a call through a pointer that nobody has explained is refused" \
        '^interrupt .* FAIL: not all is known$' '/kernel.src.lib.format\.c/d'
    refused_with "so is one whose explanation names nothing that is there" \
        'FAIL: .*kernel/stack.txt:[0-9]*: gone() does not exist$' 's/console_sink_write/gone/'
    refused_with "a function that an interrupt calls through a pointer needs a row" \
        '^FAIL: .* contains the address of labs/sync/sync.c:record() (a calls or taken row is missing)$' 's/sync.c:record/-/'
    refused_with "the C function that an interrupt enters needs a row" \
        "^FAIL: arch/.*, which no C function calls, enters [a-z0-9_]*() (a stack row is missing)\$" '/^stack interrupt/d'
    refused_with "recursion in an interrupt without a limit is refused, and its path is printed" \
        '^ *endless recursion: .*> format_vprint >' '/^depth format_vprint/d'
    refused_with "a frame that could jump over the unmapped range is refused" \
        '^FAIL: .*:far_jump_main() has a frame of [0-9]* bytes; [0-9]* are unmapped' '/^frame far_jump_main/d'
    [ "$1" != msim ] || refused_with "an unknown instruction is refused" \
        '^FAIL: board_exit() contains an instruction unknown to objdump' '/^opaque board_exit/d'
    refused_with "an unknown kind of row is an error" 'kernel/stack.txt:[0-9]*: not a row: cals' \
        's/^calls kernel.src.main/cals kernel.src.main/'
    echo '[ps]    - -            -    -  16384  16000  98%  interrupt' >"$work/log"
    all=$args
    args="$args $work/log"
    refused "a measurement above the computed depth is refused" '^interrupt .* FAIL: measured more than computed$'
    args=$all
}
boards=$(for file in boards/*/board.mk; do basename "${file%/board.mk}"; done)
for name in $(tests/kernel/kernel.sh -l); do
    try "${name%-*}" "${name##*-}"
done

# Plain `make`.
for board in $boards; do
    tests/kernel/seed.sh "$builds/$board-clang" "$builds/$board-clang-stack-test"
    ! make --no-print-directory -s -j2 BOARD="$board" BUILD_SUFFIX=-stack-test \
        STACK_REPORT='tools/stack/report.pl -l 1024' >"$work/out" 2>&1 &&
        grep -q '^interrupt .* 1024  FAIL: exceeds its stack$' "$work/out" &&
        [ ! -e "$builds/$board-clang-stack-test/kernel.elf" ]
    report $? "make BOARD=$board builds no kernel whose interrupt path exceeds its stack"
    make --no-print-directory -s -j2 BOARD="$board" BUILD_SUFFIX=-stack-test >"$work/out" 2>&1 &&
        [ -e "$builds/$board-clang-stack-test/kernel.elf" ]
    report $? "and builds one where it does not"
done
echo "1..$count"
exit $failed
