# SPDX-License-Identifier: MIT
# The page of `make judge` (course/heap_judge.sh): awk -v name=N -v board=B -v bits=BITS -v ours="bump first_fit ..." -f course/heap_judge.awk FILE...
# FILE is tests.HEAP (TAP), misuse.HEAP (output of a test), or tab-separated lines of the benchmark.
BEGIN { count = split("own " ours, heaps, " ") }
FNR == 1 {
    base = FILENAME
    sub(/.*\//, "", base)
    heap = base
    sub(/^[a-z]*\./, "", heap)
}
base ~ /^tests\./ && /^(not )?ok / {
    test = $0
    sub(/^(not )?ok [0-9]+ - [^ ]+ /, "", test)
    sub(/(:| #| [A-Z_]+=).*/, "", test)
    if (!(test in known)) {
        known[test] = 1
        tests[++test_count] = test
    }
    result[heap, test] = /# SKIP/ ? "-" : /^ok/ ? "right" : "WRONG"
    if (!/# SKIP/) apply[heap]++
    if (!/# SKIP/ && /^ok/) passed[heap]++
    last = test
}
base == "tests.own" && /^# ktest: WRONG: / {
    sub(/^# ktest: WRONG: /, "")
    notes[++note_count] = last ": " $0
}
base ~ /^misuse\./ && /^misuse: / {
    kind = $0
    sub(/^misuse: /, "", kind)
    if (!(kind in kind_known)) {
        kind_known[kind] = 1
        kinds[++kind_count] = kind
    }
    caught[heap, kind] = "no"
}
base ~ /^misuse\./ && /^\[heap\] / && kind != "" && caught[heap, kind] == "no" { caught[heap, kind] = "yes" }
base == "efficiency" && $1 == "E" { split($0, f, "\t"); sum[f[2]] += f[6] > 0 ? f[7] / f[6] : 0; n[f[2]]++ }
(base == "count" || base == "patterns") && $1 == "C" {
    split($0, f, "\t")
    worst(f[2], "malloc", f[7])
    worst(f[2], "free", f[9])
    worst(f[2], "refusal", f[10])
}
$1 == "X" && $2 == "own" {
    sub(/^X\t/, "")
    gsub(/\t/, " ")
    if (!noted[$0]++)
        notes[++note_count] = "benchmark: " $0
}
function worst(heap, call, value) {
    if (value ~ /^[0-9]+$/ && value + 0 > most[heap, call] + 0)
        most[heap, call] = value
}
function row(title, array,    i, value) {
    printf "%-47s", title
    for (i = 1; i <= count; i++) {
        value = array[heaps[i], title]
        printf " %7s", value == "" ? "-" : value
    }
    print ""
}
END {
    printf "%-47s %7s", "judge: " name ".c", substr(name, 1, 7)
    for (i = 2; i <= count; i++) {
        short = heaps[i]
        sub(/_fit$/, "", short)
        printf " %7s", short
    }
    print ""
    printf "\ntests on %s\n", board
    for (i = 1; i <= test_count; i++)
        row(tests[i], result)
    for (i = 1; i <= count; i++)
        line[heaps[i], "passed"] = passed[heaps[i]] + 0 " of " apply[heaps[i]] + 0
    row("passed", line)
    printf "\nbenchmark on the host, %d bits, traces of bench/traces and patterns\n", bits
    for (i = 1; i <= count; i++) {
        h = heaps[i]
        title = "efficiency: peak of live bytes / smallest arena"
        line[h, title] = n[h] ? sprintf("%.3f", sum[h] / n["bump"]) : "" # a trace that it breaks counts as 0
        line[h, "worst malloc, instructions"] = most[h, "malloc"]
        line[h, "worst free, instructions"] = most[h, "free"]
        line[h, "worst refused malloc, instructions"] = most[h, "refusal"]
    }
    row(title, line)
    row("worst malloc, instructions", line)
    row("worst free, instructions", line)
    row("worst refused malloc, instructions", line)
    printf "\nmisuse that is reported (of %s.c: by the kernel's record of its blocks)\n", name
    for (i = 1; i <= kind_count; i++)
        row(kinds[i], caught)
    if (note_count)
        print ""
    for (i = 1; i <= note_count; i++)
        print notes[i]
}
