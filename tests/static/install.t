#!/bin/sh
# SPDX-License-Identifier: MIT
# What scripts/bootstrap.sh does on machines that lack tools, in a world that has only the basic commands and an apt-get that
# notes how it is called: names, installs, waits for locks, tells what goes on, gives up.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

mkdir "$work/bin"
for tool in sh sed dirname cat mktemp rm env basename grep; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
done
fake() { # NAME: what it does comes in
    { echo '#!/bin/sh'; cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
bootstrap() { # ARGUMENTS of bootstrap.sh
    rm -f "$work/calls" "$work/tries"
    PATH=$work/bin WORK=$work sh scripts/bootstrap.sh "$@" >"$work/out" 2>"$work/errors"
    status=$?
    cat "$work/errors" >>"$work/out"
}

bootstrap lab qemu-virt-aarch64
[ $status -eq 2 ] && grep -q 'please install.* clang lld llvm perl qemu-system-arm$' "$work/out"
report $? "without apt-get, the packages are named and the status is 2"

echo 'echo 1000' | fake id
echo | fake apt-get
bootstrap lab qemu-virt-aarch64
[ $status -eq 2 ] && grep -q '^Neither root nor sudo; .* clang lld llvm perl qemu-system-arm$' "$work/out"
report $? "as nobody in particular without sudo, too"

echo 'echo 0' | fake id
fake apt-get <<'END'
echo "$*" >>"$WORK/calls"
echo "Get:1 some package"
END
bootstrap lab malta
[ $status -eq 0 ] && grep -q '^missing: qemu-system-mips (the machine malta)$' "$work/out" &&
    [ "$(cat "$work/calls")" = "install -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends clang lld llvm perl qemu-system-mips" ]
report $? "apt-get installs what is missing, told to wait for its lock"
grep -q '^Get:1 some package$' "$work/errors"
report $? "what apt-get prints is shown, and not on standard output"
bootstrap lab malta gcc
[ $status -eq 0 ] && grep -q '^install .* clang lld llvm perl gcc-mipsel-linux-gnu qemu-system-mips$' "$work/calls"
report $? "TOOLCHAIN=gcc installs the board's cross compiler, too"
bootstrap lab qemu-virt-aarch64 gcc
grep -q '^install .* gcc-aarch64-linux-gnu qemu-system-arm$' "$work/calls"
report $? "and each board its own"

fake apt-get <<'END'
echo "$*" >>"$WORK/calls"
case $* in
update*) [ -e "$WORK/tries" ] || { echo "E: Could not get lock /var/lib/apt/lists/lock." >&2; : >"$WORK/tries"; exit 100; } ;;
*) [ "$(grep -c ^install "$WORK/calls")" -eq 2 ] || { echo "E: Unable to locate package clang" >&2; exit 100; } ;;
esac
END
echo 'echo slept >>"$WORK/calls"' | fake sleep
bootstrap lab malta
[ $status -eq 0 ] && [ "$(sed 's/ .*//' "$work/calls" | tr '\n' ' ')" = "install update slept update install " ]
report $? "apt's lists are updated where it does not know a package, waiting for who holds their lock"
grep -q 'another program holds' "$work/errors"
report $? "which is told"

fake apt-get <<'END'
echo "$*" >>"$WORK/calls"
echo "E: no network" >&2
exit 100
END
bootstrap lab malta
[ $status -eq 2 ] && [ "$(sed 's/ .*//' "$work/calls" | tr '\n' ' ')" = "install update " ] && grep -q 'E: no network' "$work/errors"
report $? "an apt-get that fails is not asked again, and its reason is shown"

for tool in clang ld.lld llvm-nm llvm-objdump perl qemu-system-mipsel; do
    echo | fake $tool
done
bootstrap lab malta
[ $status -eq 0 ] && [ ! -s "$work/out" ] && [ ! -e "$work/calls" ]
report $? "where nothing is missing, nothing is said and nothing done"

# The targets that ask for it.
for target in lab run debug; do
    MAKEFLAGS='' make --no-print-directory -n $target BOARD=malta TOOLCHAIN=gcc 2>&1 | grep '^scripts/bootstrap' >"$work/out"
    [ "$(sed 1q "$work/out")" = "scripts/bootstrap.sh lab malta gcc" ]
    report $? "make $target asks for the emulator and the compiler"
done
echo "1..$count"
exit $failed
