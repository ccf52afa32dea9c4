# SPDX-License-Identifier: MIT
# Turns the results of the benchmark's jobs (bench/job.sh, without number and mark) into tables on standard output and the
# files named by -v csv= and -v pairs_csv=. More lines: "G trace class peak", "L allocator preset bits alignment bounded
# library", "T allocator preset bits trace ns", "X allocator preset bits trace reason" from measuring time. -v seeds=,
# -v compiler= and -v quick= are printed.

function key(name, preset, bits) { return name SUBSEP preset SUBSEP bits }
function label(k,    part) { split(k, part, SUBSEP); return part[2] == "-" ? part[1] : part[1] "/" part[2] }
function bits_of(k,    part) { split(k, part, SUBSEP); return part[3] }
function show(value, format) { return value == "" ? "-" : sprintf(format, value) }
function seldom(value) { return value + 0 == 0 ? "-" : value }
function greater(a, b) { return a == "" || b + 0 > a + 0 ? b : a }

function note(text) { notes[++note_count] = text }

# A verdict about an allocator on a trace or another measurement.
function judge(k, what, verdict)
{
    if (verdict == "") return
    note(label(k) ", " bits_of(k) " bit, " what ": " verdict)
    if (verdict ~ /^BROKEN/) broken[k] = 1
}

function new_trace(trace)
{
    if (trace in trace_known) return
    trace_known[trace] = 1
    traces[++trace_count] = trace
}

# The worst call of an allocator: in a class, or (class "") anywhere.
function worst(k, class,    i)
{
    for (i = 1; i <= 5; i++) most[k, class, i] = greater(most[k, class, i], call[i])
}

BEGIN {
    FS = "\t"
    class_count = split("recorded small,recorded large,malloc-lab,open,lifetimes,adversarial", classes, ",")
    for (i = 1; i <= class_count; i++) class_known[classes[i]] = 1
    about["recorded small"] = "programs whose peak is below 256 KiB"
    about["recorded large"] = "programs with larger peaks"
    about["malloc-lab"] = "traces of CMU's malloc lab"
    about["open"] = "generated: sizes replace each other at random"
    about["lifetimes"] = "generated: the order of frees has structure"
    about["adversarial"] = "generated: sequences in which every allocator loses"
}

$1 == "G" {
    class = $3 == "recorded" ? ($4 < 262144 ? "recorded small" : "recorded large") : $3
    if (!(class in class_known)) { class_known[class] = 1; classes[++class_count] = class }
    class_of[$2] = class
    members[class]++
    total_traces++
    new_trace($2)
}

$1 == "L" {
    k = key($2, $3, $4)
    allocators[++allocator_count] = k
    alignment[k] = $5
    bounded[k] = $6
}

$1 == "J" {
    k = key($2, $3, $4)
    trace = $5
    new_trace(trace)
    judge(k, trace, $17)
    verdicts[k, trace] = $17
    seen[k, trace] = 1
    class = trace ~ /^pattern-/ ? "adversarial" : class_of[trace]
    if (trace !~ /^pattern-/) planned[k, class]++
    if ($7 != "") {
        efficiency[k, trace] = $6 > 0 ? $7 / $6 : 0
        if ($6 == 0) never[k] = never[k] " " trace
        if ($8 + $9 > 0) uneven[k]++
        sum[k, class] += efficiency[k, trace]
        n[k, class]++
        if (!((k, class) in low) || efficiency[k, trace] < low[k, class]) { low[k, class] = efficiency[k, trace]; lowest[k, class] = trace }
    } else if ($10 != "" && !bounded[k])
        n[k, class]++
    if ($10 != "") {
        malloc_mean[k, trace] = $10; malloc_max[k, trace] = $11
        free_mean[k, trace] = $12; free_max[k, trace] = $13
        call[1] = $11; call[2] = $13; call[3] = $14; call[4] = $15; call[5] = $16
        worst(k, "")
        worst(k, class)
        if (trace !~ /^pattern-/) { mean_sum[k, class] += $10 + $12; mean_n[k, class]++ }
    }
}

$1 == "A" { k = key($2, $3, $4); judge(k, $5, $8); if ($6 != "") filled[k, $5] = sprintf("%.1f %.1f", 100 * $6, 100 * $7) }
$1 == "F" { k = key($2, $3, $4); judge(k, "fixed cost", $7); fixed[k] = $5; fixed64k[k] = $6 }
$1 == "Q" { judge(key($2, $3, $4), "two sizes", $5) }
$1 == "X" { judge(key($2, $3, $4), $5, "BROKEN: " $6) }

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

