#!/bin/sh
# SPDX-License-Identifier: MIT
# The heap's code size on a Cortex-M3 at -Os, compared with bench/bounds.txt; and that it needs no library, no division
# and no memory of its own.
set -u
cd "$(dirname "$0")/../.." || exit 1
if ! command -v arm-none-eabi-gcc >/dev/null; then
    echo "1..0 # SKIP arm-none-eabi-gcc (Debian: gcc-arm-none-eabi) is not installed"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME FLAGS SOURCE...: one relocatable object from some of the heap's sources.
build() {
    name=$1
    flags=$2
    shift 2
    for source in "$@"; do
        # $flags is a list of words.
        # shellcheck disable=SC2086
        arm-none-eabi-gcc -Os -mthumb -mcpu=cortex-m3 -std=c11 -ffreestanding -Wall -Wextra -Werror -Ilibmem/include \
            $flags -c -o "$work/$name-$(basename "$source").o" "$source" || return
    done
    arm-none-eabi-ld -r -o "$work/$name.o" "$work/$name"-*.c.o
}

# without_realloc NAME FLAGS: what a linker keeps for a program that calls everything in mem_heap.c but realloc.
without_realloc() {
    build "$1" "-ffunction-sections $2" libmem/src/mem_heap.c &&
        arm-none-eabi-ld -r --gc-sections -u mem_heap_init -u mem_heap_add_region -u mem_heap_alloc -u mem_heap_calloc \
            -u mem_heap_aligned_alloc -u mem_heap_free -u mem_heap_usable_size -o "$work/$1.kept" "$work/$1.o" &&
        mv "$work/$1.kept" "$work/$1.o"
}

# Text and constants of an object: its size in flash.
text() {
    arm-none-eabi-size "$work/$1.o" | awk 'NR == 2 { print $1 }'
}

shown=$work/log
. tests/tap.sh

{
    without_realloc core "" && without_realloc tiny -DMEM_HEAP_PRESET=0 && build resizing "" libmem/src/mem_heap.c &&
        build whole "" libmem/src/mem_heap*.c
} >"$work/log" 2>&1
report $? "the heap builds for a Cortex-M3"

arm-none-eabi-nm "$work/core.o" | grep -q realloc
[ $? -eq 1 ]
report $? "core: realloc is left out"
for name in core resizing tiny; do
    needs=$(arm-none-eabi-nm -u "$work/$name.o" | awk '{ print $2 }' | tr '\n' ' ')
    [ -z "$needs" ]
    report $? "$name: needs no function from elsewhere${needs:+, but: $needs}"
done
# Compilers call memset() to clear several members; no other symbol may be undefined, division helpers included.
needs=$(arm-none-eabi-nm -u "$work/whole.o" | awk '$2 != "memset" { print $2 }' | tr '\n' ' ')
[ -z "$needs" ]
report $? "with statistics and reports: needs memset() at most${needs:+, but: $needs}"
arm-none-eabi-size "$work/whole.o" | awk 'NR == 2 { exit $2 + $3 != 0 }'
report $? "no data of its own"
arm-none-eabi-objdump -d "$work/whole.o" | grep -Eq '[[:space:]][us]div([[:space:]]|\.)'
[ $? -eq 1 ]
report $? "no instruction divides"

{
    printf 'thumb/default\ttext\t%s\n' "$(text core)"
    printf 'thumb/default\ttext with realloc\t%s\n' "$(text resizing)"
    printf 'thumb/default\ttext with all\t%s\n' "$(text whole)"
    printf 'thumb/tiny\ttext\t%s\n' "$(text tiny)"
} >"$work/figures"
excuse=
case $(arm-none-eabi-gcc -dumpversion) in
12 | 12.*) ;;
*) excuse="the bounds are gcc 12's" ;;
esac
awk -v where="thumb/default thumb/tiny" -v first=$count -v excuse="$excuse" -f tests/bounds.awk bench/bounds.txt \
    "$work/figures" || failed=1
exit $failed
