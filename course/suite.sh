#!/bin/sh
# SPDX-License-Identifier: MIT
# Run a suite of kernel tests, course/tests/SUITE.list, on a board, in TAP. Exits with 0 iff all tests that apply are
# right.
#   HEAP=h [MOCK_HEAP_SIZE=n] course/suite.sh BOARD SUITE
# A line of a list: FILE [@CONDITION...] [KNOB=VALUE...]. The knobs are passed to `make ktest`. Conditions:
#   @msim      only on boards whose name or CPU matches this regular expression
#   @free      needs a heap that frees blocks (not HEAP=bump)
#   @merge     needs a heap that merges any two free neighbours (not HEAP=buddy or slab)
#   @dense     needs a heap that does not round up by much (not HEAP=buddy)
#   @describe  needs a heap that knows its blocks (not HEAP=bump)
#   @stacks    needs a heap with room for thread stacks (not a small MOCK_HEAP_SIZE)
#   @heap:N    needs a heap of N bytes (not a smaller MOCK_HEAP_SIZE)
#   @real      needs the detected memory (not MOCK_HEAP_SIZE)
# A test also does not apply if the array of MOCK_HEAP_SIZE does not fit in MEM_KB. With TEST_NUMBER=N, for callers that
# join suites, numbers continue from N and no plan is printed.
set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 2
board=$1
suite=$2
list=course/tests/$suite.list
if [ ! -f "$list" ]; then
    echo "SUITE=$suite is unknown; there are: $(basename -s .list -a course/tests/*.list | tr '\n' ' ')" >&2
    exit 2
fi
scripts/bootstrap.sh lab "$board" || exit 2
arch=$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")
default_heap=${HEAP:?}
output=$(mktemp)
trap 'rm -f "$output"' EXIT
number=${TEST_NUMBER:-0}
failed=0

# Size of an image without threads, except for the array; and the hole that some boards have.
image_kb=28
grep -q IMAGE_HOLE_END "boards/$board/board.mk" && image_kb=44

# Print why a test does not apply; nothing if it does.
not_applicable() { # CONDITIONS...
    for condition; do
        case $condition in
        @free) [ "$heap" != bump ] || echo "HEAP=bump takes nothing back" ;;
        @merge)
            case $heap in
            buddy) echo "HEAP=buddy merges only buddies" ;;
            slab) echo "HEAP=slab merges only pages" ;;
            esac
            ;;
        @dense) [ "$heap" != buddy ] || echo "HEAP=buddy rounds up to powers of two" ;;
        @describe) [ "$heap" != bump ] || echo "HEAP=bump remembers nothing of its blocks" ;;
        @real) [ "$mock" = 0 ] || echo "with MOCK_HEAP_SIZE=$mock, blocks lie in the image and not in detected memory" ;;
        @stacks) [ "$mock" = 0 ] || [ "$mock" -ge 65536 ] || echo "MOCK_HEAP_SIZE=$mock has no room for thread stacks" ;;
        @heap:*) [ "$mock" = 0 ] || [ "$mock" -ge "${condition#*:}" ] ||
            echo "needs a heap of ${condition#*:} bytes, and MOCK_HEAP_SIZE=$mock" ;;
        @*) printf '%s %s\n' "$board" "$arch" | grep -Eq "^(${condition#@}) | (${condition#@})$" || echo "for ${condition#@} only" ;;
        esac
    done
    [ "$mock" = 0 ] || [ -z "$mem_kb" ] || [ $((image_kb + mock / 1024)) -le "$mem_kb" ] ||
        echo "MEM_KB=$mem_kb has no room for MOCK_HEAP_SIZE=$mock in the image"
}

while read -r file words <&3; do
    case $file in '' | '#'*) continue ;; esac
    number=$((number + 1))
    knobs=
    conditions=
    heap=$default_heap
    mock=${MOCK_HEAP_SIZE:-0}
    mem_kb=
    for word in $words; do
        case $word in
        @*) conditions="$conditions $word" ;;
        HEAP=*) heap=${word#*=} knobs="$knobs $word" ;;
        MOCK_HEAP_SIZE=*) mock=${word#*=} knobs="$knobs $word" ;;
        MEM_KB=*) mem_kb=${word#*=} knobs="$knobs $word" ;;
        *) knobs="$knobs $word" ;;
        esac
    done
    name="$board ${file%.c}${knobs:+ $(echo "$knobs" | tr -s ' ' | sed 's/^ //')}"
    # shellcheck disable=SC2086
    why=$(not_applicable $conditions | head -n 1)
    if [ -n "$why" ]; then
        echo "ok $number - $name # SKIP not applicable: $why"
        continue
    fi
    # shellcheck disable=SC2086
    if ${MAKE:-make} --no-print-directory -s ktest BOARD="$board" KTEST="$PWD/course/tests/$file" $knobs >"$output" 2>&1; then
        echo "ok $number - $name: $(sed -n 's/^ktest: RIGHT: //p' "$output")"
        sed -n 's/^\(seed .*\|figure: .*\)$/# \1/p' "$output"
    else
        failed=1
        echo "not ok $number - $name"
        tail -n 25 "$output" | sed 's/^/# /'
    fi
done 3<"$list"
[ -n "${TEST_NUMBER:-}" ] || echo "1..$number"
exit $failed
