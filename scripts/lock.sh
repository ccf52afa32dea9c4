#!/bin/sh
# SPDX-License-Identifier: MIT
# Run a command while holding the lock of a folder, which is created if necessary.
#   scripts/lock.sh FOLDER COMMAND...
# Without flock (Debian: util-linux) there is no lock.
set -eu
export LC_ALL=C
folder=$1
shift
if ! mkdir -p "$folder" || ! [ -w "$folder" ]; then
    echo "cannot build in $folder; BUILD=FOLDER says where else" >&2
    exit 2
fi
if command -v flock >/dev/null 2>&1; then
    exec 9>"$folder/lock"
    if ! flock -n 9; then
        echo "waiting for another make in $folder" >&2
        flock 9
    fi
fi
exec "$@"
