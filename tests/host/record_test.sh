#!/bin/sh
# SPDX-License-Identifier: MIT
# Test of the recorder (TAP): the trace is of the right process and complete, and every loss is reported. Run from the
# repository's root. Tests that need missing tools or rights are skipped.
set -u
. tests/tap.sh
export BUILD="$builds" # for record.sh
case $builds in
/*) work=$builds/record-test ;;
*) work=$PWD/$builds/record-test ;;
esac
rm -rf "$work"
mkdir -p "$work/tmp"
case $work in
*[!A-Za-z0-9_./-]*) # LD_PRELOAD and shell commands below name files in the folder: give it a plain name
    link=$(mktemp -d)
    trap 'rm -r "$link"' EXIT
    ln -s "$work" "$link/test"
    work=$link/test
    ;;
esac
shown=$work/log
TMPDIR=$work/tmp
LC_ALL=C
export TMPDIR LC_ALL
record=tools/record/record.sh
calls=$work/calls
cc=${RECORD_CC:-gcc}

check() { # DESCRIPTION COMMAND...
    what=$1
    shift
    status=0
    "$@" >>"$work/log" 2>&1 || status=1
    report $status "$what"
}

skip() { # DESCRIPTION WHY
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

is() { # EXPECTED ACTUAL DESCRIPTION
    status=0
    [ "$1" = "$2" ] || status=1
    report $status "$3" "expected: $1, but was: $2"
}

# run EXPECTED_STATUS DESCRIPTION COMMAND...: the output goes to $work/out and $work/log.
run() {
    expected=$1
    what=$2
    shift 2
    status=0
    "$@" >"$work/out" 2>"$work/log" || status=$?
    is "$expected" "$status" "$what: status"
}

# The last command printed a line with this text.
said() { # TEXT DESCRIPTION
    check "$2: says so" grep -q -- "$1" "$work/log"
}

operations() { # FILE
    grep -c '^[amrf]' "$1"
}

# A trace must be possible: only living blocks are freed or reallocated, and the headers are correct.
possible() { # FILE
    awk 'NR == 1 { ids = $1 } NR == 2 { operations = $1 }
        NR > 2 && ($1 == "a" || $1 == "m") { if (alive[$2]++) exit 1; seen++ }
        NR > 2 && ($1 == "r" || $1 == "f") { if (!alive[$2]) exit 1 }
        NR > 2 && $1 == "f" { alive[$2] = 0 }
        END { if (operations != NR - 2 || ids != seen) exit 1 }' "$1"
}

# The trace of `record_calls known`, byte for byte.
cat >"$work/known" <<'END'
7
15
a 0 70001
a 1 70007
r 1 70002
f 0
a 2 70003
m 3 70004 256
f 2
f 1
m 4 70016 64
f 3
m 5 5 32
f 5
a 6 0
f 6
r 4 10
END
is_known() { # FILE DESCRIPTION
    check "$2" cmp "$work/known" "$1"
}

check "the recorder builds" make -s -f tools/record/record.mk record-build
check "the test program builds" $cc -O1 -fno-builtin -pthread -o "$calls" tests/host/record_calls.c
[ $failed = 0 ] || { echo "1..$count"; exit 1; }

# --- Traces, to the byte

run 0 "one program" $record -o "$work/one.rep" -- "$calls" known
is_known "$work/one.rep" "one program: the trace is exact"
check "one program: the table names it" grep -Eq '^ +15 .* calls +[0-9]+  .*/one.rep  <- ' "$work/log"
is 1 "$(ls "$work"/one*.rep | wc -l)" "one program: one trace"
check "a trace can be replayed" make -s -f bench/bench.mk bench-build BENCH_BITS=64
is "one: 15 operations, peak 210009 bytes in 3 blocks, largest request 70260" \
    "$($builds/bench/bench64 check "$work/one.rep" | sed 's/, sum .*//')" "a trace is read as it was written"
run 0 "--plain" $record --plain -o "$work/plain.rep" -- "$calls" known
check "--plain: aligned requests are plain ones" \
    sh -c 'sed "s/^m \([0-9]* [0-9]*\) .*/a \1/" "$1" | cmp - "$2"' - "$work/known" "$work/plain.rep"
said "requests with an alignment, written as plain ones: 3" "--plain"
run 0 "-n" $record -n 4 -o "$work/cut.rep" -- "$calls" known
is "2 4 a 0 70001 a 1 70007 r 1 70002 f 0" "$(tr '\n' ' ' <"$work/cut.rep" | sed 's/ $//')" "-n cuts"
said "operations cut off: 11" "-n"
run 0 "calls that fail" $record -o "$work/refused.rep" -- "$calls" refused
is "1 2 a 0 10 f 0" "$(tr '\n' ' ' <"$work/refused.rep" | sed 's/ $//')" "calls that fail are not in the trace"
said "calls that returned no block, left out: 5" "calls that fail"

