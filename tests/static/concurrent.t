#!/bin/sh
# SPDX-License-Identifier: MIT
# Several makes at the same time, in one build folder and in several, and the two scripts that make this safe. With a
# number, as in `make check-all`, also that many rounds of writing again what scripts write.
set -u
rounds=${1:-0}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
board=qemu-virt-aarch64
shown=$work/out
unset MAKEFLAGS
. tests/tap.sh
folder=$builds/$board-clang-concurrent$rounds
trap 'rm -rf "$work" "$folder" "$folder"-*' EXIT

# at_once KNOBS...: one make for each argument, which is a list of knobs; all must succeed.
at_once() {
    makes=
    number=0
    for knobs; do
        number=$((number + 1))
        # shellcheck disable=SC2086
        make --no-print-directory -s -j2 BOARD=$board TESTS=0 $knobs >"$work/make$number" 2>&1 &
        makes="$makes $!"
    done
    good=0
    for make in $makes; do
        wait "$make" || good=1
    done
    cat "$work"/make* >"$work/out"
    rm -f "$work"/make*
    return $good
}
boots() { # FOLDER
    boards/boot.sh 20 $board -i "$1/kernel.elf" >"$work/out" 2>&1 && grep -q '^\[boot\] nothing to run' "$work/out"
}
complete() { # no temporary file is left
    find $folder -name '*.[0-9]*' -o -name '*.new' | grep . >>"$work/out"
    [ $? -eq 1 ]
}
same=BUILD_SUFFIX=-concurrent$rounds

rm -rf $folder
if [ "$rounds" -gt 0 ]; then
    at_once $same $same && complete && boots $folder
    report $? "two makes in one folder, from nothing"
    rm -rf $folder
fi
at_once $same $same $same $same && complete && boots $folder
report $? "four makes in one folder, from nothing"
round=1
while [ $round -le "$rounds" ]; do
    # Everything that is made from the objects.
    (cd $folder && rm -f kernel.* kernel-* calls stack-worst symbols.S* flags objects built && rm -rf config)
    at_once $same $same $same $same && complete && boots $folder
    report $? "four, the files that scripts write, round $round"
    round=$((round + 1))
done
at_once "$same TICK_HZ=100" "$same TICK_HZ=200" "$same TICK_HZ=300" $same
status=$?
hz=$(sed -n 's/^TICK_HZ := //p' $folder/built)
[ $status -eq 0 ] && complete && grep -q "CONFIG_TICK_HZ $hz\$" $folder/config/tick_hz.h && boots $folder
report $? "four with different knobs in one folder: the last one's kernel"
rm -rf $folder-*
for copy in 1 2; do
    tests/kernel/seed.sh $folder $folder-$copy
done
at_once "$same-1 TICK_HZ=100" "$same-2 HEAP=bump" && boots $folder-1 && boots $folder-2
report $? "two with different knobs in folders of their own"

# The benchmark's folder has a lock, too.
makes=
for number in 1 2 3 4; do
    make --no-print-directory -s -j3 bench-build BENCH_BITS=64 BENCH_CFLAGS=-O0 BUILD="$work/bench" >"$work/make$number" 2>&1 &
    makes="$makes $!"
done
status=0
for make in $makes; do
    wait "$make" || status=1
done
cat "$work"/make* >"$work/out"
[ $status -eq 0 ] && "$work/bench/bench/bench64" list >"$work/out"
report $? "four times make bench-build, from nothing"

# Parts of one make share its job slots.
cat >"$work/parent.mk" <<END
all: one two three
one two three: ; +@\$(MAKE) --no-print-directory -s -C '$PWD' -f Makefile BOARD=$board TESTS=0 $same THREAD_MAX=64
END
rm -f $folder/kernel.elf
make -s -j2 -f "$work/parent.mk" >"$work/out" 2>&1 && ! grep -i jobserver "$work/out" && boots $folder
report $? "three makes of one parent that runs two at a time"
make --no-print-directory -n -j2 BOARD=$board $same-none >"$work/out" 2>&1 && [ ! -e $folder-none ] &&
    grep -q 'scripts/update.sh .*symbols.S' "$work/out"
report $? "make -n takes no lock and writes nothing"

# The lock. The first command holds it until this test writes to the fifo. The second says that it waits.
mkfifo "$work/go"
scripts/lock.sh "$work/locked" sh -c 'echo held; read line <"$0/go"; echo first >>"$0/order"' "$work" >"$work/first" &
first=$!
while ! grep -q held "$work/first"; do sleep 0.1; done
scripts/lock.sh "$work/locked" sh -c 'echo second >>"$0/order"; exit 7' "$work" 2>"$work/second" &
second=$!
while ! grep -q 'waiting for another make' "$work/second"; do sleep 0.1; done
echo >"$work/go"
wait $first && first=0
wait $second
[ $? -eq 7 ] && [ $first -eq 0 ] && [ "$(cat "$work/order")" = "first
second" ]
report $? "the lock lets one in at a time, and the command's status out"
mkdir "$work/bin"
for tool in sh mkdir; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
done
[ "$(PATH=$work/bin scripts/lock.sh "$work/locked" sh -c "echo fine")" = fine ]
report $? "without flock the command runs without a lock"

scripts/update.sh "$work/text" echo old && ! scripts/update.sh "$work/text" sh -c 'echo new; exit 3' &&
    [ "$(cat "$work/text")" = old ] && [ "$(echo "$work"/text*)" = "$work/text" ]
report $? "a command that fails leaves the file as it was"
touch -d '2001-01-01' "$work/text"
scripts/update.sh -c "$work/text" echo old && [ "$(find "$work/text" ! -newermt 2002-01-01)" = "$work/text" ] &&
    scripts/update.sh -c "$work/text" echo new && [ "$(cat "$work/text")" = new ]
report $? "with -c it is written only when it changes"
echo "1..$count"
exit $failed
