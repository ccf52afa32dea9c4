#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the kernel with one test file, run it, and judge its output. Prints the output, the places in the source of the
# addresses in it, and a verdict. Exits with 0 (right), 1 (wrong) or 2 (nothing to judge). Called by `make ktest`, which
# passes its knobs in the environment.
#   course/ktest.sh BOARD TOOLCHAIN MEM_KB FILE
# KTEST_SECONDS is the time limit (240): seconds of the machine's clock on MSIM, and of the emulator's CPU time elsewhere.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
board=$1
toolchain=$2
mem_kb=$3
file=$4
case $file in
'')
    echo "make ktest needs KTEST=FILE: a C file that defines void kernel_test(void)" >&2
    exit 2
    ;;
/*) ;;
# Our own tests also from other folders.
course/tests/*) [ ! -f "${INVOKED_IN:-$PWD}/$file" ] || file=${INVOKED_IN:-$PWD}/$file ;;
*) file=${INVOKED_IN:-$PWD}/$file ;;
esac
# The tree's own path may contain any character.
file=${file#"$PWD"/}
case $file in
*[!A-Za-z0-9_./+,@=-]*)
    echo "ktest: make cannot handle the characters in $file" >&2
    exit 2
    ;;
esac
if [ ! -f "$file" ]; then
    echo "ktest: there is no file $file" >&2
    exit 2
fi
scripts/bootstrap.sh lab "$board" "$toolchain"
# The test file is compiled with gcc if there is one (course/course.mk).
cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
if ! command -v "${cross}gcc" >/dev/null 2>&1 && ! scripts/bootstrap.sh lab "$board" gcc >&2; then
    echo "ktest: without ${cross}gcc, clang compiles the test, which may understand it differently" >&2
fi

# One folder per file, size and knobs: tests with the same file name in different folders stay apart.
name=$(basename "$file" .c)-$mem_kb-$(printf '%s' "$file ${MAKEFLAGS#* -- }" | cksum | cut -d ' ' -f 1)
jobs=-j$(nproc)
case ${MAKEFLAGS:-} in *jobserver*) jobs= ;; esac
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
# shellcheck disable=SC2086
if ! built=$(${MAKE:-make} $jobs --no-print-directory -s ktest-image BOARD="$board" \
    MEM_KB="$mem_kb" KTEST="$file" KTEST_NAME="$name" 2>"$errors"); then
    cat "$errors" >&2
    echo "ktest: WRONG: it does not build: $(grep -m 1 'error:' "$errors" || echo "$file")"
    exit 1
fi
cat "$errors" >&2
# The last line names the image; with V=1 the commands precede it.
printf '%s\n' "$built" | sed '$d' >&2
image=$(printf '%s\n' "$built" | tail -n 1)
need_kb=$(boards/needs.pl "$image")
if [ "$mem_kb" -lt "$need_kb" ]; then
    echo "ktest: WRONG: the image with this test takes $need_kb KiB, the machine has $mem_kb"
    exit 1
fi
log=${image%/*}/output.$$
seconds=${KTEST_SECONDS:-240}
emulator=$(sed -n 's/^BOARD_EMULATOR := //p' "boards/$board/board.mk")

# -i: time is counted in instructions, so that all runs are the same.
under_limit() {
    if [ "$emulator" = msim ]; then
        export MSIM_STEPS=$((seconds * 10000000))
        seconds=$((seconds * 4)) # only in case that the simulator itself hangs
    else
        export QEMU_SECONDS="$seconds"
        seconds=$((seconds + 60)) # the same
    fi
    boards/boot.sh "$seconds" "$board" -i -m "$mem_kb" "$image" >"$log.raw" 2>&1 || status=$?
    tr -d '\r' <"$log.raw" >"$log"
    cat "$log"
}
# For a test that calls the debugger: its prompt is on the terminal, and there is no time limit.
on_terminal() {
    { boards/"$board"/run -i -m "$mem_kb" "$image" 2>&1 || echo $? >"$log.status"; } | tee -i "$log.raw"
    [ ! -f "$log.status" ] || read -r status <"$log.status"
    # Without the prompts.
    escape=$(printf '\033')
    tr -d '\r' <"$log.raw" | sed "s/$escape\[[?0-9]*[a-zA-Z]//g; /^\[msim\] /d; /^<msim> Alert: XINT: /d" >"$log"
}
trap 'rm -f "$errors" "$log" "$log.raw" "$log.status"' EXIT
status=0
if [ "$emulator" = msim ] && [ -t 0 ] && [ -t 1 ] && llvm-nm "$image" | grep -q ' machine_enter_debugger$'; then
    on_terminal
else
    under_limit
fi
where=$(course/where.sh "$image" "$log")
[ -z "$where" ] || printf '%s\n' "$where" | sed 's/^/ktest: /'
if why=$(awk -v status="$status" -f course/judge.awk "$log"); then
    echo "ktest: RIGHT: $why"
else
    echo "ktest: WRONG: $why${where:+; $(printf '%s\n' "$where" | head -n 1)}"
    exit 1
fi
