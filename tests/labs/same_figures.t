#!/bin/sh
# SPDX-License-Identifier: MIT
# The memory lab prints the same figures on every board, and as a host program with 64- and 32-bit words. Lines that
# match a pattern in labs/mem/word_size may differ between word sizes, but not within one.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

: >"$work/none"
word_size=labs/mem/word_size
[ -e $word_size ] || word_size=$work/none
# Without comments and empty lines, which would match every line.
grep -v '^#' "$word_size" | grep . >"$work/patterns"
same() { # FIGURES BITS WHERE: compare with the first figures, and with the first ones of this word size
    if [ ! -s "$1" ] || ! grep -q 'verdict: PASS' "$1"; then
        cp "$1" "$work/out"
        report 1 "$3: the lab ends with its verdict"
        return
    fi
    grep -v -f "$work/patterns" "$1" >"$work/any"
    if [ ! -e "$work/first" ]; then
        first="$3 with $2 bits"
        cp "$work/any" "$work/first"
    else
        diff "$work/first" "$work/any" >"$work/out"
        report $? "$3 ($2 bits): $(wc -l <"$work/any") lines as on $first"
    fi
    if [ ! -e "$work/first$2" ]; then
        cp "$1" "$work/first$2"
    elif [ -s "$work/patterns" ]; then
        diff "$work/first$2" "$1" >"$work/out"
        report $? "$3: with words of $2 bits, all $(wc -l <"$1") lines"
    fi
}

for bits in 64 32; do
    # shellcheck disable=SC2046
    if ! gcc -m$bits -std=gnu11 -O2 -fno-builtin -Wall -Wextra -Werror -o "$work/lab$bits" -Itests/labs/host -Itests/host/include \
        -Iarch/include -Iboards/include -Ilibmem/include -Ikernel/include labs/mem/mem.c labs/mem/no_own_heap.c tests/labs/host/main.c \
        kernel/src/lib/print.c kernel/src/lib/format.c kernel/src/lib/format_pointer.c $(ls libmem/src/*.c) \
        >"$work/out" 2>&1; then
        if [ $bits = 32 ] && ! echo 'int main(void) { return 0; }' | gcc -m32 -x c -o "$work/try" - 2>/dev/null; then
            report 0 "this host with 32 bits # SKIP gcc -m32 cannot link here (package gcc-12-multilib)"
        else
            report 1 "the lab compiles for this host with $bits bits"
        fi
        continue
    fi
    "$work/lab$bits" >"$work/host$bits" 2>&1
    same "$work/host$bits" $bits "this host"
done
for name in $(tests/kernel/kernel.sh -l); do
    use_kernel -r "$name" || continue
    # The class of the ELF file: 1 or 2.
    bits=$(($(od -An -tu1 -j4 -N1 "$kernel") * 32))
    boards/boot.sh 30 "$board" -i "$kernel" lab=mem 2>&1 | tr -d '\r' | grep '^\[mem-lab' >"$work/board"
    same "$work/board" $bits "$board $toolchain"
done

# Different figures must be detected.
sed 's/external_frag_pct=[0-9]*/external_frag_pct=0/' "$work/first" | diff "$work/first" - >"$work/out" && status=1 || status=0
report "$status" "another figure would be a difference"
echo "1..$count"
exit $failed
