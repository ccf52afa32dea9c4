# SPDX-License-Identifier: MIT
# Compare measured figures with bench/bounds.txt; prints TAP with the figures in comments.
#   awk -v where='64/default 64/tiny' -f tests/bounds.awk bench/bounds.txt MEASURED
# MEASURED has lines "WHERE<tab>WHAT<tab>FIGURE". Every row of the table for these places must have a figure. -v
# excuse=TEXT: figures above their bound are reported as TODO and do not fail. -v first=N: N results have been printed
# already.

BEGIN { places = split(where, place, " "); for (i = 1; i <= places; i++) wanted[place[i]] = 1 }

NR == FNR {
    if ($0 ~ /^#/ || NF < 4 || !($1 in wanted)) next
    what = $2
    for (i = 3; i <= NF - 2; i++) what = what " " $i
    rows++
    at[rows] = $1
    name[rows] = what
    bound[rows] = $(NF - 1)
    goal[rows] = $NF
    next
}

{
    split($0, field, "\t")
    figure[field[1], field[2]] = field[3]
}

END {
    printf "# | %-24s | %-20s | measured |  bound |   goal |\n", "where", "what"
    for (i = 1; i <= rows; i++) {
        key = at[i] SUBSEP name[i]
        value = figure[key] ~ /^[0-9.]+$/ ? figure[key] : "none"
        fits = value == "none" ? 0 : name[i] ~ /at least$/ ? value + 0 >= bound[i] + 0 : value + 0 <= bound[i] + 0
        printf "# | %-24s | %-20s | %8s | %6s | %6s |\n", at[i], name[i], value, bound[i], goal[i]
        printf "%sok %d - %s: %s: %s, bound %s%s\n", fits ? "" : "not ", i + first, at[i], name[i], value, bound[i], \
            (fits || excuse == "") ? "" : " # TODO " excuse
        if (!fits && excuse == "") failed = 1
    }
    print "1.." rows + first
    exit failed || rows == 0
}
