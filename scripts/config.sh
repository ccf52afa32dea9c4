#!/bin/sh
# SPDX-License-Identifier: MIT
# Write one header per knob: DIR/<knob in lower case>.h defines CONFIG_<KNOB>. A header is rewritten only if its value
# changes, so make rebuilds only the files that include it.
#   scripts/config.sh DIR NAME=VALUE...
set -eu
export LC_ALL=C
mkdir -p "$1"
awk 'BEGIN {
    for (i = 2; i < ARGC; i++) {
        name = value = ARGV[i]
        sub(/=.*/, "", name)
        sub(/^[^=]*=/, "", value)
        file = ARGV[1] "/" tolower(name) ".h"
        first = "/* Written by scripts/config.sh. */"
        second = "#define CONFIG_" name " " value
        was = ""
        while ((getline line < file) > 0)
            was = was line "\n"
        close(file)
        if (was != first "\n" second "\n") {
            # By renaming, so that no reader sees half a header.
            print first "\n" second >(file ".new")
            close(file ".new")
            if (system("mv \"" file ".new\" \"" file "\"") != 0)
                exit 1
        }
    }
}' "$@"