# --- Threads: with one arena and no caches, they reuse each other's blocks at once

for how in "MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=glibc.malloc.tcache_count=0" "A=1"; do
    rm -f "$work"/threads*.rep
    # shellcheck disable=SC2086
    run 0 "threads, $how" env $how $record -o "$work/threads.rep" -- "$calls" threads
    check "threads: nothing is lost" sh -c '! grep -q "^record:" "$1"' - "$work/log"
    check "threads: the trace is possible" possible "$work/threads.rep"
    check "threads: no allocation is missing" [ "$(grep -c '^a' "$work/threads.rep")" -ge 200000 ]
    check "threads: the child of a fork is not in it" sh -c '! grep -q "^a .* 99999$" "$1"' - "$work/threads.rep"
    is 1 "$(cat "$work"/threads.*.calls.rep | grep -c '^a .* 99999$')" "threads: the child has a trace of its own"
done

run 0 "threads that take turns" $record -o "$work/turns.rep" -- "$calls" turns
is "$(seq 1 400)" "$(awk '$1 == "a" && $3 == n + 1 { print ++n }' "$work/turns.rep")" \
    "threads that take turns: in that order"

$cc -O1 -fno-builtin -fPIC -shared -o "$work/libown.so" tests/host/record_own_malloc.c
handed_over() { # HOW EXPECTED
    LD_PRELOAD=$work/libown.so run 0 "a block goes from $1 to another thread's malloc" \
        $record -o "$work/over.rep" -- "$calls" "hand over" "$1"
    is "$2" "$(awk '$3 == 5000 { of[$2] = ++n } of[$2] { printf "%s%d ", $1, of[$2] }' "$work/over.rep")" \
        "a block goes from $1 to another thread's malloc: in that order"
}
handed_over free "a1 f1 a2 "
handed_over realloc "a1 a2 r1 "

run 0 "calls that nobody sees" $record -o "$work/unseen.rep" -- "$calls" unseen
is "3 5 a 0 24 f 0 a 1 24 f 1 a 2 5600" "$(tr '\n' ' ' <"$work/unseen.rep" | sed 's/ $//')" \
    "calls that nobody sees: what is left is possible"
said "frees of blocks that were not seen allocated, left out: 1" "a free of a block that was not seen"
said "reallocations of blocks that were not seen allocated, written as allocations: 1" "a reallocation of one"
said "frees that were not seen, put in where the address came again: 1" "a free that was not seen"

# --- Processes that end in every way

for how in exit _exit abort 9 11; do
    case $how in *exit) expected=7 ;; abort) expected=134 ;; *) expected=$((128 + how)) ;; esac
    run $expected "ended by $how" $record -o "$work/end.rep" -- sh -c 'ulimit -c 0; exec "$0" die '$how "$calls"
    is 2000 "$(operations "$work/end.rep")" "ended by $how: the trace is whole"
done
run 0 "a daemon that closes, changes and drops all it can" $record -o "$work/daemon.rep" -- "$calls" daemon "$work"
is 600000 "$(operations "$work/daemon.rep")" "the daemon's trace is whole"

# --- The right process: x.rep is the program, whatever starts it

wrapped() { # DESCRIPTION COMMAND...
    what=$1
    shift
    rm -f "$work"/x*.rep
    run 0 "$what" "$record" -o "$work/x.rep" -- "$@"
    is_known "$work/x.rep" "$what: the trace is of the program"
}
mkdir -p "$work/a blank"
cp "$calls" "$work/a blank/it's"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$calls" >"$work/wrapper"
printf '#!/bin/sh\n"%s" "$@"\nexit $?\n' "$calls" >"$work/wrapper2"
chmod +x "$work/wrapper" "$work/wrapper2"
wrapped "sh -c" sh -c "$calls known"
wrapped "sh -c, a list" sh -c "$calls known; true"
wrapped "env" env A=1 "$calls" known
wrapped "env -i" env -i "$calls" known
wrapped "nice" nice -n 1 "$calls" known
wrapped "a script that executes it" "$work/wrapper" known
wrapped "a script that starts it" "$work/wrapper2" known
wrapped "a path with a blank" "$work/a blank/it's" known
wrapped "an empty environment, execve" "$calls" clean "$calls" known
wrapped "an empty environment, execle" "$calls" cleanl "$calls" known
wrapped "an empty environment, posix_spawn" "$calls" spawn "$calls" known
wrapped "a large program that executes it" "$calls" fat "$calls" known
run 0 "a small program in a shell" $record -o "$work/x.rep" -- sh -c "$calls many 50; :"
is 100 "$(operations "$work/x.rep")" "a small program in a shell: the trace is not the shell's"
wrapped "all of them" nice env -u A sh -c 'sh -c "$@"; :' - '"$0" "$@"; :' "$work/wrapper2" known
LC_ALL=tr_TR.UTF-8 wrapped "a Turkish locale" "$calls" known
if command -v python3 >/dev/null && python3 -c 'import subprocess' 2>/dev/null; then
    cat >"$work/start.py" <<'END'
