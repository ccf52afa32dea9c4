#!/bin/sh
# SPDX-License-Identifier: MIT
# Run the tests that a suite file of the course lists, several at once. Called by `make course`.
#   TESTS=DIR JOBS=N INVOKED_IN=DIR course/course.sh BUILD BOARD SUITE [KNOB=VALUE...]
#
# Lines of a suite: `kernel NAME` or `kernel NAME:mKIB` for a machine of KIB KiB, and comments after #. The test is
# kernel/tests/NAME/test.c beside the suite file, or NAME/test.c in TESTS. Paths are relative to INVOKED_IN. Prints a line for
# each test as it ends, then a table, and writes BUILD/course/junit.xml. Exits with 0 if no test is wrong, 1 if one is, and 2 if
# the suite cannot be read.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
absolute() { # PATH
    case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "${INVOKED_IN:-$PWD}/$1" ;; esac
}

# The sizes that a machine of a board may have: LOW..HIGH/STEP
range() { # BOARD
    sed -n 's/^BOARD_MEM_KB_RANGE := //p' "boards/$1/board.mk"
}
in_range() { # KIB BOARD
    range "$2" | tr -s './' ' ' | {
        read -r low high step
        [ "$1" -ge "$low" ] && [ "$1" -le "$high" ] && [ $(($1 % step)) -eq 0 ]
    }
}

# --- One test; called by xargs below ----------------------------------------------------------------------------------

# one WORK BOARD NUMBER: the test of that line of WORK/tests, whose fields are NAME and KIB.
if [ "$1" = one ]; then
    work=$2
    board=$3
    number=$4
    read -r name kib <<TEXT
