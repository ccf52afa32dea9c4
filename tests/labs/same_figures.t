#!/bin/sh
# SPDX-License-Identifier: MIT
# The memory lab prints the same figures on every board, and as a host program with 64- and 32-bit words, whatever its
# parameters are. Lines that match a pattern in labs/mem/word_size may differ between word sizes, but not within one.
# Of boards of which `make test` tests a sample, one with each word size; with the argument "full", as in
# `make check-all`, all, with both compilers.
set -u
sampled="qemu-virt-riscv64-clang msim-rv32-clang"
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
[ "${1:-}" != full ] || sampled=$(tests/kernel/kernel.sh -s)

: >"$work/none"
word_size=labs/mem/word_size
[ -e $word_size ] || word_size=$work/none
# Without comments and empty lines, which would match every line.
grep -v '^#' "$word_size" | grep . >"$work/patterns"
same() { # FIGURES BITS WHERE: compare with the first ones of these parameters, and with the first ones of this word size
    if [ ! -s "$1" ] || ! grep -q 'verdict: PASS\|^mem,lab,,verdict,PASS' "$1"; then
        cp "$1" "$work/out"
        report 1 "$3: the lab ends with its verdict"
        return
    fi
    grep -v -f "$work/patterns" "$1" >"$work/any"
    if [ ! -e "$work/first$set" ]; then
        cp "$work/any" "$work/first$set"
    else
        diff "$work/first$set" "$work/any" >"$work/out"
        report $? "$3 ($2 bits), parameters $set: $(wc -l <"$work/any") lines as before"
    fi
    if [ ! -e "$work/first$set.$2" ]; then
        cp "$1" "$work/first$set.$2"
    elif [ -s "$work/patterns" ]; then
        diff "$work/first$set.$2" "$1" >"$work/out"
        report $? "$3, parameters $set: with words of $2 bits, all $(wc -l <"$1") lines"
    fi
}

# Sets of parameters: none, some, and with CSV.
sets='1 2 3'
arguments() { # SET
    case $1 in
    2) echo "seed=3 live=20 sizes=1..2K arena=16K block=1 turns=300" ;;
    3) echo "seed=4294967295 live=100 sizes=1000..1001 arena=64K csv=1" ;;
    esac
}
figures() {
    grep '^\[mem-lab\|^mem,\|^lab,'
}
for bits in 64 32; do
    # shellcheck disable=SC2046
    if ! gcc -m$bits -std=gnu11 -O2 -fno-builtin -Wall -Wextra -Werror -o "$work/lab$bits" -Itests/labs/host -Itests/host/include \
        -Iarch/include -Iboards/include -Ilibmem/include -Ikernel/include labs/lab.c labs/mem/mem.c labs/mem/no_own_heap.c \
        tests/labs/host/main.c $(printf 'kernel/src/lib/%s.c ' print format format_pointer words) $(ls libmem/src/*.c) \
        >"$work/out" 2>&1; then
        if [ $bits = 32 ] && ! echo 'int main(void) { return 0; }' | gcc -m32 -x c -o "$work/try" - 2>/dev/null; then
            report 0 "this host with 32 bits # SKIP gcc -m32 cannot link here (package gcc-12-multilib)"
        else
            report 1 "the lab compiles for this host with $bits bits"
        fi
        continue
    fi
    for set in $sets; do
        # shellcheck disable=SC2046
        "$work/lab$bits" lab=mem $(arguments $set) 2>&1 | figures >"$work/host$bits"
        same "$work/host$bits" $bits "this host"
    done
done
for name in $(tests/kernel/kernel.sh -l) $sampled; do
    use_kernel -r "$name" || continue
    # The class of the ELF file: 1 or 2.
    bits=$(($(od -An -tu1 -j4 -N1 "$kernel") * 32))
    # One compiler's kernels try all sets.
    for set in $([ "$toolchain" = clang ] && echo $sets || echo 1); do
        # shellcheck disable=SC2046
        boards/boot.sh 60 "$board" -i "$kernel" lab=mem $(arguments $set) 2>&1 | tr -d '\r' | figures >"$work/board"
        same "$work/board" $bits "$board $toolchain"
    done
done
set=1

# Different figures must be detected.
sed 's/external_frag_pct=[0-9]*/external_frag_pct=0/' "$work/first$set" | diff "$work/first$set" - >"$work/out" && status=1 || status=0
report "$status" "another figure would be a difference"
echo "1..$count"
exit $failed