$1 == "T" {
    ns[key($2, $3, $4), $5] = $6
    if ($2 == "glibc") reference[$4, $5] = $6
}

# The place of an allocator in a class: by its mean, without an efficiency below all others; incomplete behind complete,
# broken last.
function rank(k, class,    value)
{
    value = n[k, class] && bounded[k] ? sum[k, class] / n[k, class] : -1
    if (n[k, class] < planned[k, class]) value -= 10
    if (k in broken) value -= 100
    return value
}

# Fill ranked[] with the allocators of this word size that ran in this class; returns their number.
function rank_all(bits, class,    i, j, count, k)
{
    count = 0
    for (i = 1; i <= allocator_count; i++) {
        k = allocators[i]
        if (bits_of(k) != bits || !planned[k, class]) continue
        for (j = ++count; j > 1 && rank(ranked[j - 1], class) < rank(k, class); j--) ranked[j] = ranked[j - 1]
        ranked[j] = k
    }
    return count
}

function calls(k, class) { return most[k, class, 1] == "" ? "-" : most[k, class, 1] "/" most[k, class, 2] }

function class_table(bits, class,    i, count, k, score, done)
{
    count = rank_all(bits, class)
    if (count == 0) return
    printf "\n%d bit, %s: %d traces (%s)%s\n", bits, class, members[class], about[class] == "" ? "yours" : about[class],
        seeds != "" && (class == "open" || class == "lifetimes") ? ", seeds " seeds : ""
    printf "%-18s %5s %10s  %-28s %11s  %s\n", "allocator", "align", "efficiency", "worst trace", "malloc+free", "worst malloc/free"
    for (i = 1; i <= count; i++) {
        k = ranked[i]
        done = sprintf("%d of %d traces", n[k, class], planned[k, class])
        if (k in broken) score = sprintf("%10s  %-28s", "BROKEN", done)
        else if (n[k, class] < planned[k, class]) score = sprintf("%10s  %-28s", n[k, class] && bounded[k] ? sprintf("%.4f", sum[k, class] / n[k, class]) : "-", "in " done)
        else if (!bounded[k]) score = sprintf("%10s  %-28s", "-", "no arena")
        else score = sprintf("%10.4f  %-28s", sum[k, class] / n[k, class], sprintf("%.4f %s", low[k, class], lowest[k, class]))
        printf "%-18s %5d %s %11s  %s\n", label(k), alignment[k], score,
            mean_n[k, class] ? sprintf("%.1f", mean_sum[k, class] / mean_n[k, class]) : "-", calls(k, class)
    }
}

function completed(k,    i, total)
{
    total = 0
    for (i = 1; i <= class_count; i++) total += n[k, classes[i]]
    return total
}

function expected(k,    i, total)
{
    total = 0
    for (i = 1; i <= class_count; i++) total += planned[k, classes[i]]
    return total
}

function summary(bits,    i, k, pass)
{
    printf "\n%d bit, all measurements%s\n", bits, compiler == "" ? "" : " (" compiler ")"
    printf "%-18s %5s %15s %8s %8s %8s %6s %7s %15s %11s %11s %11s\n", "allocator", "align", "worst", "worst", "worst", "worst", "fixed",
        "cost of", "worst pair", "filled", "filled", "filled"
    printf "%-18s %5s %15s %8s %8s %8s %6s %7s %15s %11s %11s %11s\n", "", "", "malloc/free", "refusal", "realloc", "aligned", "bytes", "64 KiB",
        "gap       pair", "64 KiB", "250 KB", "128 MiB"
    for (pass = 0; pass < 2; pass++)
        for (i = 1; i <= allocator_count; i++) {
            k = allocators[i]
            if (bits_of(k) != bits || (k in broken) != pass) continue
            if (pass) {
                printf "%-18s %5d BROKEN: %d of %d traces completed\n", label(k), alignment[k], completed(k), expected(k)
                continue
            }
            printf "%-18s %5d %15s %8s %8s %8s %6s %7s %15s %11s %11s %11s\n", label(k), alignment[k], calls(k, ""), seldom(most[k, "", 3]),
                seldom(most[k, "", 4]), seldom(most[k, "", 5]), show(fixed[k], "%d"), show(fixed64k[k], "%d"),
                pairs_n[k] ? sprintf("%.3f %9s", pairs_gap[k], pairs_worst[k]) : "-", show(filled[k, "talc-64KiB"], "%s"),
                show(filled[k, "talc-250KB"], "%s"), show(filled[k, "talc-128MiB"], "%s")
        }
}

