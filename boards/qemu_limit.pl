#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Run a QEMU under a limit of CPU time. When it is reached, print where the machine is, "[qemu] no end after N seconds,
# PC=0x... ra 0x..." with the return address, end QEMU and exit with 124. Otherwise exit with QEMU's status, or 128 + N when
# signal N ended it. boards/*/run calls it when QEMU_SECONDS is set.
#   qemu_limit.pl CPU_SECONDS QEMU [ARGUMENT...]
# A machine that waits instead of computing is asked after ten times the limit by the clock, at least 60 s. The limit needs
# /proc; without it, only the clock counts.
use strict;
use warnings;
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h sysconf _SC_CLK_TCK);
use Socket;
use Time::HiRes qw(sleep);

use constant {
    POLL      => 0.1,    # seconds between looks at the CPU time
    ANSWER    => 5,      # seconds to wait for an answer
    TIMED_OUT => 124,    # as in timeout(1)
};

my ($seconds, @command) = @ARGV;
die "usage: qemu_limit.pl CPU_SECONDS QEMU [ARGUMENT...]\n" unless @command && $seconds =~ /^[1-9][0-9]*$/;
my $wall_seconds = $seconds * 10 < 60 ? 60 : $seconds * 10;
my $ticks_per_second = sysconf(_SC_CLK_TCK);
my $dir              = tempdir(CLEANUP => 1);
my $monitor          = "$dir/monitor";

my $qemu;
for my $name (qw(HUP INT QUIT TERM)) {
    $SIG{$name} = sub { kill KILL => $qemu if $qemu; exit 128 + POSIX->can("SIG$name")->() };
}
$SIG{CHLD} = sub { };    # interrupts the sleep
$qemu = fork // die "qemu_limit.pl: fork: $!\n";
if ($qemu == 0) {
    exec @command, '-monitor', "unix:$monitor,server=on,wait=off" or exit 127;
}

# Fields of stat after the name, which may contain anything.
sub cpu_seconds {
    open my $file, '<', "/proc/$qemu/stat" or return 0;
    my @fields = split ' ', (<$file> // '') =~ s/.*\)//r;
    return @fields > 12 ? ($fields[11] + $fields[12]) / $ticks_per_second : 0;
}

# What the monitor prints about the registers of the stopped machine; empty if it does not answer.
sub ask_registers {
    my $answer = '';
    eval {
        local $SIG{ALRM} = sub { die "no answer\n" };
        alarm ANSWER;
        socket my $socket, PF_UNIX, SOCK_STREAM, 0 or die;
        connect $socket, pack_sockaddr_un($monitor) or die;
        syswrite $socket, "stop\ninfo registers\ninfo status\n";
        while ($answer !~ /VM status/ && sysread $socket, my $part, 4096) {
            $answer .= $part;
        }
    };
    alarm 0;
    return $answer;
}

my $waited = 0;
while (waitpid($qemu, WNOHANG) == 0) {
    if (cpu_seconds() >= $seconds || $waited >= $wall_seconds) {
        my $registers = ask_registers();
        # MIPS: "pc=0x80001234", "ra 80001234". AArch64: " PC=0000000040201234", "X30=0000000040201234". RISC-V:
        # " pc       0000000080201234", "x1/ra    0000000080201234".
        my ($pc) = $registers =~ /\bpc(?:=| +)(?:0x)?([0-9a-f]+)/i;
        my ($ra) = $registers =~ /\b(?:ra +|X30=)([0-9a-f]+)/;
        kill KILL => $qemu;
        waitpid $qemu, 0;
        print "\n[qemu] no end after $seconds seconds", defined $pc ? ", PC=0x$pc" : '', defined $ra ? " ra 0x$ra" : '', "\n";
        exit TIMED_OUT;
    }
    $waited += sleep POLL;
}
exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
