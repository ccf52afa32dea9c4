#!/bin/sh
# SPDX-License-Identifier: MIT
# Build and run all tests: host programs, kernels in emulators, labs, and checks of the source. All print TAP
# (testanything.org); tests/harness.pl runs them and ends with "N passed, N failed".
#   tests/run.sh [FILE...]     only these test programs (host programs: build/host/...)
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
make --no-print-directory -s -j"$(nproc)" host-tests
if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046
    set -- tests/static/*.t course/*.t tests/host/*_test.sh tests/kernel/*.t tests/labs/*.t $(make --no-print-directory -s list-host-tests)
fi
exec perl tests/harness.pl "$@"
