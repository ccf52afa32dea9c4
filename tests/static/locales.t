#!/bin/sh
# SPDX-License-Identifier: MIT
# The build in Turkish, where the lower-case form of I is not i, and the benchmark's report in German, where the decimal point
# is a comma; with the argument "full", as in `make check-all`, both in both.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
board=qemu-virt-aarch64
trap 'rm -rf "$work" $builds/$board-clang-locale-*' EXIT
shown=$work/out
unset MAKEFLAGS
. tests/tap.sh

# Scripts may also be called by hand. tools/record runs the user's program, in the user's locale.
for script in $(git ls-files --cached --others --exclude-standard '*.sh' '*.t' 'boards/*/run' .ci/run); do
    case $script in tools/record/*) continue ;; esac
    head -n 1 "$script" | grep -q 'bin/sh' || continue
    grep -q '^export LC_ALL=C$\|^export LC_ALL \|^\. tests/tap.sh$' "$script" || echo "$script sets no locale"
done >"$work/out"
[ ! -s "$work/out" ]
report $? "every shell script sets its locale"

# The locales, in a folder that LOCPATH names.
mkdir "$work/locales"
missing=
for locale in tr_TR de_DE; do
    localedef -i $locale -f UTF-8 "$work/locales/$locale.UTF-8" >/dev/null 2>&1 || missing="$missing $locale"
done
if [ -n "$missing" ]; then
    report 0 "Turkish and German # SKIP localedef cannot make$missing (Debian: package locales)"
    echo "1..$count"
    exit $failed
fi
in_locale() { # LOCALE COMMAND...
    locale=$1
    shift
    env LOCPATH="$work/locales" LANG="$locale.UTF-8" LC_ALL="$locale.UTF-8" "$@"
}
[ "$(echo I | in_locale tr_TR tr '[:upper:]' '[:lower:]')" != i ] && [ "$(in_locale de_DE env printf '%.1f' 0,5)" = 0,5 ]
report $? "letters and numbers are different in these locales"

mkdir "$work/traces"
printf 'a 0 8\na 1 100\nf 0\na 2 50\nf 1\nf 2\n' >"$work/traces/short.rep"
bench() { # LOCALE: figures with a decimal point, and none that is not a number
    in_locale "$1" make --no-print-directory -s bench BENCH_QUICK=1 BENCH_BITS=64 BENCH_TRACES="$work/traces" \
        BENCH_ONLY=heap/default BENCH_SEEDS=none BENCH_KINDS=trace,pairs,time >"$work/out" 2>&1 && grep -q '^short  *0\.[1-9][0-9]*$' "$work/out" &&
        grep -q '^two sizes, .*, mean of result/ceiling 0\.[1-9][0-9]*, .* worst 0\.[0-9]* at ' "$work/out" &&
        ! grep -q 'nan\|[ ,][0-9]*,[0-9][0-9]*' "$work/out"
}
bench C
report $? "the benchmark's report"
use_kernel $board-clang
for locale in tr_TR de_DE; do
    if [ $locale = de_DE ]; then
        bench $locale
        report $? "$locale: the benchmark's report"
        [ -n "$full" ] || continue
    fi
    # From the usual kernel's objects: what scripts write is written again.
    folder=$builds/$board-clang-locale-$locale
    tests/kernel/seed.sh "$builds/$board-clang" "$folder"
    in_locale $locale make --no-print-directory -s -j2 BOARD=$board BUILD_SUFFIX=-locale-$locale THREAD_MAX=64 V=1 >"$work/out" 2>&1 &&
        grep -q 'define CONFIG_THREAD_MAX 64' "$folder/config/thread_max.h" && grep -q '^THREAD_MAX := 64$' "$folder/built"
    report $? "$locale: the kernel builds, and a knob reaches its header"
    in_locale $locale labs/run.sh $board "$folder/kernel.elf" mem >"$work/out" 2>&1
    report $? "$locale: the memory lab holds"
    [ $locale = tr_TR ] && [ -n "$full" ] || continue
    bench $locale
    report $? "$locale: the benchmark's report"
done
echo "1..$count"
exit $failed
