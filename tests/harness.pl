#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Run TAP programs with TAP::Harness and end with one line of totals. A program that ends early, times out, dies or
# plans no test counts as one more failure.
use strict;
use warnings;
use TAP::Harness;

my $harness = TAP::Harness->new({
    exec      => sub { my (undef, $file) = @_; return ['timeout', '--kill-after=5', '900', "./$file"] },
    merge     => 0,
    verbosity => $ENV{TEST_VERBOSE} ? 1 : 0,
    failures  => 1,
    timer     => 1,
});
my $result = $harness->runtests(@ARGV);
my $broken = grep { $_->has_problems && !$_->failed } $result->parsers;
my $failed = $result->failed + $broken;
print "skipped: ", scalar $result->skipped, "\n" if $result->skipped;
printf "%d passed, %d failed\n", scalar $result->passed, $failed;
exit($failed || !$result->passed ? 1 : 0);