$(sed -n "${number}p" "$work/tests")
TEXT
    file=$(cat "$work/link")/$name/test.c
    output=$work/$number.output
    verdict() { # right|wrong|skipped WHY
        printf '%s\t%s\t%s\t%s\n' "$name" "${kib:-default}" "$1" "$2" >"$work/$number.result"
        echo >>"$work/ended"
        printf '[%*d/%d] %-7s %s%s\n' "${#total}" "$(wc -l <"$work/ended")" "$total" "$1" "$name" "${kib:+, $kib KiB}"
    }
    total=$(wc -l <"$work/tests")
    if [ "$kib" = - ]; then
        kib=
        verdict skipped "a line of another kind than kernel"
        exit
    fi
    if [ ! -f "$file" ]; then
        verdict wrong "there is no file $name/test.c"
        exit
    fi
    # A header or an address that belongs to a part of the course which this kernel or board leaves out.
    outside=$(awk -F ' *[|] *' -v board="$board" '
        FNR == NR { if ($0 !~ /^#/ && ("," $2 ",") ~ ("," board ",|,every,")) why[$1] = $3; next }
        /^ *# *include *[<"]/ {
            split($0, part, /[<>"]/)
            if (part[2] in why) { print "<" part[2] ">: " why[part[2]]; exit }
        }
        {
            line = tolower($0)
            sub(/\/\/.*/, "", line)
            while (match(line, /0x[0-9a-f]+/)) {
                number = substr(line, RSTART, RLENGTH)
                line = substr(line, RSTART + RLENGTH)
                if (number in why) { print number ": " why[number]; exit }
            }
        }' course/outside.txt "$file")
    if [ -z "$outside" ] && [ -n "$kib" ] && in_range "$kib" msim && ! in_range "$kib" "$board"; then
        outside="there is no $board with $kib KiB: $(range "$board" | sed 's/\.\./ to /; s,/, in steps of ,')"
    fi
    if [ -n "$outside" ]; then
        verdict skipped "$outside"
        exit
    fi
    set --
    while IFS= read -r knob; do
        set -- "$@" "$knob"
    done <"$work/knobs"
    if make --no-print-directory -s ktest "$@" ${kib:+"MEM_KB=$kib"} KTEST="$file" >"$output" 2>&1; then
        verdict right "$(sed -n 's/^ktest: RIGHT: //p' "$output")"
    else
        why=$(sed -n 's/^ktest: WRONG: //p' "$output")
        verdict wrong "${why:-$(grep -v '^make' "$output" | tail -n 1 | sed 's/^Makefile:[0-9]*: [*]* //; s/[.]  Stop[.]$//')}"
    fi
    exit
fi

# --- The suite --------------------------------------------------------------------------------------------------------

build=$1
board=$2
suite=$3
shift 3
if [ -z "$suite" ]; then
    echo "make course needs SUITE=FILE: a suite file of the course" >&2
    exit 2
fi
suite=$(absolute "$suite")
if [ ! -f "$suite" ] || [ ! -r "$suite" ]; then
    echo "course: there is no file $suite" >&2
    exit 2
fi
tests=$(dirname "$suite")/kernel/tests
[ -z "${TESTS:-}" ] || tests=$(absolute "$TESTS")
if [ ! -d "$tests" ]; then
    echo "course: there is no folder $tests; TESTS=DIR names another one" >&2
    exit 2
fi
mkdir -p "$build/course"
work=$(mktemp -d "$build/course/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Fields: NAME KIB; KIB is - for what is no kernel test.
if ! tr -d '\r' <"$suite" | awk -v file="$suite" '
    { sub(/#.*/, "") }
    NF == 0 { next }
    $1 == "kernel" && NF == 2 && $2 ~ /^[A-Za-z0-9_.+\/-]+(:m[0-9]+)?$/ && $2 !~ /(^|\/)\.\.(\/|$)/ {
        kib = ""
        if (match($2, /:m/)) {
            kib = substr($2, RSTART + 2)
            $2 = substr($2, 1, RSTART - 1)
        }
        print $2, kib
        next
    }
    $1 != "kernel" && $1 ~ /^[a-z]+$/ && NF == 2 { print $1 "/" $2, "-"; next }
    { print file ":" NR ": neither \"kernel NAME\" nor \"kernel NAME:mKIB\": " $0 >"/dev/stderr"; bad = 1 }
    END { exit bad + 0 }' >"$work/tests"; then
    exit 2
fi
total=$(wc -l <"$work/tests")
if [ "$total" -eq 0 ]; then
    echo "course: $suite lists no test" >&2
    exit 2
fi
scripts/bootstrap.sh lab "$board"

# Make handles no blanks in paths, so it sees the tests through a link. Messages name them kernel/tests/...
link=$build/course/$(printf '%s' "$tests" | cksum | cut -d ' ' -f 1)
ln -sfn "$tests" "$link"
printf '%s\n' "$link" >"$work/link"
for knob; do
    case $knob in
    KTEST_FLAGS=*) echo "course: KTEST_FLAGS is for make ktest" >&2; exit 2 ;;
    HEAP=*) ;; # make has checked it
    *[!A-Za-z0-9_./+,@=-]*) echo "course: $knob contains characters that make cannot handle" >&2; exit 2 ;;
    esac
    printf '%s\n' "$knob"
done >"$work/knobs"
printf 'KTEST_FLAGS=-ffile-prefix-map=%s=kernel/tests\n' "$link" >>"$work/knobs"

# This make's jobs and knobs are none of theirs.
unset MAKEFLAGS MFLAGS MAKELEVEL TESTS
seq "$total" | xargs -P "${JOBS:-$(nproc)}" -n 1 "$0" one "$work" "$board"

# --- The report -------------------------------------------------------------------------------------------------------

for number in $(seq "$total"); do
    cat "$work/$number.result"
done >"$work/results"
echo
awk -F '\t' '
    { line[NR] = $0; if (length($1) > wide) wide = length($1) }
    END {
        printf "%-*s  %8s  %-7s  %s\n", wide, "test", "KiB", "verdict", "why"
        for (i = 1; i <= NR; i++) {
            split(line[i], field, "\t")
            printf "%-*s  %8s  %-7s  %s\n", wide, field[1], field[2], field[3], field[4]
            count[field[3]]++
        }
        printf "\n%d tests on '"$board"': %d right, %d wrong, %d skipped\n", NR, count["right"], count["wrong"], count["skipped"]
    }' "$work/results"

# Text for XML, without the control characters that it does not allow.
xml() {
    tr -d '\000-\010\013\014\016-\037' | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'
}
{
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    printf '<testsuite name="%s" tests="%d" failures="%d" errors="0" skipped="%d">\n' "$(basename "$suite" | xml)" "$total" \
        "$(grep -c '	wrong	' "$work/results")" "$(grep -c '	skipped	' "$work/results")"
    number=0
    while IFS='	' read -r name kib verdict why; do
        number=$((number + 1))
        printf '<testcase classname="kernel.%s" name="%s%s">' "$board" "$name" "$([ "$kib" = default ] || echo ":m$kib")"
        why=$(printf '%s' "$why" | xml)
        case $verdict in
        wrong) printf '<failure message="%s"/>' "$why" ;;
        skipped) printf '<skipped message="%s"/>' "$why" ;;
        esac
        [ ! -f "$work/$number.output" ] || { printf '<system-out>'; xml <"$work/$number.output"; printf '</system-out>'; }
        echo '</testcase>'
    done <"$work/results"
    echo '</testsuite>'
} | iconv -c -f UTF-8 -t UTF-8 >"$work/junit.xml"
mv "$work/junit.xml" "$build/course/junit.xml"
echo "JUnit XML: $build/course/junit.xml"
! grep -q '	wrong	' "$work/results"
