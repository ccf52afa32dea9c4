#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel and libmem in it see no C library, also where one is installed for the target: every source compiles beside a
# library whose headers are all errors, and a source that asks for a header of one does not compile. Each source is read
# once for each CPU and compiler; with the argument "full", as in `make check-all`, once for each board and compiler.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
suffix=-freestanding$full
trap 'rm -rf "$work" $builds/*-*$suffix*' EXIT
shown=$work/out
. tests/tap.sh

# A C library, and compilers that find it where theirs would be and only check what they are given.
mkdir "$work/bin"
for folder in include usr/include usr/local/include; do
    mkdir -p "$work/root/$folder"
    for header in assert ctype errno features inttypes limits locale math signal stdio stdlib string time unistd; do
        echo "#error \"<$header.h> of the C library\"" >"$work/root/$folder/$header.h"
    done
done
real=$PATH
compiler() { # NAME [FLAG]: stands for it on PATH
    printf '#!/bin/sh\nexec "%s" "--sysroot=%s" %s "$@"\n' "$(PATH=$real command -v "$1")" "$work/root" "${2:-}" \
        >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
compile() { # BOARD TOOLCHAIN SOURCE...: preprocesses only
    folder=$builds/$1-$2$suffix
    on="BOARD=$1 TOOLCHAIN=$2"
    shift 2
    for source; do
        set -- "$@" "$folder/$source.o"
        shift
    done
    # shellcheck disable=SC2086
    PATH=$work/bin:$real make --no-print-directory -s -k -j2 $on BUILD_SUFFIX=$suffix "$@" >"$work/out" 2>&1
}
for board in boards/*/board.mk; do
    board=${board#boards/}
    board=${board%/board.mk}
    arch=$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$arch/arch.mk")
    for toolchain in clang gcc; do
        cc=$toolchain
        [ $toolchain = clang ] || cc=${cross}gcc
        if ! command -v "$cc" >/dev/null; then
            report 0 "$board with $toolchain # SKIP $cc is not installed"
            continue
        fi
        compiler "$cc" -E
        seen=$work/seen-$arch-$toolchain
        [ -z "$full" ] && [ -e "$seen" ] || : >"$seen"
        sources=$(make --no-print-directory -s list-sources BOARD="$board" | tr ' ' '\n' |
            grep -Ev '^(bench|course|tests/host|tools)/' | grep -vxF -f "$seen")
        [ -n "$sources" ] || continue # a board without a source of its own
        echo "$sources" >>"$seen"
        # shellcheck disable=SC2086
        compile "$board" $toolchain $sources
        report $? "$board with $toolchain: no source of the kernel touches a C library that lies there"
        echo '#include <stdlib.h>' >"$work/hosted.c"
        ! compile "$board" $toolchain "$work/hosted.c" && grep -q 'stdlib.h.*\(No such file\|not found\)' "$work/out"
        report $? "$board with $toolchain: a source that asks for <stdlib.h> does not find it"
    done
done

# Tests in the course's form, with <limits.h> of our own: C wants it without a library, and files of others include it.
ktest() { # TOOLCHAIN FILE
    PATH=$work/bin:$real make --no-print-directory -s -j2 ktest-image BOARD=malta TOOLCHAIN="$1" KTEST="$2" \
        KTEST_NAME=freestanding BUILD_SUFFIX=$suffix-ktest >"$work/out" 2>&1
}
printf '#include <stdlib.h>\nvoid kernel_test(void)\n{\n}\n' >"$work/hosted.c"
for cc in clang mipsel-linux-gnu-gcc; do
    ! command -v $cc >/dev/null || compiler $cc # gcc compiles the test of both, if it is there
done
for cc in clang ${full:+mipsel-linux-gnu-gcc}; do
    toolchain=${cc##*-}
    if ! command -v $cc >/dev/null; then
        report 0 "a test with $toolchain # SKIP $cc is not installed"
        continue
    fi
    ktest $toolchain course/tests/foreign/odd_print.c
    report $? "a test with $toolchain that includes <limits.h> builds without a C library"
    ! ktest $toolchain "$work/hosted.c" && grep -q 'stdlib.h.*\(No such file\|not found\)' "$work/out"
    report $? "a test with $toolchain that includes <stdlib.h> does not"
done
echo "1..$count"
exit $failed
