#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The call graph of objects whose compiler does not write one, in the format of gcc's -fcallgraph-info=su. Frame sizes
# come from the compiler (-fstack-usage, FILE.su beside FILE.o); calls are read from the disassembly and its
# relocations. Supports AArch64 and MIPS.
#   tools/stack/graph.pl OBJDUMP BUILD_FOLDER OBJECT.c.o...
# Weakness: whether a computed jump is a switch or a call through a pointer is guessed from the way its register was
# computed: a switch adds on AArch64, and uses any register but $25 on MIPS. This matches clang's code.
use strict;
use warnings;

my ($objdump, $build, @objects) = @ARGV;
die "usage: graph.pl OBJDUMP BUILD_FOLDER OBJECT...\n" unless @objects;

my (%local, %bytes, %edges);    # by object
my ($object, $function, $called, %made, %su_of);
my $call = qr/^(?:R_AARCH64_(?:CALL26|JUMP26|CONDBR19|TSTBR14)|R_MIPS_(?:26|PC16))$/;

for my $at (@objects) {
    (my $su = $at) =~ s/\.o$/.su/;
    $su_of{$at} = $su;
    open my $in, '<', $su or next;    # missing for an object without functions
    while (<$in>) { $bytes{$at}{$1} = [$2, $3] if /^\S+?:\d+:(?:\d+:)?(\S+)\t(\d+)\t(\S+)/ }
}
sub note_call {
    return unless defined $called;
    $edges{$object}{$function}{$called} = 1;
    $called = undef;
}
open my $dump, '-|', $objdump, '-drt', '--no-show-raw-insn', @objects or die "$objdump: $!\n";
while (<$dump>) {
    if (/^\s+[0-9a-f]+:\s+(R_\w+)\s+(\S+)/) {
        my ($type, $target) = ($1, $2);
        my $is_itself = defined $called;    # MIPS keeps the offset in the instruction
        $called = undef;
        next unless $type =~ $call;
        my $offset = $target =~ s/[+-]0x[0-9a-f]+$//;
        $target =~ s/^\.text\.(?:unlikely\.|hot\.)?//;
        # A jump within a function is not a call.
        next if $target eq $function && !($is_itself || ($type eq 'R_AARCH64_CALL26' && !$offset));
        $edges{$object}{$function}{$target} = 1;
    } elsif (/^\s+[0-9a-f]+:\s+(\S+)\s*(.*)$/) {
        my ($what, $operands) = ($1, $2);
        note_call();
        if ($what =~ /^(?:bl|b|jal|j|bal)$/ && $operands =~ /<([^>+]+)>\s*$/ && $1 ne $function) {
            $called = $1;
        } elsif ($what =~ /^(?:bl|jal|bal)$/ && $operands =~ /<\Q$function\E>\s*$/) {
            $called = $function;    # the jump's own target, unless a relocation follows
        } elsif ($what =~ /^(?:blr|jalr)$/ || ($what eq 'jr' && $operands =~ /^(?:\$25|t9)\b/)
            || ($what eq 'br' && $operands =~ /^(\w+)/ && ($made{$1} // '') ne 'add')) {
            $edges{$object}{$function}{__indirect_call} = 1;
        }
        $made{$1} = $what if $operands =~ /^([wx]\d+)/ && $what !~ /^(?:st|b)/;
        $made{$1} = $what if $what =~ /^ldp/ && $operands =~ /^\w+, (\w+)/;
    } elsif (/^([0-9a-f]+) <(.*)>:$/) {
        note_call() if defined $function;
        ($function, $called, %made) = ($2, undef);
    } elsif (/^(\S+):\s+file format/) {
        ($object, $function) = ($1, undef);
    } elsif (/^[0-9a-f]+ ([lgw])\s+F \.text\S*\s+[0-9a-f]+ (\S+)$/) {
        die "$object: what $2() takes of the stack is not known: $su_of{$object} is missing\n" unless $bytes{$object};
        $local{$object}{$2} = 1 if $1 eq 'l';
    }
}
close $dump or die "$objdump failed\n";

# Titles as gcc writes them: those of static functions include the file.
sub file { return $_[0] =~ s/^\Q$build\E\/+|\.o$//gr }
sub title { my ($in, $name) = @_; return $local{$in}{$name} ? file($in) . ":$name" : $name }
for my $in (@objects) {
    for my $name (sort keys %{$bytes{$in}}) {
        my ($own, $kind) = @{$bytes{$in}{$name}};
        printf "node: { title: \"%s\" label: \"%s\\n%d bytes (%s)\" }\n", title($in, $name), $name, $own, $kind;
    }
    for my $name (sort keys %{$edges{$in} || {}}) {
        for my $target (sort keys %{$edges{$in}{$name}}) {
            my ($from, $to) = (title($in, $name), $target eq '__indirect_call' ? $target : title($in, $target));
            print "edge: { sourcename: \"$from\" targetname: \"$to\" label: \"" . file($in) . ":0\" }\n";
        }
    }
}
