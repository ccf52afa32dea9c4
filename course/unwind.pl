#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Print the return addresses on the stack in the report of a MIPS image without threads, the innermost call first. The image
# prints only the words of its stack that may be return addresses (course/runtime/exc.c); which of them are, and in what order,
# follows from the compiler's frame information. Ends at a function without it, or one whose frame has no constant size.
#   course/unwind.pl IMAGE OUTPUT
use strict;
use warnings;

use constant CALLS => 32;

my ($image, $output) = @ARGV;

# Where the stack begins: at the exception, or at the call of the report.
my ($pc, $sp, $ra, %word);
open my $lines, '<', $output or die "$output: $!\n";
while (<$lines>) {
    if (/^\[EXC\] .* EPC=0x([0-9a-f]{8}) /) {
        $pc //= hex $1;
    } elsif (/^\[EXC\] /) {
        $sp //= hex $1 if / sp ([0-9a-f]{8})/;
        $ra //= hex $1 if / ra ([0-9a-f]{8})/;
    } elsif (/^\[stack\] called from 0x([0-9a-f]+), sp 0x([0-9a-f]+)/ && !defined $pc) {
        ($pc, $sp) = (hex $1, hex $2);
    } elsif (/^\[stack\] 0x([0-9a-f]+): 0x([0-9a-f]+)/) {
        $word{hex $1} = hex $2;
    }
}
exit 0 unless defined $pc && defined $sp && %word;

# Rows of the frame information: from which address on, end of the function, size of the frame, and where in it the return
# address is, if it was saved.
my ($end, @rows) = (0);
open my $frames, '-|', 'llvm-dwarfdump', '--debug-frame', $image or die "llvm-dwarfdump: $!\n";
while (<$frames>) {
    $end = hex $1 if / FDE .* pc=[0-9a-f]+\.\.\.([0-9a-f]+)/;
    my ($from, $base, $size) = /^ +0x([0-9a-f]+): CFA=(\w+)(?:\+([0-9]+))?/ or next;
    my ($saved) = /\b(?:RA\w*|reg31)=\[CFA-([0-9]+)\]/;
    push @rows, [hex $from, $end, $base =~ /^(?:SP|reg29)/ ? $size // 0 : undef, $saved];
}
@rows = sort { $a->[0] <=> $b->[0] } @rows;

sub row_at {
    my ($address) = @_;
    my ($row) = grep { $_->[0] <= $address } reverse @rows;
    return $row && $address < $row->[1] ? $row : undef;
}

# The call's row, not that of the instruction after it; but that of the instruction which raised the exception.
my $at = $pc;
if (!defined $ra) {
    printf "0x%x\n", $pc;
    $at = $pc - 1;
}
for (1 .. CALLS) {
    my $row = row_at($at);
    last unless $row && defined $row->[2];
    $sp += $row->[2];
    my $caller = defined $row->[3] ? $word{$sp - $row->[3]} : $ra;
    last unless defined $caller;
    printf "0x%x\n", $caller;
    $at = $caller - 1;
    undef $ra;
}
