# SPDX-License-Identifier: MIT
# Turns the raw output of the benchmark (bench/src/main.c) into a table on standard output and the files named by -v
# csv= and -v pairs_csv=. Lines "G trace group" give the folder of a trace.

function key(name, preset, bits) { return name SUBSEP preset SUBSEP bits }
function label(name, preset) { return preset == "-" ? name : name "/" preset }
function show(value, format) { return value == "" ? "-" : sprintf(format, value) }
function seldom(value) { return value + 0 == 0 ? "-" : value }
function greater(a, b) { return a == "" || b + 0 > a + 0 ? b : a }

function see(name, preset, bits, trace,    k)
{
    k = key(name, preset, bits)
    if (!(k in known)) {
        known[k] = 1
        allocators[++allocator_count] = k
    }
    if (!((k, trace) in cell)) {
        cell[k, trace] = 1
        cells[++cell_count] = k SUBSEP trace
    }
    if (!(trace in trace_known)) {
        trace_known[trace] = 1
        traces[++trace_count] = trace
    }
    return k
}

BEGIN { FS = "\t" }

$1 == "G" { group[$2] = $3; if (!($3 in group_known)) { group_known[$3] = 1; groups[++group_count] = $3 } }

$1 == "E" {
    k = see($2, $3, $4, $5)
    efficiency[k, $5] = $6 > 0 ? $7 / $6 : 0
    if ($6 == 0) never[k] = never[k] " " $5
    if ($8 + $9 > 0) uneven[k]++
    g = group[$5]
    efficiency_sum[k, g] += efficiency[k, $5]
    efficiency_n[k, g]++
}

$1 == "C" {
    k = see($2, $3, $4, $5)
    malloc_mean[k, $5] = $6; malloc_max[k, $5] = $7
    free_mean[k, $5] = $8; free_max[k, $5] = $9
    worst_malloc[k] = greater(worst_malloc[k], $7)
    worst_free[k] = greater(worst_free[k], $9)
    worst_refuse[k] = greater(worst_refuse[k], $10)
    worst_resize[k] = greater(worst_resize[k], $11)
    worst_aligned[k] = greater(worst_aligned[k], $12)
    if ($5 in group) { mean_sum[k, group[$5]] += $6 + $8; mean_n[k, group[$5]]++ }
}

$1 == "T" {
    k = see($2, $3, $4, $5)
    ns[k, $5] = $6
    if ($2 == "glibc") reference[$4, $5] = $6
}

$1 == "P" {
    k = key($2, $3, $4)
    gap = $8 - $7
    pairs_n[k]++
    pairs_sum[k] += $7 / $8
    if (gap > 0.10) pairs_bad[k]++
    if (pairs_gap[k] == "" || gap > pairs_gap[k]) { pairs_gap[k] = gap; pairs_worst[k] = $5 "/" $6 }
    if (pairs_csv != "") {
        if (!pairs_header++) print "allocator,preset,bits,small,large,efficiency,ceiling" > pairs_csv
        printf "%s,%s,%s,%s,%s,%s,%s\n", $2, $3, $4, $5, $6, $7, $8 > pairs_csv
    }
}

$1 == "F" { fixed[key($2, $3, $4)] = $5; fixed64k[key($2, $3, $4)] = $6 }

$1 == "S" { notes[++note_count] = sprintf("%s, %d bit, %s: searches too much, %s", label($2, $3), $4, $5, $6) }

$1 == "X" { notes[++note_count] = sprintf("BROKEN: %s, %d bit, %s: %s", label($2, $3), $4, $5, $6) }

function ratio(k, bits,    i, n, sum)
{
    for (i = 1; i <= trace_count; i++)
        if (((k, traces[i]) in ns) && ((bits, traces[i]) in reference)) {
            sum += log(ns[k, traces[i]] / reference[bits, traces[i]])
            n++
        }
    return n ? exp(sum / n) : ""
}

# The mean of sums[k, group] over n[k, group] entries.
function average(sums, n, k, group, format)
{
    return n[k, group] ? sprintf(format, sums[k, group] / n[k, group]) : "-"
}

