#!/bin/sh
# SPDX-License-Identifier: MIT
# The promises of libmem/README.md: its example builds and prints the output shown, each module builds alone, all sources
# build as one file, and the objects have no writable data and need only functions that compilers themselves call.
# Assertions cost nothing while they are off. The numbers of the heap's invariants agree. With the argument "full", as in
# `make check-all`, nothing is compiled without optimisation, which finds more to warn of.
set -u
# For all but the default preset.
quick=-O0
[ "${1:-}" != full ] || quick=-O2
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/why
. tests/tap.sh

# The first C block of the README, and the block of output after it.
awk -v code="$work/example.c" -v output="$work/expected" '
    /^```/ { if (!inside) { n++; inside = 1 } else inside = 0; next }
    inside && n == 1 { print >code }
    inside && n == 2 { print >output }' libmem/README.md
flags="-std=c11 -O2 -Wall -Wextra -Werror -Ilibmem/include"
for cc in gcc clang; do
    # $flags is a list of words.
    # shellcheck disable=SC2086
    $cc $flags -o "$work/example" "$work/example.c" libmem/src/mem_pool.c libmem/src/mem_error.c >"$work/why" 2>&1 &&
        "$work/example" >"$work/printed" && diff "$work/expected" "$work/printed" >"$work/why"
    report $? "the README's example prints what the README says ($cc)"
done

# A file's symbols that are writable data, or undefined and not called by compilers themselves.
unwelcome() { # OBJECT [PATTERN]: PATTERN matches further names that the object may need
    nm "$1" | awk -v besides="^(${2:-})\$" '$(NF - 1) ~ /^[bBdDcCsSgG]$/ { print "writable data: " $NF }
        $(NF - 1) == "U" && $NF !~ /^(memset|memcpy|memmove|memcmp|__aeabi_.*|_GLOBAL_OFFSET_TABLE_)$/ && $NF !~ besides { print "needs " $NF }'
}
for source in libmem/src/*.c; do
    module=$(basename "$source" .c)
    case $module in
    mem_allocators) besides='mem_(bump|pool|(first|next|best|worst)_fit|buddy|slab|heap)_[a-z_]*' ;; # the table
    mem_next_fit | mem_best_fit | mem_worst_fit) besides='mem_first_fit_[a-z_]*' ;; # first fit with another search
    mem_heap_sized) besides=mem_heap_free ;;
    *) besides= ;;
    esac
    : >"$work/why"
    # shellcheck disable=SC2086
    for cc in "gcc" "clang --target=mipsel-none-elf -march=mips2" "clang --target=thumbv6m-none-eabi"; do
        $cc $flags -ffreestanding -fno-pic -c -o "$work/object.o" "$source" >>"$work/why" 2>&1 || echo "$cc failed" >>"$work/why"
        unwelcome "$work/object.o" "$besides" >>"$work/why"
    done
    [ ! -s "$work/why" ]
    report $? "$module has no state of its own and needs no library"
done

# The heap is the files that this glob names, in each preset, with assertions or without.
: >"$work/why"
for preset in 0 1 2 3 "1 -DMEM_ASSERTS=1"; do
    for source in libmem/src/mem_heap*.c; do
        # shellcheck disable=SC2086
        gcc $flags $quick -DMEM_HEAP_PRESET=$preset -fno-pic -c -o "$work/$(basename "$source").o" "$source" >>"$work/why" 2>&1
    done
    gcc -nostdlib -no-pie -r -o "$work/heap.object" "$work"/mem_heap*.c.o >>"$work/why" 2>&1
    unwelcome "$work/heap.object" >>"$work/why"
done
[ ! -s "$work/why" ]
report $? "the heap's files need no other file of the library"

# Names inside a file are the library's only ones: all of it may be one translation unit.
cat libmem/src/*.c >"$work/all.c"
: >"$work/why"
for cc in gcc clang "clang --target=mipsel-none-elf -march=mips2" "clang --target=thumbv6m-none-eabi"; do
    for preset in 0 1 2 3; do
        speed=$quick
        [ $preset != 1 ] || speed=-O2
        # shellcheck disable=SC2086
        $cc $flags $speed -Wmissing-prototypes -Wundef -ffreestanding -DMEM_HEAP_PRESET=$preset -Ilibmem/src -c \
            -o "$work/object.o" "$work/all.c" >>"$work/why" 2>&1 || echo "$cc, preset $preset" >>"$work/why"
    done
done
[ ! -s "$work/why" ]
report $? "all sources build as one file"
cat libmem/src/mem_pool.c libmem/src/mem_pool.c >"$work/twice.c"
# shellcheck disable=SC2086
! gcc $flags -c -o "$work/object.o" "$work/twice.c" 2>"$work/why"
report $? "a name that exists twice is noticed"

# The settings may come from a header.
printf '#define MEM_HEAP_PRESET MEM_HEAP_TINY\n#define MEM_ASSERTS 1\n' >"$work/settings.h"
gcc $flags -DMEM_HEAP_PRESET=0 -DMEM_ASSERTS=1 -E -P libmem/src/mem_heap.c >"$work/given" 2>"$work/why" &&
    gcc $flags "-DMEM_CONFIG=\"$work/settings.h\"" -E -P libmem/src/mem_heap.c 2>"$work/why" | cmp - "$work/given" >>"$work/why" 2>&1
report $? "MEM_CONFIG names a header with settings"

# traps FILE: how many there are in an x86 object.
traps() {
    objdump -d "$1" | grep -c '[[:space:]]ud2'
}
for cc in gcc clang; do
    : >"$work/why"
    for source in libmem/src/*.c; do
        # shellcheck disable=SC2086
        {
            $cc $flags -c -o "$work/default.o" "$source"
            $cc $flags '-DMEM_ASSERT(condition)=((void)0)' -c -o "$work/none.o" "$source"
            if grep -q MEM_ASSERT "$source"; then
                $cc $flags $quick -DMEM_ASSERTS=1 -c -o "$work/on.o" "$source"
                $cc $flags $quick -DMEM_HEAP_PRESET=3 -c -o "$work/paranoid.o" "$source"
            fi
        } >>"$work/why" 2>&1
        cmp "$work/default.o" "$work/none.o" >>"$work/why" 2>&1
        [ "$(traps "$work/default.o")" -eq 0 ] || echo "$source traps by default" >>"$work/why"
        if grep -q MEM_ASSERT "$source" && { [ "$(traps "$work/on.o")" -eq 0 ] || [ "$(traps "$work/paranoid.o")" -eq 0 ]; }; then
            echo "$source has no trap where assertions are on" >>"$work/why"
        fi
    done
    [ ! -s "$work/why" ]
    report $? "assertions that are off are not in the objects, those that are on are ($cc)"
done

# numbers FILE PATTERN: the numbers of the invariants that a file speaks of where PATTERN is.
numbers() {
    grep -E "$2" "$1" | grep -Eo '\<I[0-9]+\>' | sort -u | tr '\n' ' '
}
{
    stated=$(numbers libmem/src/mem_heap.c '^ \*   I[0-9]+ ')
    checked=$(numbers libmem/src/mem_heap_report.c 'check, I[0-9]+,')
    broken=$(sed -n 's/^    {\([0-9]*\), ".*/check, I\1,/p' tests/host/mem_heap_invariants.c >"$work/broken" && numbers "$work/broken" .)
    echo "stated: $stated; checked: $checked; broken in tests: $broken"
} >"$work/why"
[ -n "$stated" ] && [ "$stated" = "$checked" ] && [ "$stated" = "$broken" ]
report $? "each invariant of the heap is stated, checked, and broken in a test"

# The check itself must be able to fail.
printf 'static int calls;\nint printf(const char *, ...);\nint f(void);\nint f(void) { return printf("%%d", calls++); }\n' >"$work/bad.c"
gcc -O2 -c -o "$work/bad.o" "$work/bad.c" 2>"$work/why"
[ "$(unwelcome "$work/bad.o" | sort | tr '\n' ';')" = "needs printf;writable data: calls;" ]
report $? "a global variable and a library call are noticed"
echo "1..$count"
exit $failed
