#!/bin/sh
# SPDX-License-Identifier: MIT
# One row for each build of the heap: code size and worst instructions of the same object (mem_heap.c, default preset). For a
# Cortex-M3, whose instructions are not counted, the size alone.
#   bench/builds.sh [BUILD_FOLDER]      default: build/builds
# Environment: CC, ARM_CC. Needs valgrind. Takes about half a minute of CPU time.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
builds=${1:-build/builds}
cc=${CC:-gcc}
arm_cc=${ARM_CC:-arm-none-eabi-gcc}
mkdir -p "$builds"

size_of() # SIZE_COMMAND OBJECT: text and constants
{
    "$1" "$2" | awk 'NR == 2 { print $1 }'
}

echo "| build of mem_heap.c | code, bytes | worst malloc / free | refusal | realloc in place | aligned |"
echo "|---|---|---|---|---|---|"
for flags in -O2 -Os; do
    folder=$builds/${flags#-}
    make -s -f bench/bench.mk bench BUILD="$folder" BENCH_CC="$cc" BENCH_CFLAGS="$flags" BENCH_ONLY=heap/default BENCH_SEEDS=none \
        BENCH_KINDS=trace,pattern >"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 2; }
    for bits in 64 32; do
        object=$folder/bench/$bits/own-default/mem_heap.c.o
        [ -e "$object" ] || continue
        sed -n "/^$bits bit, all measurements/,/^\$/p" "$folder/bench/bench.txt" | awk -v bits=$bits -v flags="$flags" \
            -v bytes="$(size_of size "$object")" -v compiler="$("$cc" -dumpversion)" '
            $1 == "heap/default" {
                printf "| x86, %d bit, gcc %s %s | %s | %s | %s | %s | %s |\n", bits, compiler, flags, bytes, $3, $4, $5, $6
            }'
    done
done
if command -v "$arm_cc" >/dev/null; then
    for flags in -O2 -Os; do
        "$arm_cc" $flags -mthumb -mcpu=cortex-m3 -std=c11 -ffreestanding -Ilibmem/include -c -o "$builds/thumb.o" libmem/src/mem_heap.c
        echo "| Cortex-M3, gcc $("$arm_cc" -dumpversion) $flags | $(size_of "${arm_cc%gcc}size" "$builds/thumb.o") | - | - | - | - |"
    done
fi
