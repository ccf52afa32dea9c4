# SPDX-License-Identifier: MIT
# Check the parameters of a lab before it is booted, as labs/lab.c does:
#   awk -f labs/parameters.awk NAME labs/NAME/parameters.h [PARAMETER=VALUE...]
# Prints all parameters with their values, as the lab's report does, and csv=1 if it is given; or why a word is wrong, and
# exits with 1.
BEGIN {
    lab = ARGV[1]
    while ((status = getline line < ARGV[2]) > 0)
        if (line ~ /^ *P\(/)
            add(line)
    if (status < 0)
        refuse("there is no file " ARGV[2])
    names[++count] = "csv"
    kind["csv"] = "NUMBER"
    lowest["csv"] = 0
    highest["csv"] = 1
    for (i = 3; i < ARGC; i++)
        take(ARGV[i])
    for (i = 1; i < count; i++)
        text = text (i > 1 ? " " : "") names[i] "=" value[names[i]]
    print text (value["csv"] == 1 ? " csv=1" : "")
    exit 0
}

# P(name, kind, lowest, highest, default, last default)
function add(line,    field) {
    gsub(/.*P\(|\).*| /, "", line)
    split(line, field, ",")
    names[++count] = field[1]
    kind[field[1]] = field[2]
    lowest[field[1]] = field[3]
    highest[field[1]] = field[4]
    value[field[1]] = field[5] (field[2] == "SIZES" ? ".." field[6] : "")
}

function take(word,    name, given, ends) {
    name = given = word
    sub(/=.*/, "", name)
    if (!sub(/^[^=]*=/, "", given) || !(name in kind))
        refuse_unknown(word)
    if (taken[name]++)
        refuse(name " is given more than once")
    if (kind[name] == "SIZES") {
        if (split(given, ends, /[.][.]/) != 2 || !number(name, ends[1]))
            refuse_value(word, name)
        ends[1] = amount
        if (!number(name, ends[2]) || amount < ends[1])
            refuse_value(word, name)
        value[name] = sprintf("%.0f..%.0f", ends[1], amount)
    } else {
        if (!number(name, given))
            refuse_value(word, name)
        value[name] = sprintf("%.0f", amount)
    }
}

# Whether the parameter may have this number. Sets `amount`.
function number(name, digits,    unit) {
    unit = 1
    if (kind[name] != "NUMBER" && digits ~ /[KkMm]$/) {
        unit = digits ~ /[Kk]$/ ? 1024 : 1048576
        digits = substr(digits, 1, length(digits) - 1)
    }
    amount = digits * unit
    return digits ~ /^[0-9]+$/ && amount >= lowest[name] + 0 && amount <= highest[name] + 0
}

function refuse_unknown(word,    i, all) {
    for (i = 1; i <= count; i++)
        all = all " " names[i]
    refuse("lab " lab " has no parameter " word "; it has:" all)
}

function refuse_value(word, name) {
    refuse(word " is wrong; it may be " (kind[name] == "SIZES" ? "SMALLEST..LARGEST of " : "") lowest[name] " to " \
        highest[name] (kind[name] == "NUMBER" ? "" : ", or with K or M"))
}

function refuse(why) {
    print why
    exit 1
}
