#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs of `make test` with what they leave out there: more sizes, presets, rounds, boards, compilers and optimisation.
# Parts: memory_sizes matrix new_board heap_builds threads concurrent freestanding libmem labs same_figures stack_graph stack_report locales
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

for part in ${*:-memory_sizes matrix new_board heap_builds threads concurrent freestanding libmem labs same_figures stack_graph stack_report locales}; do
    case $part in
    memory_sizes) program="tests/kernel/memory_sizes.t full" ;;
    matrix) program="tests/kernel/matrix.t full" ;;
    new_board) program="tests/kernel/new_board.t full" ;;
    heap_builds) program="tests/kernel/heap_builds.t tiny paranoid" ;;
    threads) program="tests/kernel/threads.t full" ;;
    concurrent) program="tests/static/concurrent.t 3" ;;
    freestanding) program="tests/static/freestanding.t full" ;;
    libmem) program="tests/static/libmem.t full" ;;
    labs | same_figures) program="tests/labs/$part.t full" ;;
    stack_graph | stack_report | locales) program="tests/static/$part.t full" ;;
    *) program=false ;;
    esac
    # $program is a list of words.
    # shellcheck disable=SC2086
    $program >"$log" 2>&1
    report $? "$program: $(grep -c '^ok ' "$log") tests pass"
done
echo "1..$count"
exit $failed
