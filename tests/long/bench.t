#!/bin/sh
# SPDX-License-Identifier: MIT
# `make bench` in full: every allocator completes every trace, and none misbehaves.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

make --no-print-directory -s bench >"$log" 2>&1
report $? "make bench ends with status 0"
echo "1..$count"
exit $failed
