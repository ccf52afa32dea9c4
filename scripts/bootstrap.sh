#!/bin/sh
# SPDX-License-Identifier: MIT
# Install the tools that a target needs. Prints nothing if they are there. On Debian and Ubuntu it installs missing
# packages, prints their purpose, and shows apt-get's output; on other systems it names the packages and exits with 2.
#   scripts/bootstrap.sh lab BOARD [TOOLCHAIN] | test
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
purpose=$1
missing=

# need PROBE PACKAGE WHY: PROBE is a command on PATH, or a file if it contains a slash.
need() {
    case $1 in
    */*) [ -e "$1" ] && return ;;
    *) command -v "$1" >/dev/null 2>&1 && return ;;
    esac
    case " $missing " in *" $2 "*) return 0 ;; esac
    missing="$missing $2"
    echo "missing: $2 ($3)"
}

need_kernel_tools() {
    need clang clang "compiles the kernel for every board"
    need ld.lld lld "links it"
    need llvm-nm llvm "reads function names for backtraces"
    need llvm-objdump llvm "reads who calls whom, for worst-case stack use"
    need perl perl "computes worst-case stack use"
}

# setting NAME FILE: what a .mk file sets a variable to.
setting() {
    sed -n "s/^$1 := //p" "$2"
}

need_gcc() { # CPU
    need "$(setting ARCH_CROSS_gcc "arch/$1/arch.mk")gcc" "$(setting ARCH_GCC_PACKAGE "arch/$1/arch.mk")" \
        "second compiler for $1"
}

need_board() {
    emulator=$(setting BOARD_EMULATOR "boards/$1/board.mk")
    packages=$(setting BOARD_PACKAGES "boards/$1/board.mk")
    [ -z "$packages" ] || need "$emulator" "$packages" "the machine $1"
}

need_kernel_tools
case $purpose in
lab)
    [ "${3:-clang}" != gcc ] || need_gcc "$(setting ARCH "boards/$2/board.mk")"
    need_board "$2"
    if [ -z "$packages" ] && ! command -v "$emulator" >/dev/null 2>&1; then
        "boards/$2/run" none # prints where to get it
        exit 2
    fi
    ;;
test)
    for board in boards/*/board.mk; do
        board=${board#boards/}
        need_board "${board%/board.mk}"
    done
    need gcc gcc "second compiler for the host tests"
    need git git "lists the source files"
    need perl perl "TAP::Harness runs the tests"
    need prove perl "TAP::Harness runs the tests"
    need clang-format clang-format "checks the layout of the source"
    need valgrind valgrind "counts instructions exactly"
    need parallel parallel "spreads the jobs of the benchmark"
    need /usr/include/cmocka.h libcmocka-dev "unit tests on the host"
    # Only if the compiler has a 32-bit version; without it the 32-bit tests are skipped. Never gcc-multilib: it removes
    # the cross compilers.
    gcc_major=$(gcc -dumpversion 2>/dev/null | cut -d. -f1)
    if [ "$(uname -m)" = x86_64 ] && apt-cache show "gcc-${gcc_major:-12}-multilib" >/dev/null 2>&1; then
        need "/usr/lib/gcc/x86_64-linux-gnu/${gcc_major:-12}/32/libgcc.a" "gcc-${gcc_major:-12}-multilib" \
            "the same tests with 32-bit words"
    fi
    need_gcc aarch64
    need arm-none-eabi-gcc gcc-arm-none-eabi "measures the heap's text on a Cortex-M3"
    ;;
*)
    echo "usage: bootstrap.sh lab BOARD [TOOLCHAIN] | test" >&2
    exit 2
    ;;
esac

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not a Debian-like system; please install (Debian's names):$missing" >&2
    exit 2
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Neither root nor sudo; please run: apt-get install --no-install-recommends$missing" >&2
        exit 2
    fi
    sudo=sudo
fi

# apt-get's output goes to standard error, because a program may read the caller's output. apt-get waits for another
# installation to end (in seconds), but not for another update.
install() {
    echo "running: ${sudo:+$sudo }apt-get install --no-install-recommends$missing"
    # $missing is a list of words.
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends \
        $missing >&2
}
update() {
    errors=$(mktemp)
    trap 'rm -f "$errors"' EXIT
    seconds=0
    until $sudo apt-get update -q >&2 2>"$errors"; do
        cat "$errors" >&2
        grep -q 'Could not get lock' "$errors" && [ $seconds -lt 600 ] || return
        echo "another program holds apt's lock; trying again in 10 seconds" >&2
        sleep 10
        seconds=$((seconds + 10))
    done
}
install && exit
echo "trying again with apt's lists updated"
if ! update || ! install; then
    echo "apt-get failed; see above" >&2
    exit 2
fi
