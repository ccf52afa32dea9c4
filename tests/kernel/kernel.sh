#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernels that tests boot.
#   kernel.sh -l                                            name them, BOARD-TOOLCHAIN: every board with every compiler, except
#                                                           boards of which `make test` tests a sample (BOARD_TESTED := sample)
#   kernel.sh -s                                            name those that -l leaves out
#   kernel.sh [-r] BOARD-TOOLCHAIN [SUFFIX KNOB=VALUE...]   build one and print its path
# With a suffix, one with other knobs in a build folder of its own, beside the usual one.
# -r: it is to be run. Status 77 when this machine lacks the compiler or, with -r, the emulator; what is missing is printed.
# TESTS_BUILT=1 says that the kernels of -l are up to date: nothing is built twice in a run of all tests.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
setting() { # NAME FILE
    sed -n "s/^$1 := //p" "$2"
}
if [ "$1" = -l ] || [ "$1" = -s ]; then
    wanted=
    [ "$1" = -l ] || wanted=sample
    for board in boards/*/board.mk; do
        [ "$(setting BOARD_TESTED "$board")" = "$wanted" ] || continue
        board=${board%/board.mk}
        printf '%s\n' "${board#boards/}-clang" "${board#boards/}-gcc"
    done
    exit
fi
run=
if [ "$1" = -r ]; then
    run=1
    shift
fi
name=$1
suffix=${2-}
[ $# -lt 2 ] || shift
shift
toolchain=${name##*-}
board=${name%-*}
arch=arch/$(setting ARCH "boards/$board/board.mk")/arch.mk
if [ "$toolchain" = gcc ]; then
    gcc=$(setting ARCH_CROSS_gcc "$arch")gcc
    if ! command -v "$gcc" >/dev/null; then
        echo "$gcc is not installed (package $(setting ARCH_GCC_PACKAGE "$arch"))"
        exit 77
    fi
fi
emulator=$(setting BOARD_EMULATOR "boards/$board/board.mk")
if [ -n "$run" ] && ! command -v "$emulator" >/dev/null; then
    package=$(setting BOARD_PACKAGES "boards/$board/board.mk")
    echo "$emulator is not on PATH (${package:+package $package}${package:-boards/$board/run tells where it comes from})"
    exit 77
fi

build() {
    jobs=-j$(nproc)
    case ${MAKEFLAGS:-} in *jobserver*) jobs= ;; esac
    # shellcheck disable=SC2086
    ${MAKE:-make} $jobs --no-print-directory -s all BUILD="$builds" BOARD="$board" TOOLCHAIN="$toolchain" "$@" >&2
}
builds=${TEST_BUILD:-build}
folder=$builds/$name
case ${TESTS_BUILT:-}$(setting BOARD_TESTED "boards/$board/board.mk") in 1) ;; *) build ;; esac
if [ -n "$suffix" ]; then
    tests/kernel/seed.sh "$folder" "$folder$suffix"
    build BUILD_SUFFIX="$suffix" "$@"
fi
echo "$folder$suffix/kernel.elf"
