#!/bin/sh
# SPDX-License-Identifier: MIT
# Write one header per knob: DIR/<knob in lower case>.h defines CONFIG_<KNOB>. A header is rewritten only if its value
# changes, so make rebuilds only the files that include it.
#   scripts/config.sh [-k] DIR NAME=VALUE...    set
#   scripts/config.sh [-k] DIR NAME:DEFAULT...  set to the default; with -k, keep an existing header
set -eu
keep=
if [ "${1-}" = -k ]; then
    keep=1
    shift
fi
dir=$1
shift
mkdir -p "$dir"
for setting; do
    name=${setting%%[=:]*}
    value=${setting#"$name"?}
    file=$dir/$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]').h
    case $setting in
    "$name":*) [ -n "$keep" ] && [ -e "$file" ] && continue ;;
    esac
    text="/* Written by scripts/config.sh. */
#define CONFIG_$name $value"
    if [ ! -e "$file" ] || [ "$(cat "$file")" != "$text" ]; then
        printf '%s\n' "$text" >"$file"
    fi
done
