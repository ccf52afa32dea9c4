#!/bin/sh
# SPDX-License-Identifier: MIT
# Build what the tests need and run them side by side (tests/harness.pl); ends with "N passed, N failed". All programs print
# TAP (testanything.org). docs/testing.md lists them.
#   tests/run.sh [-a] [PROGRAM...]     only these test programs (host programs: build/host/...)
# Without programs: those of `make test`; with -a, those of `make check-all`. TEST_BUILD=FOLDER: in place of build/.
# A program with a line "# Parts: WORD..." accepts these words as arguments and then runs only these parts. Here its parts run
# side by side. The word kernels stands for those that tests/kernel/kernel.sh -l names, the word sampled for those of -s.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
builds=${TEST_BUILD:-build}
JOBS=${JOBS:-$(nproc)}
export JOBS
case $JOBS in
'' | *[!0-9]* | 0)
    echo "JOBS=$JOBS is wrong; it may be 1 or more" >&2
    exit 2
    ;;
esac
long=
host=
if [ "${1-}" = -a ]; then
    long=1
    host=HOST_ALL=1
    shift
fi

if [ $# -eq 0 ]; then
    # What programs would build first, all at once. None does it again, unless something does not build: then they tell.
    if make BUILD="$builds" --no-print-directory -s -k -j"$JOBS" -f tests/build.mk $host; then
        export TESTS_BUILT=1
    fi
    # shellcheck disable=SC2046
    set -- course/*.t tests/kernel/*.t tests/static/*.t tests/labs/*.t tests/host/*_test.sh \
        $([ -z "$long" ] || ls tests/long/*.t) $(make BUILD="$builds" --no-print-directory -s list-host-tests $host)
else
    for program; do
        case $program in "$builds"/host/*) make BUILD="$builds" --no-print-directory -s -j"$JOBS" "$program" ;; esac
    done
fi

# One line for each part, for the harness.
parts() {
    for program; do
        words=
        case $program in *.t) words=$(sed -n 's/^# Parts: //p' "$program") ;; esac
        for word in ${words:-.}; do
            case $word in
            .) echo "$program" ;;
            kernels) tests/kernel/kernel.sh -l | sed "s|^|$program |" ;;
            sampled) tests/kernel/kernel.sh -s | sed "s|^|$program |" ;;
            *) echo "$program $word" ;;
            esac
        done
    done
}
programs=$(parts "$@")
IFS='
'
# shellcheck disable=SC2086
exec perl tests/harness.pl $programs
