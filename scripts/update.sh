#!/bin/sh
# SPDX-License-Identifier: MIT
# Write a command's output to a file by renaming, so that the file is complete or absent.
#   scripts/update.sh [-c] FILE COMMAND...
#   -c  do not touch the file if its content stays the same
set -eu
export LC_ALL=C
changes=
if [ "$1" = -c ]; then
    changes=1
    shift
fi
file=$1
shift
mkdir -p "${file%/*}"
trap 'rm -f "$file.$$"' EXIT
"$@" >"$file.$$"
if [ -z "$changes" ] || ! cmp -s "$file.$$" "$file"; then
    mv "$file.$$" "$file"
fi