import subprocess, sys
sys.exit(subprocess.run(sys.argv[1:], env={}).returncode)
END
    printf '#!/bin/sh\nexec python3 "$@"\n' >"$work/python"
    chmod +x "$work/python"
    run 0 "python3 through a script" $record -o "$work/py.rep" -- "$work/python" "$work/start.py" "$calls" known
    check "python3 through a script: the trace is Python's" grep -q "python3.*/py.rep" "$work/log"
    check "python3 through a script: the trace is possible" possible "$work/py.rep"
    is_known "$(ls "$work"/py.*.calls.rep)" "what Python started has its own trace"
else
    skip "python3" "not installed"
fi
run 0 "gcc -c" $record -o "$work/gcc.rep" -- $cc -O2 -c -o "$work/calls.o" tests/host/record_calls.c
if grep -q ' cc1 ' "$work/log"; then
    check "gcc -c: the trace is the compiler's own" grep -Eq " cc1 .*/gcc.rep  <- " "$work/log"
    check "gcc -c: the trace is possible" possible "$work/gcc.rep"
    check "gcc -c: so is the assembler's" possible "$(ls "$work"/gcc.*.as.rep)"
else
    skip "gcc -c" "$cc has no cc1"
fi

# --- Every process

traces() { # STEM NAME: how many other traces of that name
    ls "$1".*."$2".rep "$1".*."$2".[0-9].rep 2>/dev/null | wc -l
}
run 0 "a pipeline" $record -o "$work/pipe.rep" -- sh -c "$calls many 1000 | cat | $calls many 10"
is "1 1" "$(traces "$work/pipe" calls) $(traces "$work/pipe" cat)" "a pipeline: all of it"
is 2000 "$(operations "$work/pipe.rep")" "a pipeline: the largest is the one"
run 0 "20 children" $record -o "$work/fork.rep" -- "$calls" children
is 20 "$(traces "$work/fork" calls)" "20 children: a trace for each"
for trace in "$work"/fork.*.rep; do
    [ "$(operations "$trace")" = 21 ] && possible "$trace" || echo "$trace" >>"$work/wrong"
done
check "20 children: each has its own operations" [ ! -e "$work/wrong" ]
said "and their reallocations, written as allocations: 40" "20 children, of frees and reallocations of inherited blocks"
mkdir "$work/folder"
run 0 "a program that executes itself" $record -o "$work/folder" -- "$calls" again 3
is 4 "$(ls "$work"/folder/*.rep | wc -l)" "a program that executes itself: a trace for each, in a folder"
is 40 "$(cat "$work"/folder/*.rep | grep -c '^[af]')" "a program that executes itself: the traces are whole"

# --- What cannot be recorded is said, and is status 1

echo 'int main(void) { return 0; }' >"$work/none.c"
if $cc -static -o "$work/static" "$work/none.c" 2>/dev/null; then
    run 1 "a static program" $record -o "$work/static.rep" -- "$work/static"
    said "static ([0-9]*) was not recorded: it is linked statically" "a static program"
    check "a static program: no trace" [ ! -e "$work/static.rep" ]
    run 1 "a static program behind others" $record -o "$work/static.rep" -- env -i sh -c "$calls known; $work/static; :"
    said "static ([0-9]*) was not recorded: it is linked statically" "a static program behind others"
    is_known "$work/static.rep" "a static program behind others: they are recorded"
else
    skip "a static program" "no static C library"
fi
$cc -O1 -fno-builtin -DPROGRAM -o "$work/own" tests/host/record_own_malloc.c
run 1 "a program with a malloc of its own" $record -o "$work/own.rep" -- "$work/own"
said "own ([0-9]*): brings its own malloc" "a program with a malloc of its own"
if [ "$(id -u)" = 0 ] && cp "$calls" "$work/setuid" && chown 65534 "$work/setuid" && chmod u+s "$work/setuid" &&
    ! findmnt -n -o OPTIONS -T "$work" | grep -q nosuid; then
    run 1 "a set-user-ID program" $record -o "$work/setuid.rep" -- "$work/setuid" known
    said "was not recorded: it is set-user-ID" "a set-user-ID program"
else
    skip "a set-user-ID program" "takes root, and a file system that knows them"
