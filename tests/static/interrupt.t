#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Control-C and SIGTERM end all that a command has started, also an emulator that hangs and ignores signals: no process of
# its session is left, and nothing new is started.
use strict;
use warnings;
use File::Basename;
use File::Temp 'tempdir';
use POSIX ();

# Far below the emulators' limits; a second on an idle machine.
use constant SECONDS => 15;

chdir dirname(__FILE__) . '/../..' or die;
my $work = tempdir(CLEANUP => 1);
my ($count, $failed) = (0, 0);
my $board = 'qemu-virt-aarch64';
$ENV{LC_ALL} = 'C';
$ENV{MAKEFLAGS} = ($ENV{MAKEFLAGS} // '') . " BUILD=$ENV{TEST_BUILD}" if $ENV{TEST_BUILD};

sub report {
    my ($holds, $what, @why) = @_;
    $count++;
    $failed = 1 unless $holds;
    print $holds ? '' : 'not ', "ok $count - $what\n";
    print map { "# $_\n" } @why unless $holds;
}

# Stands in for an emulator. It says that it runs, and computes nothing.
sub stand_in {
    my ($ignores) = @_;
    open my $file, '>', "$work/qemu-system-aarch64" or die;
    print $file "#!/usr/bin/perl\n";
    print $file "\$SIG{\$_} = 'IGNORE' for qw(TERM INT HUP);\n" if $ignores;
    print $file "open my \$up, '>>', '$work/up'; print \$up \"\$\$\\n\"; close \$up; sleep 1000 while 1;\n";
    close $file;
    chmod 0755, "$work/qemu-system-aarch64";
}

# The processes of a session that have not ended.
sub alive {
    my ($session) = @_;
    return grep { /^\s*$session\s+\d+\s+[^Z]/ } split /\n/, `ps -e -o sid,pid,stat,args`;
}

# How many emulators have run.
sub started {
    open my $file, '<', "$work/up" or return 0;
    my @lines = <$file>;
    return scalar @lines;
}

# Run the command in a session of its own until so many emulators run, send the signal, and look at what is left.
# to_group: to the foreground process group, as a terminal does; otherwise to the command only.
sub interrupt {
    my ($signal, $to_group, $emulators, @command) = @_;
    my $what = join(' ', map { basename($_) } @command) . ($to_group ? ': control-C' : ": SIG$signal") . ' ends it all';
    unlink "$work/up";
    my $session = fork // die "fork: $!\n";
    if ($session == 0) {
        POSIX::setsid();
        $ENV{PATH} = "$work:$ENV{PATH}";
        open STDIN,  '<', '/dev/null' or die;
        open STDOUT, '>', "$work/out" or die;
        open STDERR, '>&', \*STDOUT   or die;
        exec @command;
        exit 127;
    }
    my $ended = 0;
    select undef, undef, undef, 0.05
        until ($emulators ? started() >= $emulators : grep { /bench64 efficiency/ } alive($session)) ||
        ($ended = waitpid($session, POSIX::WNOHANG) != 0);
    if ($ended) {
        report(0, $what, 'it ended before the emulator ran', split /\n/, `cat '$work/out'`);
        return;
    }
    kill $signal, $to_group ? -$session : $session;
    my $until = time + SECONDS;
    my @left;
    do {
        select undef, undef, undef, 0.1;
        waitpid $session, POSIX::WNOHANG;
        @left = alive($session);
    } while @left && time < $until;
    my $new = started() - $emulators;
    report(!@left && !$new, $what, "$new emulators more", @left);
    kill KILL => map { (split)[1] } @left;
}

system "tests/kernel/kernel.sh $board-clang >/dev/null 2>&1" and die "the kernel does not build\n";
my @two = qw(tests/run.sh tests/kernel/boot.t tests/labs/labs.t);
my @ktest = ('make', 'ktest', "BOARD=$board", 'KTEST=course/tests/printk/puts.c');
$ENV{JOBS} = 2;
$ENV{TESTS_BUILT} = 1;
stand_in(1);
for my $to (['INT', 1], ['TERM', 0]) {
    interrupt(@$to, 1, qw(make lab));
    interrupt(@$to, 2, @two);
    interrupt(@$to, 1, @ktest);
}
# On a terminal, a kernel that make runs gets control-C itself.
stand_in(0);
interrupt('INT', 1, 1, qw(make run));
interrupt('TERM', 0, 1, qw(make run));
# No emulator: the word size that the machine has is measured once bench64 runs.
interrupt(@$_, 0, qw(make -s bench BENCH_BITS=64 BENCH_ONLY=heap/paranoid)) for ['INT', 1], ['TERM', 0];
print "1..$count\n";
exit $failed;
