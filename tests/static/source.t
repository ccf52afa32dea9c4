#!/bin/sh
# SPDX-License-Identifier: MIT
# The source: formatted by clang-format, licensed, and built by both compilers without a warning.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log" "$log.listed" "$log.there"' EXIT
shown=$log
. tests/tap.sh
run() { # DESCRIPTION COMMAND...
    description=$1
    shift
    "$@" >"$log" 2>&1
    report $? "$description"
}
licensed() {
    missing=$(git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.S' '*.sh' '*.mk' '*.t' '*.awk' Makefile |
        xargs grep -L 'SPDX-License-Identifier: MIT')
    echo "$missing"
    [ -z "$missing" ]
}
# Source lists are explicit: a file in no list would never be built.
listed() {
    for board in boards/*/board.mk; do
        make --no-print-directory -s list-sources BOARD="$(basename "$(dirname "$board")")" || return
    done | tr ' ' '\n' | sort -u >"$log.listed"
    git ls-files --cached --others --exclude-standard 'arch/*.[cS]' 'boards/*.c' 'drivers/*.c' 'kernel/*.c' 'labs/*.c' \
        'libmem/*.c' 'tests/kernel/*.[cS]' 'course/runtime/*.c' 'bench/src/*.[cS]' 'bench/adapters/*.c' \
        'tools/*.c' 'tests/host/test_*.c' 'tests/host/mem_heap_*.c' | grep -v '\.lds\.S$' | sort >"$log.there"
    diff "$log.there" "$log.listed"
}
run "every source file is in a list, and every file of the lists is there" listed
run "clang-format would change nothing" make --no-print-directory -s format-check
run "every source file names its licence" licensed
# Rows of tables cannot be broken.
narrow() {
    git ls-files --cached --others --exclude-standard '*.md' | xargs -d '\n' perl -CSD -ne '
        chomp;
        if (length > 120 && !/^\|/) { print "$ARGV:$.: ", length, " columns\n"; $wide = 1 }
        close ARGV if eof;
        END { exit($wide // 0) }'
}
run "lines of Markdown have at most 120 columns" narrow
for name in $(tests/kernel/kernel.sh -l); do
    if why=$(TESTS_BUILT=1 tests/kernel/kernel.sh "$name"); then
        run "${name%-*} builds with ${name##*-}, warnings as errors" \
            make --no-print-directory -s BUILD="$builds" BOARD="${name%-*}" TOOLCHAIN="${name##*-}"
    else
        report 0 "$name # SKIP $why"
    fi
done
echo "1..$count"
exit $failed