fi
run 1 "an OUT in no folder" $record -o "$work/none/x.rep" -- touch "$work/ran"
said "cannot write .*/none/x.rep: No such file" "an OUT in no folder"
check "an OUT in no folder: the program does not start" [ ! -e "$work/ran" ]
run 1 "an OUT on a full device" $record -o /dev/full -- "$calls" known
said "cannot write /dev/full: No space left" "an OUT on a full device"

# Room for 512 KiB of raw data. Recorded and lost calls must add up to all calls.
run 1 "a file that may not grow" $record -o "$work/limit.rep" -- sh -c 'ulimit -f 1024; exec "$0" many 1000000' "$calls"
said "the recording ended early: File too large" "a file that may not grow"
lost=$(sed -n 's/.*calls lost after that: //p' "$work/log")
is 2000000 "$((lost + $(operations "$work/limit.rep")))" "a file that may not grow: the loss is counted"
check "a file that may not grow: the trace is possible" possible "$work/limit.rep"
mkdir -p "$work/small"
if mount -t tmpfs -o size=512k tmpfs "$work/small" 2>"$work/log"; then
    run 1 "a full disk" env TMPDIR="$work/small" $record -o "$work/full.rep" -- "$calls" many 1000000
    said "the recording ended early: No space left on device" "a full disk"
    lost=$(sed -n 's/.*calls lost after that: //p' "$work/log")
    is 2000000 "$((lost + $(operations "$work/full.rep")))" "a full disk: the loss is counted"
    umount "$work/small"
else
    skip "a full disk" "no right to mount"
fi

# --- Statuses

run 2 "no command" $record --
run 2 "no --" $record -o "$work/x.rep" ls
run 2 "an unknown option" $record --nonsense -- ls
run 2 "-n without a number" $record -n x -- ls
run 0 "--help" $record --help
run 127 "a program that is not there" $record -o "$work/no.rep" -- "$work/nothing"
check "a program that is not there: no trace" [ ! -e "$work/no.rep" ]
run 126 "a program that is none" $record -o "$work/no.rep" -- "$work"
run 5 "a status" $record -o "$work/five.rep" -- sh -c 'exit 5'

# --- Arguments, environment and signals go through

run 0 "arguments" $record -o "$work/args.rep" -- printf '%s|' 'a  b' '' "it's" '"$HOME"' '*' 'two
lines' '\n;&'
is 'a  b||it'\''s|"$HOME"|*|two
lines|\n;&|' "$(cat "$work/out")" "arguments: exactly those"
# shellcheck disable=SC2016
run 0 "make record" make -s record OUT="$work/a blank/m.rep" \
    CMD='printf "%s|" "a  b" '\''$HOME'\'' $((6 * 7)); '"$calls known"
is 'a  b|$HOME|42|' "$(cat "$work/out")" "make record: quotes and dollars are the shell's"
is_known "$work/a blank/m.rep" "make record: the trace is of the program"
run 2 "make record without CMD" make -s record OUT="$work/x.rep"
TMPDIR="$work/a blank" run 0 "a temporary folder with a blank" $record -o "$work/x.rep" -- "$calls" known
is_known "$work/x.rep" "a temporary folder with a blank: the trace is there"
LD_PRELOAD=$work/libown.so run 0 "LD_PRELOAD of the user" $record -o "$work/x.rep" -- "$calls" known
check "LD_PRELOAD of the user: its malloc is called" grep -qx "own malloc" "$work/log"
is 1 "$(grep -c '^r . 70002$' "$work/x.rep")" "LD_PRELOAD of the user: what it does itself is not recorded"

# The inner recorder records its command; the outer one reports that it could not.
run 1 "a recorder in a recorder" $record -o "$work/outer.rep" -- $record -o "$work/inner.rep" -- "$calls" known
is_known "$work/inner.rep" "a recorder in a recorder: the inner one has the trace"
said "calls ([0-9]*) was not recorded" "a recorder in a recorder"

# signalled SIGNAL EXPECTED: send a signal to the recorder only, while a grandchild waits.
signalled() {
    rm -f "$work/begun"
    perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' $record -o "$work/signal.rep" -- \
        sh -c '"$0" wait "$1"; echo went on' "$calls" "$work/begun" >"$work/out" 2>"$work/log" &
    recorder=$!
    while [ ! -s "$work/begun" ] && kill -0 $recorder; do sleep 0.1; done
    kill -"$1" $recorder
    status=0
    wait $recorder || status=$?
    is "$2" "$status" "SIG$1: status"
    is 2002 "$(operations "$work/signal.rep")" "SIG$1: the trace is whole"
    check "SIG$1: no process is left" sh -c '! kill -0 "$1"' - "$(cat "$work/begun")"
    check "SIG$1: the shell does not go on" [ ! -s "$work/out" ]
}
signalled TERM 143
signalled INT 130

is "" "$(ls "$work/tmp")" "nothing is left in the temporary folder"

echo "1..$count"
exit $failed
