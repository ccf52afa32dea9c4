#!/bin/sh
# SPDX-License-Identifier: MIT
# Start a build folder as a copy of a finished one, so that make compiles only the differences: seed.sh FROM TO
# TO may be in a copy of the tree, if the copy keeps the files' times. Does nothing if TO exists.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
[ ! -e "$2" ] || exit 0
mkdir -p "$2.$$"
new=$(cd "$2.$$" && pwd)
# The objects and what belongs to each of them, but nothing that is made from all of them.
(cd "$1" && find . \( -name '*.[cS].*' -o -path './config/*' -o -name flags \) ! -path './symbols.*' -type f \
    -exec cp -p --parents -t "$new" {} +)
# Dependencies contain the folder's name: each folder has headers of knobs of its own. In a copy of the tree it is
# relative.
case $2 in
"${TEST_BUILD:-build}"/*) name=$2 ;;
*) name=build/${2##*/} ;;
esac
find "$new" -name '*.d' -exec perl -pi -e "s|\Q$1\E/|$name/|g" {} +
mv -T "$new" "$2" 2>/dev/null || rm -rf "$new"
