# SPDX-License-Identifier: MIT
# Read the table of knobs: awk -f scripts/knobs.awk TABLE COMMAND [FACT...]. COMMAND is one of
#   list     print assignments for make: KNOBS+=NAME, <GROUP>_KNOBS+=NAME, DEFAULT_<NAME>:=VALUE
#   check    check the given values. Prints assignments NAME:=VALUE for sizes with a unit; on failure only "error" and why
#   help     print the knobs by group
# FACT is given:NAME=VALUE, or range:NAME=RANGE or default:NAME=VALUE, which override the table, or board:BOARD=NAME.
BEGIN {
    FS = " *[|] *"
    while ((status = getline < ARGV[1]) > 0)
        if (NF == 5 && $0 !~ /^#/)
            add()
    if (status < 0)
        stop("there is no " ARGV[1])
    for (i = 3; i < ARGC; i++)
        note(ARGV[i])
    if (ARGV[2] == "list")
        list()
    else if (ARGV[2] == "check")
        check()
    else
        help()
    exit
}

function add() {
    knobs[++count] = $1
    type[$1] = range[$1] = $2
    sub(/ .*/, "", type[$1])
    sub(/^[^ ]* */, "", range[$1])
    standard[$1] = $3
    group[$1] = $4
    about[$1] = $5
}

function note(fact,    name, value) {
    name = value = fact
    sub(/^[a-z]*:/, "", name)
    sub(/=.*/, "", name)
    sub(/^[^=]*=/, "", value)
    if (fact ~ /^board:/)
        board = value
    else if (fact ~ /^range:/) {
        range[name] = value
        of_board[name] = 1
    }
    else if (fact ~ /^default:/)
        standard[name] = value
    else {
        given[++given_count] = name
        content[name] = value
    }
}

function stop(why) {
    print "error " why
    exit
}

function list(    i, name) {
    for (i = 1; i <= count; i++) {
        name = knobs[i]
        printf "KNOBS+=%s ", name
        if (group[name] ~ /^[a-z]*$/)
            printf "%s_KNOBS+=%s ", group[name], name
        if (standard[name] != "")
            printf "DEFAULT_%s:=%s ", name, standard[name]
    }
    print ""
}

# --- Values -----------------------------------------------------------------------------------------------------------

function check(    i, name, value, changed) {
    for (i = 1; i <= given_count; i++) {
        name = given[i]
        value = content[name]
        if (!(name in type))
            stop("there is no knob " name nearest(name) "; make help lists all")
        if (type[name] == "one-of" && value ~ /\.c$/ && takes_file(name))
            check_file(name, value)
        else if (!fits(name, value))
            stop((value == "" ? name " is empty" : name "=" value " is " (is_word(name) ? "unknown" : "wrong")) \
                (is_word(name) ? "; there are: " : "; it may be ") values(name) \
                (name in of_board && !is_word(name) ? ", on " board : ""))
        if (type[name] ~ /^(number|bytes|KiB)$/ && sprintf("%.0f", amount) != value)
            changed = changed sprintf("%s:=%.0f ", name, amount)
    }
    print changed
}

function takes_file(name) { return index("," range[name] ",", ",FILE.c,") > 0 }

# Functions in the file begin with its name.
function check_file(name, value,    base) {
    base = value
    sub(/.*\//, "", base)
    if (value ~ /[^A-Za-z0-9_.\/+,@= \200-\377-]/)
        stop(name "=" value " is wrong; it may be a path without special characters")
    if (base !~ /^[A-Za-z_][A-Za-z0-9_]*\.c$/)
        stop(name "=" value " is wrong; the name of the file, " base ", must be a C identifier before the .c")
}

function is_word(name) { return type[name] == "flag" || type[name] == "one-of" }

# Whether a knob may have a value. Sets `amount`, for those that are numbers, in their own unit.
function fits(name, value,    digits, unit, bounds) {
    if (type[name] == "text")
        return 1
    if (type[name] == "path" || type[name] == "word")
        return (value != "" || type[name] == "word") && value !~ /[^A-Za-z0-9_.\/+,@=\200-\377-]/
    if (type[name] == "flag")
        return value == "0" || value == "1"
    if (type[name] == "one-of")
        return value ~ /^[^,]+$/ && index("," range[name] ",", "," value ",") > 0
    digits = value
    unit = 1
    if (type[name] != "number" && sub(/[KMGkmg]$/, "", digits)) {
        unit = 1024 ^ index("KMG", toupper(substr(value, length(value))))
        if (type[name] == "KiB")
            unit /= 1024
    }
    amount = digits * unit
    split(range[name], bounds, /[.\/]+/)
    return digits ~ /^[0-9]+$/ && amount >= bounds[1] && amount <= bounds[2] && amount % (bounds[3] ? bounds[3] : 1) == 0
}

# The allowed values of a knob, as text.
function values(name,    bounds, text) {
    if (type[name] == "flag")
        return "0 1"
    if (type[name] == "one-of") {
        text = range[name]
        gsub(/,/, " ", text)
        return text
    }
    if (type[name] == "path")
        return "a path without blanks and special characters"
    if (type[name] == "word")
        return "no blanks and special characters"
    if (type[name] == "text")
        return ""
    split(range[name], bounds, /[.\/]+/)
    text = bounds[1] " to " bounds[2]
    if (bounds[3])
        text = text " in steps of " bounds[3]
    if (type[name] == "KiB")
        text = text " KiB"
    return type[name] == "number" ? text : text ", or with K, M or G"
}

# --- Names ------------------------------------------------------------------------------------------------------------

# ", but NAME" for the knob with the most similar name; empty if none is similar.
function nearest(name,    i, steps, best, which) {
    best = length(name) / 2
    for (i = 1; i <= count; i++)
        if (group[knobs[i]] != "internal" && (steps = distance(toupper(name), knobs[i])) < best) {
            best = steps
            which = ", but " knobs[i]
        }
    return which
}

# The Levenshtein distance: letters to insert, remove or replace. Underscores do not count.
function distance(from, to,    i, j, row, corner, above) {
    gsub(/_/, "", from)
    gsub(/_/, "", to)
    for (j = 0; j <= length(to); j++)
        row[j] = j
    for (i = 1; i <= length(from); i++) {
        corner = row[0]
        row[0] = i
        for (j = 1; j <= length(to); j++) {
            above = row[j]
            row[j] = corner + (substr(from, i, 1) != substr(to, j, 1))
            if (above + 1 < row[j])
                row[j] = above + 1
            if (row[j - 1] + 1 < row[j])
                row[j] = row[j - 1] + 1
            corner = above
        }
    }
    return row[length(to)]
}

# --- Help -------------------------------------------------------------------------------------------------------------

function section(name) {
    if (group[name] == "every")
        return "every target"
    return group[name] ~ /^(code|image)$/ ? "the build; changing one recompiles only the files that use it" : "make " group[name]
}

function help(    i, name, before, text) {
    for (i = 1; i <= count; i++) {
        name = knobs[i]
        if (group[name] == "internal")
            continue
        if (section(name) != before)
            print "\nknobs of " (before = section(name))
        text = values(name)
        if (standard[name] != "")
            text = text (text == "" ? "" : "; ") "default " standard[name]
        printf "  %-18s %s\n", name "=", about[name] (text == "" ? "" : " [" text "]")
    }
}