function summary(bits,    i, g, k, part)
{
    printf "\n%d bit, every allocator\n%-18s", bits, "allocator"
    for (g = 1; g <= group_count; g++) printf " %15s", "[" substr(groups[g], 1, 12) "]"
    printf " %17s %7s %7s %7s %6s %6s %7s %15s\n", "worst", "worst", "worst", "worst", "time", "fixed", "cost of", "worst pair"
    printf "%-18s", ""
    for (g = 1; g <= group_count; g++) printf " %15s", "eff    m+f"
    printf " %17s %7s %7s %7s %6s %6s %7s %15s\n", "malloc/free", "refusal", "realloc", "aligned", "/glibc", "bytes", "64 KiB", "gap       pair"
    for (i = 1; i <= allocator_count; i++) {
        k = allocators[i]
        split(k, part, SUBSEP)
        if (part[3] != bits) continue
        printf "%-18s", label(part[1], part[2])
        for (g = 1; g <= group_count; g++)
            printf " %8s %6s", average(efficiency_sum, efficiency_n, k, groups[g], "%.4f"),
                average(mean_sum, mean_n, k, groups[g], "%.1f")
        printf " %17s %7s %7s %7s %6s %6s %7s %15s\n",
            show(worst_malloc[k], "%d") "/" show(worst_free[k], "%d"),
            seldom(worst_refuse[k]), seldom(worst_resize[k]), seldom(worst_aligned[k]),
            show(ratio(k, bits), "%.2f"), show(fixed[k], "%d"), show(fixed64k[k], "%d"),
            pairs_n[k] ? sprintf("%.3f %9s", pairs_gap[k], pairs_worst[k]) : "-"
    }
    print "eff: mean of peak live bytes / smallest arena. m+f: mean instructions of a malloc plus a free. Worst: most"
    print "instructions of one call in any trace or pattern (realloc: of those that stayed in place). fixed: smallest"
    print "arena that grants 8 bytes; cost of 64 KiB: 65536 less the largest block it grants. Pair: two sizes, see docs/bench.md."
}

# One row per trace, one column per allocator.
function grid(title, bits, what,    i, t, k, part, any, line, columns, n)
{
    n = 0
    for (i = 1; i <= allocator_count; i++) {
        split(allocators[i], part, SUBSEP)
        if (part[3] == bits && (what == "pattern" || ((allocators[i], "bounded") in bounded)))
            columns[++n] = allocators[i]
    }
    if (n == 0) return
    printf "\n%d bit, %s\n%-22s", bits, title, "trace"
    for (i = 1; i <= n; i++) {
        split(columns[i], part, SUBSEP)
        printf " %16s", substr(label(part[1], part[2]), 1, 16)
    }
    print ""
    for (t = 1; t <= trace_count; t++) {
        any = 0
        line = sprintf("%-22s", substr(traces[t], 1, 22))
        for (i = 1; i <= n; i++) {
            k = columns[i] SUBSEP traces[t]
            if (what == "pattern" && traces[t] ~ /^pattern-/ && (k in malloc_max)) {
                line = line sprintf(" %16s", malloc_max[k] "/" free_max[k]); any = 1
            } else if (what == "efficiency" && (k in efficiency)) {
                line = line sprintf(" %16.4f", efficiency[k]); any = 1
            } else
                line = line sprintf(" %16s", "-")
        }
        if (any) print line
    }
}

END {
    for (i in efficiency) {
        split(i, part, SUBSEP)
        bounded[key(part[1], part[2], part[3]), "bounded"] = 1
    }
    for (b = 64; b >= 32; b -= 32) {
        present = 0
        for (i = 1; i <= allocator_count; i++) { split(allocators[i], part, SUBSEP); if (part[3] == b) present = 1 }
        if (!present) continue
        summary(b)
        grid("efficiency = peak live bytes / smallest arena that completes the trace", b, "efficiency")
        grid("worst malloc/free under the adversarial patterns", b, "pattern")
        print ""
        for (i = 1; i <= allocator_count; i++) {
            k = allocators[i]
            split(k, part, SUBSEP)
            if (part[3] != b || !pairs_n[k]) continue
            printf "two sizes, %d bit, %-16s %d pairs, mean of result/ceiling %.3f, %d more than 0.10 below the ceiling, worst %.3f at %s\n",
                b, label(part[1], part[2]) ":", pairs_n[k], pairs_sum[k] / pairs_n[k], pairs_bad[k], pairs_gap[k], pairs_worst[k]
        }
        for (i = 1; i <= allocator_count; i++) {
            split(allocators[i], part, SUBSEP)
            if (part[3] == b && uneven[allocators[i]])
                printf "note: %s, %d bit: completion is not monotonic in the arena's size on %d traces (see docs/bench.md)\n",
                    label(part[1], part[2]), b, uneven[allocators[i]]
        }
    }
    for (i = 1; i <= allocator_count; i++) {
        split(allocators[i], part, SUBSEP)
        if (never[allocators[i]] != "")
            printf "note: %s, %d bit: not completed in 128 times the peak, counted as 0:%s\n", label(part[1], part[2]),
                part[3], never[allocators[i]]
    }
    for (i = 1; i <= note_count; i++) print "note: " notes[i]
    if (csv != "") {
        print "allocator,preset,bits,trace,efficiency,malloc_mean,malloc_max,free_mean,free_max,ns_per_op" > csv
        for (i = 1; i <= cell_count; i++) {
            k = cells[i]
            split(k, part, SUBSEP)
            printf "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", part[1], part[2], part[3], part[4],
                (k in efficiency) ? sprintf("%.4f", efficiency[k]) : "", malloc_mean[k], malloc_max[k],
                free_mean[k], free_max[k], ns[k] > csv
        }
    }
}
