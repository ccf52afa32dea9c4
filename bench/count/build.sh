#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the icount tool for 64- and 32-bit guests from the static libraries in Debian's valgrind package.
#   bench/count/build.sh [OUTPUT_FOLDER]      default: build/bench
# Afterwards: bench/count/run.sh PROGRAM ARGS... A word size whose libraries or compiler are missing is left out with a
# message; the exit status is 1 only if neither could be built.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-build/bench}
cc=${ICOUNT_CC:-gcc}
archives=${VALGRIND_ARCHIVES:-}
if [ -z "$archives" ]; then
    for folder in /usr/lib/x86_64-linux-gnu/valgrind /usr/lib/valgrind /usr/local/lib/valgrind; do
        [ -f "$folder/libcoregrind-amd64-linux.a" ] && archives=$folder && break
    done
fi
[ -n "$archives" ] || { echo "icount: valgrind's static libraries not found" >&2; exit 1; }
lib=$out/valgrind
mkdir -p "$lib"

# Valgrind expects all its files beside the tool.
for folder in /usr/libexec/valgrind /usr/lib/valgrind /usr/local/libexec/valgrind; do
    [ -f "$folder/default.supp" ] && ln -sf "$folder"/* "$lib/" && break
done

# build ARCH(amd64|x86) BITS
build()
{
    platform=${1}_linux
    $cc -m"$2" -O2 -Wall -Wextra -std=gnu11 -fno-pie -fno-stack-protector -fno-builtin \
        -fno-strict-aliasing -isystem /usr/include/valgrind -DVGO_linux=1 -DVGA_"$1"=1 \
        -DVGP_"$platform"=1 -DVGPV_"$platform"_vanilla=1 \
        -c "$here/icount_tool.c" -o "$out/icount_tool_$2.o" &&
        $cc -m"$2" -static -nodefaultlibs -nostartfiles -no-pie -u _start \
            -Wl,-Ttext-segment=0x58000000 -Wl,--build-id=none -o "$lib/icount-$1-linux" \
            "$out/icount_tool_$2.o" "$archives/libcoregrind-$1-linux.a" \
            "$archives/libvex-$1-linux.a" "$archives/libgcc-sup-$1-linux.a" -lgcc
}

built=0
if build amd64 64; then built=1; else echo "icount: no 64-bit tool" >&2; fi
if build x86 32; then built=1; else echo "icount: no 32-bit tool" >&2; fi
[ $built = 1 ]
