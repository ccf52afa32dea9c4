#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The rooms of kernel/src, their order, and circles of files, from what objects define and what they leave undefined.
#   circles.pl MOST ORDER <SYMBOLS
# SYMBOLS has lines "FILE SYMBOL defined" and "FILE SYMBOL undefined", FILE from kernel/src on, without its ending. ORDER
# is a Markdown file with a table row "| n | `room` | ..." for each room from the lowest on: a folder ("lib/") or a file
# ("irq.c"). Prints each circle of more than MOST files, each use of a symbol of a higher room, and each file in no room;
# exits 1 if there is one. Calls through pointers are not seen: they are what higher rooms have registered.
use strict;
use warnings;
no warnings 'recursion';

my ($most, $order) = @ARGV;
die "usage: circles.pl MOST ORDER <SYMBOLS\n" unless defined $order;

my (%rank, $failed);
open my $table, '<', $order or die "$order: $!\n";
while (<$table>) { $rank{$2} = $1 if /^\| (\d+) \| `([^`]+)`/ }
die "$order: no table of rooms\n" unless %rank;
sub room_of {
    my ($file) = @_;
    return "$file.c" if defined $rank{"$file.c"};
    return $file =~ m{^(\w+/)} && defined $rank{$1} ? $1 : undef;
}
sub fail { print "@_\n"; $failed = 1 }

my (%definer, %wants);
while (<STDIN>) {
    my ($file, $symbol, $kind) = /^(\S+) (\S+) (defined|undefined)$/ or die "not understood: $_";
    $wants{$file} //= {};
    if ($kind eq 'defined') { $definer{$symbol} = $file }
    else { $wants{$file}{$symbol} = 1 }
}
die "no symbols\n" unless %wants;
my %uses;    # file -> file -> symbols
for my $file (sort keys %wants) {
    for my $symbol (sort keys %{$wants{$file}}) {
        my $other = $definer{$symbol};
        push @{$uses{$file}{$other}}, $symbol if defined $other && $other ne $file;
    }
}

for my $file (sort keys %wants) {
    my $room = room_of($file);
    if (!defined $room) {
        fail("$file.c is in no room of $order");
        next;
    }
    for my $other (sort keys %{$uses{$file} || {}}) {
        my $above = room_of($other);
        next if !defined $above || $rank{$above} <= $rank{$room};
        fail("$file.c ($room) reaches up to $other.c ($above): @{$uses{$file}{$other}}");
    }
}

# Strongly connected components (Tarjan 1972).
my ($counter, $largest, @path, %index, %low, %on_path) = (0, 1);
sub connect_from {
    my ($file) = @_;
    $index{$file} = $low{$file} = $counter++;
    push @path, $file;
    $on_path{$file} = 1;
    for my $other (sort keys %{$uses{$file} || {}}) {
        if (!defined $index{$other}) {
            connect_from($other);
            $low{$file} = $low{$other} if $low{$other} < $low{$file};
        } elsif ($on_path{$other} && $index{$other} < $low{$file}) {
            $low{$file} = $index{$other};
        }
    }
    return if $low{$file} != $index{$file};
    my @circle;
    do {
        push @circle, pop @path;
        $on_path{$circle[-1]} = 0;
    } while ($circle[-1] ne $file);
    $largest = @circle if @circle > $largest;
    fail("a circle of " . @circle . " files, at most $most may be: " . join ' ', map { "$_.c" } sort @circle) if @circle > $most;
}
for my $file (sort keys %wants) { connect_from($file) unless defined $index{$file} }
print "the largest circle has $largest files\n";
exit($failed ? 1 : 0);
