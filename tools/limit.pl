#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Run a command under limits, and end all that it started when a limit is reached, when a signal ends this process
# (SIGINT, SIGTERM, SIGHUP, SIGQUIT), or when the process that started it is gone. Exits with the command's status;
# with 124 when a limit was reached; with 128 + N when signal N ended the command or this process.
#   limit.pl [-w WALL_SECONDS] CPU_SECONDS COMMAND [ARGUMENT...]
# CPU_SECONDS limits what each process computes, so that a verdict does not depend on the load of the machine. A command
# that waits instead of computing is ended after WALL_SECONDS: ten times CPU_SECONDS, at least 60, unless -w is given. Time
# in which this process itself does not run is not counted: the machine was busy, stopped or asleep.
# The command runs in a process group of its own. A process that leaves this group is not found.
use strict;
use warnings;
use Time::HiRes qw(sleep time);

# As on Linux. The POSIX module knows them, too, but loading it takes as long as all the rest.
use constant { SIGHUP => 1, SIGINT => 2, SIGQUIT => 3, SIGTERM => 15, SIGXCPU => 24, WNOHANG => 1 };

use constant {
    WALL_FACTOR  => 10,
    WALL_LEAST   => 60,
    GRACE        => 0.8,    # seconds between SIGTERM and SIGKILL; half of it for a limit inside
    PARENT_CHECK => 0.2,    # seconds between looks at the parent
    TIMED_OUT    => 124,    # as in timeout(1)
    NOT_STARTED  => 127,
};
use constant USAGE => "usage: limit.pl [-w WALL_SECONDS] CPU_SECONDS COMMAND [ARGUMENT...]\n";

my $wall_seconds;
if (@ARGV && $ARGV[0] eq '-w') {
    shift;
    $wall_seconds = shift;
}
my $cpu_seconds = shift // '';
for my $number ($cpu_seconds, $wall_seconds // 1) {
    die USAGE unless $number =~ /^[1-9][0-9]*$/ && @ARGV;
}
if (!defined $wall_seconds) {
    $wall_seconds = $cpu_seconds * WALL_FACTOR;
    $wall_seconds = WALL_LEAST if $wall_seconds < WALL_LEAST;
}

# The handlers come before the fork, so that no signal is lost. SIGCHLD only has to interrupt the sleep below.
my $signal = 0;
my %ending = (HUP => SIGHUP, INT => SIGINT, QUIT => SIGQUIT, TERM => SIGTERM);
for my $name (keys %ending) {
    $SIG{$name} = sub { $signal ||= $ending{$name} };
}
$SIG{CHLD} = sub { };

# A limit inside this one must have ended its command before it is killed itself.
my $grace = ($ENV{LIMIT_GRACE} // '') =~ /^(0?\.[0-9]+)$/ ? $1 : GRACE;
$ENV{LIMIT_GRACE} = sprintf '%.3f', $grace / 2;

my $parent = getppid;
my $child = fork // die "limit.pl: fork: $!\n";
if ($child == 0) {
    setpgrp 0, 0;
    $SIG{$_} = 'DEFAULT' for 'CHLD', keys %ending;
    # At the soft limit a process gets SIGXCPU, by which a limit is told from other ends; at the hard one SIGKILL.
    # A limit above that of a limit.pl around this one cannot be set: then that one remains.
    my $limited = '{ ulimit -S -t "$1" && ulimit -H -t "$(($1 + 2))"; } 2>/dev/null; shift; exec "$@"';
    exec 'sh', '-c', $limited, 'limit.pl', $cpu_seconds, @ARGV;
    exit NOT_STARTED;
}
setpgrp $child, $child;    # again, because either process may come first

sub has_ended { return waitpid($child, WNOHANG) == $child }

sub end_group {
    kill TERM => -$child;
    my $until = time + $grace;
    my $ended = has_ended();
    # The command may have ended before what it started.
    while ((!$ended || kill 0 => -$child) && time < $until) {
        sleep 0.02;
        $ended ||= has_ended();
    }
    kill KILL => -$child;
    waitpid $child, 0 unless $ended;
}

my $left = $wall_seconds;
while (!has_ended()) {
    if ($signal || getppid != $parent) {
        end_group();
        exit 128 + ($signal || SIGTERM);
    }
    if ($left <= 0) {
        end_group();
        exit TIMED_OUT;
    }
    my $slept = sleep PARENT_CHECK;
    $left -= $slept < PARENT_CHECK ? $slept : PARENT_CHECK;
}
my ($status, $killed_by) = ($? >> 8, $? & 127);
kill KILL => -$child;    # what the command left behind
# A shell in between reports its child's signal as a status.
exit TIMED_OUT if $killed_by == SIGXCPU || $status == 128 + SIGXCPU;
exit($killed_by ? 128 + $killed_by : $status);