# One row per trace, one column per allocator.
function grid(title, bits, what,    i, t, k, any, line, columns, count)
{
    count = 0
    for (i = 1; i <= allocator_count; i++)
        if (bits_of(allocators[i]) == bits && (what == "pattern" || bounded[allocators[i]])) columns[++count] = allocators[i]
    if (count == 0) return
    printf "\n%d bit, %s\n%-22s", bits, title, "trace"
    for (i = 1; i <= count; i++) printf " %16s", substr(label(columns[i]), 1, 16)
    print ""
    for (t = 1; t <= trace_count; t++) {
        any = 0
        line = sprintf("%-22s", substr(traces[t], 1, 22))
        for (i = 1; i <= count; i++) {
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

function ratio(k, bits,    i, count, total)
{
    count = 0
    for (i = 1; i <= trace_count; i++)
        if (((k, traces[i]) in ns) && ((bits, traces[i]) in reference)) {
            total += log(ns[k, traces[i]] / reference[bits, traces[i]])
            count++
        }
    return count ? exp(total / count) : ""
}

function times(bits,    i, k, any, factor)
{
    for (i = 1; i <= allocator_count; i++) {
        k = allocators[i]
        factor = ratio(k, bits)
        if (bits_of(k) != bits || factor == "") continue
        if (!any++) printf "\n%d bit, time of a replay divided by glibc's, this run\n", bits
        printf "%-18s %.2f\n", label(k), factor
    }
}

function end_notes(    i, k)
{
    for (i = 1; i <= allocator_count; i++) {
        k = allocators[i]
        if (uneven[k])
            printf "note: %s, %d bit: completion is not monotonic in the arena's size on %d traces (see docs/bench.md)\n", label(k), bits_of(k), uneven[k]
        if (never[k] != "") printf "note: %s, %d bit: not completed in 128 times the peak, counted as 0:%s\n", label(k), bits_of(k), never[k]
    }
    for (i = 1; i <= note_count; i++) print "note: " notes[i]
}

function write_csv(    i, t, k, part, at)
{
    print "allocator,preset,bits,trace,efficiency,malloc_mean,malloc_max,free_mean,free_max,ns_per_op,class,verdict" > csv
    for (i = 1; i <= allocator_count; i++)
        for (t = 1; t <= trace_count; t++) {
            k = allocators[i]
            at = k SUBSEP traces[t]
            if (!(at in seen)) continue
            split(k, part, SUBSEP)
            gsub(/,/, ";", verdicts[at])
            printf "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", part[1], part[2], part[3], traces[t],
                (at in efficiency) ? sprintf("%.4f", efficiency[at]) : "", malloc_mean[at], malloc_max[at], free_mean[at], free_max[at], ns[at],
                traces[t] ~ /^pattern-/ ? "adversarial" : class_of[traces[t]], verdicts[at] > csv
        }
}

END {
    for (bits = 64; bits >= 32; bits -= 32) {
        present = 0
        for (i = 1; i <= allocator_count; i++) present += bits_of(allocators[i]) == bits
        if (!present) continue
        for (c = 1; c <= class_count; c++) class_table(bits, classes[c])
        summary(bits)
        grid("efficiency = peak live bytes / smallest arena that completes the trace", bits, "efficiency")
        grid("worst malloc/free under the adversarial patterns", bits, "pattern")
        print ""
        for (i = 1; i <= allocator_count; i++) {
            k = allocators[i]
            if (bits_of(k) == bits && pairs_n[k])
                printf "two sizes, %d bit, %-16s %d pairs, mean of result/ceiling %.3f, %d more than 0.10 below the ceiling, worst %.3f at %s\n",
                    bits, label(k) ":", pairs_n[k], pairs_sum[k] / pairs_n[k], pairs_bad[k], pairs_gap[k], pairs_worst[k]
        }
    }
    print "\nefficiency: mean of peak live bytes / smallest arena, and the worst trace. malloc+free: mean instructions of both. Worst:"
    print "most instructions of one call. realloc: in place. fixed: smallest arena that grants 8 bytes; cost of 64 KiB: 65536 less"
    print "the largest block it grants. pair: two sizes. filled: % of an arena in use at the first refusal, with realloc in place"
    print "and with every realloc moving. docs/bench.md explains all of them."
    end_notes()
    for (bits = 64; bits >= 32; bits -= 32) times(bits)
    if (csv != "") write_csv()
}
