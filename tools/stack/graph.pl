#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The call graph of objects, read from their code and relocations. Frame sizes of C functions come from the compiler
# (-fstack-usage, FILE.su beside FILE.o), those of assembly from its instructions.
#   tools/stack/graph.pl OBJDUMP BUILD_FOLDER OBJECT...     GNU's or LLVM's objdump; FILE.c.o is C, any other is assembly
# Prints lines of words. The name of a static function is preceded by its file: "kernel/src/main.c:run_job".
#   node FUNCTION BYTES static|dynamic FILE       the frame; dynamic: at least
#   node LABEL BYTES assembly|dynamic FILE        the sum of all pushes; dynamic: at least, or another stack
#   edge FROM TO FILE                             a call or a jump; TO is * for one through a pointer, ? for an
#                                                 instruction unknown to objdump
#   falls FROM TO FILE                            assembly that continues from one label into the next
#   taken FUNCTION HOLDER FILE                    HOLDER, a function or a variable, contains FUNCTION's address
# An instruction, a relocation or a machine that is not in %machines is an error.
# Weaknesses: in C, whether a jump through a register is a switch or a call is guessed from the way the register was
# computed. A push in a loop counts once. Each C function needs a section of its own (-ffunction-sections).
use strict;
use warnings;
no warnings 'portable';    # 64-bit addresses

# --- Machines ---------------------------------------------------------------------------------------------------------
#
# Patterns of instructions, in the form "addiu sp, sp, -16":
#   format         the file format as objdump names it
#   moves          may transfer control; each must also match one of the next six, else it is an error
#   calls, jumps   transfer control to their operand; a call returns
#   calls_through, jumps_through   transfer control to the address in register $1
#   pairs          (may be missing) computes in register $1 the upper part of an address, $2 pages behind the instruction; the
#                  lower part is an offset in the instruction that goes there, or is added later
#   opaque         unknown to objdump
#   stays          returns to the caller or the interrupted program, or transfers no control
#   switch         sub (register, instruction that computed it): whether C uses such a jump for a switch
#   makes          computes register $1 and perhaps $2
#   takes          computes the address of its operand, without a relocation
#   ends           control does not continue behind it, except through its delay slots ("slots" of them)
#   writes_sp      writes the stack pointer. In C it must match "frames", else the frame has no fixed size. In assembly it
#                  must match "pushes" ($1 bytes) or "pops"
#   addends        whether relocations contain the offset from their symbol; if not, the relocated word does
#   relocations    "goes": in an instruction that transfers control there; "near": the same, relative to the instruction;
#                  "takes": the address is computed or stored; "pairs": at the first of a pair of instructions that goes
#                  there, a call if its register is $link; "none": no reference
my %machines = (
    aarch64 => {
        format        => qr/^elf64-(?:little|big)?aarch64$/,
        moves         => qr/^(?:b|cb|tb|ret|eret|drps)/,
        calls         => qr/^bl /,
        jumps         => qr/^(?:b|b\.\w+|cbn?z|tbn?z) /,
        calls_through => qr/^blr (\w+)$/,
        jumps_through => qr/^br (\w+)$/,
        opaque        => qr/^(?:<unknown>|\.inst)/,
        stays         => qr/^(?:ret|eret|bfi|bfm|bfc|bfxil|bics?|brk|bti)\b/,
        switch        => sub { my ($register, $maker) = @_; return $maker eq 'add' },
        makes         => qr/^(?!st|b|c)\S+ ([wx]\d+)(?:, ([wx]\d+), \[)?/,
        takes         => qr/^adrp? /,
        ends          => qr/^(?:(?:b|br) |ret\b|eret\b)/,
        slots         => 0,
        writes_sp     => qr/^(?!st|cmp|cmn|tst)\w+ sp, |\[sp, #-?\w+\]!|\[sp\], /,
        frames        => qr/^(?:add|sub) sp, (?:sp|x29), |^mov sp, x29$|\[sp/,
        pushes        => qr/^(?:sub sp, sp, |st[rp] .*\[sp, )#-?(\w+)(?:\]!)?$/,
        pops          => qr/^add sp, sp, #\w+$|^ld[rp] .*\[sp\], #\w+$/,
        addends       => 1,
        relocations   => {
            (map { +"R_AARCH64_$_" => 'goes' } qw(CALL26 JUMP26 CONDBR19 TSTBR14)),
            (map { +"R_AARCH64_$_" => 'takes' } qw(ABS64 ABS32 PREL64 PREL32 LD_PREL_LO19 ADR_PREL_LO21
                ADR_PREL_PG_HI21 ADD_ABS_LO12_NC LDST8_ABS_LO12_NC LDST16_ABS_LO12_NC LDST32_ABS_LO12_NC
                LDST64_ABS_LO12_NC LDST128_ABS_LO12_NC)),
            R_AARCH64_NONE => 'none',
        },
    },
    mips => {
        format        => qr/^elf32-(?:trad)?(?:little|big)?mips$/,
        moves         => qr/^(?:[bj]|eret)/,
        calls         => qr/^(?:jal|bal|b(?:gez|ltz)all?) /,
        jumps         => qr/^(?:j|b|b(?:eq|ne)z?l?|b(?:gt|lt|ge|le)zl?) /,
        calls_through => qr/^jalr (?:\$?ra, )?(\$?\w+)$/,
        jumps_through => qr/^jr (?!\$?ra$)(\$?\w+)$/,
        opaque        => qr/^(?:<unknown>|\.word)/,
        stays         => qr/^(?:jr|break|eret)\b/,
        switch        => sub { my ($register) = @_; return $register !~ /^(?:\$25|t9)$/ },
        makes         => qr/^(?!)/,
        takes         => qr/^(?!)/,
        ends          => qr/^(?:(?:j|b|jr) |eret\b|c0 0x18$)/,
        slots         => 1,
        writes_sp     => qr/^(?!s[bhwcd])\w+ \$?sp, /,
        frames        => qr/^(?:addiu?|addu|subu|move) \$?sp, \$?(?:sp|fp|s8)\b/,
        pushes        => qr/^addiu \$?sp, \$?sp, -(\w+)$/,
        pops          => qr/^addiu \$?sp, \$?sp, \d\w*$/,
        addends       => 0,
        relocations   => {
            R_MIPS_26   => 'goes',
            R_MIPS_PC16 => 'near',
            (map { +"R_MIPS_$_" => 'takes' } qw(32 HI16 LO16)),
            R_MIPS_NONE => 'none',
        },
    },
    riscv => {
        format        => qr/^elf(?:32|64)-littleriscv$/,
        moves         => qr/^(?:[bj]|[msu]?ret\b)/,
        calls         => qr/^jal /,
        jumps         => qr/^(?:j|b\w+) /,
        calls_through => qr/^jalr (?:-?\w+\()?(\w+)\)?$/,
        jumps_through => qr/^jr (?:-?\w+\()?(\w+)\)?$/,
        pairs         => qr/^auipc (\w+), (\w+)$/,
        opaque        => qr/^(?:<unknown>|\.(?:word|[248]byte|insn))/,
        stays         => qr/^[msu]?ret\b/,
        switch        => sub { return 0 },    # -fno-jump-tables
        makes         => qr/^(?!)/,
        takes         => qr/^(?!)/,
        ends          => qr/^(?:(?:j|jr) |[msu]?ret\b)/,
        slots         => 0,
        writes_sp     => qr/^(?!s[bhwd])\w+ sp, /,
        frames        => qr/^(?:(?:addi?|sub) sp, (?:sp|s0), |mv sp, s0)/,
        pushes        => qr/^addi? sp, sp, -(\w+)$/,
        pops          => qr/^addi? sp, sp, \d\w*$/,
        addends       => 1,
        relocations   => {
            (map { +"R_RISCV_$_" => 'pairs' } qw(CALL CALL_PLT)),
            (map { +"R_RISCV_$_" => 'goes' } qw(JAL BRANCH)),
            (map { +"R_RISCV_$_" => 'takes' } qw(64 32 PCREL_HI20 HI20 LO12_I LO12_S)),
            # They name the label of the instruction with the upper half.
            (map { +"R_RISCV_$_" => 'none' } qw(NONE PCREL_LO12_I PCREL_LO12_S)),
        },
    },
);
# Sections that describe the program and are not part of it.
my $about = qr/^\.(?:debug|eh_frame|pdr|mdebug|comment|note)/;

my ($objdump, $build, @objects) = @ARGV;
die "usage: graph.pl OBJDUMP BUILD_FOLDER OBJECT...\n" unless @objects;

my ($object, $machine, $is_c);
# Of this object: frames {function}: [bytes, kind]; symbols {name}: [section, address, is global, is a function];
# labels {section}{address}: one of the names there.
my $names;
my (%names_of, %everywhere, %nodes, %edges, %falls, %taken);
sub file { return $object =~ s/^\Q$build\E\/+|\.o$//gr }
sub fail { die "$object: @_\n" }
sub not_known { fail(@_, '(see %machines in tools/stack/graph.pl)') }

# --- Names and frames ---------------------------------------------------------------------------------------------------

sub begin_object {
    ($object, my $format) = @_;
    ($machine) = grep { $format =~ $_->{format} } values %machines;
    not_known("unknown machine $format") unless $machine;
    $is_c = $object =~ /\.c\.o$/;
    $names = $names_of{$object} //= {frames => {}, symbols => {}, labels => {}};
    title_of($_) for keys %{$names->{symbols}};
    open my $in, '<', $object =~ s/\.o$/.su/r or return;    # missing for an object without functions
    while (<$in>) {
        my ($name, $bytes, $kind) = /^\S+?:\d+:(?:\d+:)?(\S+)\t(\d+)\t(\S+)/ or next;
        my $frame = $names->{frames}{$name} //= [0, 'static'];
        $frame->[0] = $bytes if $bytes > $frame->[0];
        $frame->[1] = 'dynamic' if $kind ne 'static';
    }
    close $in;
}
sub read_symbol {
    my ($address, $flags, $in, $name) = @_;
    return if $flags =~ /[dfO]$/ || $in =~ /^\*/ || $name =~ /^(?:\$|\.L)/;    # "$x" marks where code begins
    $address = hex $address;
    my $symbols = $names->{symbols};
    $symbols->{$name} = [$in, $address, $flags !~ /^l/ || 0, $flags =~ /F$/ || 0];
    return if $is_c && $flags !~ /F$/;
    # Of several names, prefer a function, then a global one, then the first.
    my $rank = sub { my $it = $symbols->{$_[0]}; return join ' ', 1 - $it->[3], 1 - $it->[2], $_[0] };
    my $label = \$names->{labels}{$in}{$address};
    $$label = $name if !defined $$label || $rank->($name) lt $rank->($$label);
}
# The label at or before an address, and whether it is exactly there.
sub label_at {
    my ($in, $address) = @_;
    my $here = $names->{labels}{$in} // {};
    return ($here->{$address}, 1) if defined $here->{$address};
    my ($before) = sort { $b <=> $a } grep { $_ < $address } keys %$here;
    return defined $before ? ($here->{$before}, 0) : ();
}
sub title_of {
    my ($name) = @_;
    my $symbol = $names->{symbols}{$name} or return $name;    # defined in another object
    my $label = $names->{labels}{$symbol->[0]}{$symbol->[1]} // $name;
    my $title = $names->{symbols}{$label}[2] ? $label : file() . ":$label";
    $everywhere{$name} = $title if $symbol->[2];
    return $title;
}

# --- Code ---------------------------------------------------------------------------------------------------------------

my ($section, $title, %made, $runs_on, $slots, $at);
# By register: what a pair has computed so far, '' once a relocation tells where it goes; and the latest one.
my (%pair, $latest);
my $link = 'ra';
my $going;    # the last instruction's target, unless a relocation follows: [calls, jumps or takes, section, address]

sub go_to {
    my ($how, $target, $is_start) = @_;
    if ($how eq 'takes') {
        $taken{$target}{$title} = file();
    } elsif ($target ne $title || ($how eq 'calls' && $is_start)) {    # a jump within a function is not an edge
        $edges{$title}{$target} = file();
    }
}
sub arrive {
    my ($how, $in, $address) = $going ? @$going : return;
    my ($label, $is_start) = label_at($in, $address) or fail("$title() goes to $in+$address, where no code is");
    go_to($how, title_of($label), $is_start);
    $going = undef;
}
sub begin_label {
    my ($address) = @_;
    my ($label) = label_at($section, $address) or fail("code in $section that belongs to no function");
    my $new = title_of($label);
    return if defined $title && $new eq $title;
    $falls{$title}{$new} = file() if defined $title && !$is_c && $runs_on;
    ($title, $runs_on, $slots, %made) = ($new, 1, 0);
    %pair = ();
    # In FILE.su, gcc does not number the copies of a function: f.constprop.0 and .1 are both "f.constprop", and
    # f.constprop.0.isra.0 is "f.constprop.isra".
    my $frame = $names->{frames}{$label} // $names->{frames}{$label =~ s/\.\d+(?=\.|$)//gr};
    if (!$is_c) {
        $nodes{$title} = [0, 'assembly', file()];
    } elsif ($label =~ /\.cold(?:\.\d+)?$/) {
        $nodes{$title} = [0, 'static', file()];    # a part of a function, in that function's frame
    } else {
        fail("the frame size of $label() is unknown: it is not in", $object =~ s/\.o$/.su/r) unless $frame;
        $nodes{$title} = [@$frame, file()];
    }
}
# The address of an operand that objdump prints as "general+0x1c". LLVM's prints only the distance for some instructions.
sub address_of {
    my ($target, $text) = @_;
    return $at + $1 if $target eq '' && $text =~ /#(-?\d+)$/;
    return hex $1 if $machine->{pairs} && $text =~ /\b(?:0x)?([0-9a-f]+)$/;    # labels in functions have names there
    my ($name, $offset) = $target =~ /^(.*?)(?:\+0x([0-9a-f]+))?$/;
    my $symbol = $names->{symbols}{$name};
    return ($symbol ? $symbol->[1] : 0) + hex($offset // 0);
}
# An instruction that goes to an address made by a pair. Returns false if it is none.
sub note_pair {
    my ($text) = @_;
    return 0 unless $machine->{pairs};
    if ($text =~ $machine->{pairs}) {
        my ($register, $pages) = ($1, $2);
        $pages = hex $pages if $pages =~ /^0x/;
        $pages -= 1 << 20 if $pages >= 1 << 19;
        $pair{$latest = $register} = $at + 4096 * $pages;
        return 1;
    }
    return 0 unless $text =~ $machine->{calls_through} || $text =~ $machine->{jumps_through};
    my $base = delete $pair{$1} // return 0;
    my ($offset) = $text =~ / (-?\w+)\(/;
    $going = [$text =~ $machine->{calls_through} ? 'calls' : 'jumps', $section, $base + ($offset // 0)] if $base ne '';
    return 1;
}
sub note_goal {
    my ($text, $target) = @_;
    my ($how) = grep { $text =~ $machine->{$_} } qw(calls jumps takes);
    if ($how) {
        $going = [$how, $section, address_of($target, $text)] unless $is_c && $how eq 'takes';
    } elsif ($text =~ $machine->{opaque}) {
        $edges{$title}{'?'} = file();
    } elsif ($text =~ $machine->{calls_through}
        || ($text =~ $machine->{jumps_through} && !($is_c && $machine->{switch}->($1, $made{$1} // '')))) {
        $edges{$title}{'*'} = file();
    } elsif ($text =~ $machine->{moves} && $text !~ $machine->{stays} && $text !~ $machine->{jumps_through}) {
        not_known("$title() has an unknown instruction:", $text);
    }
}
sub note_move {
    my ($text, $target) = @_;
    note_goal($text, $target) unless note_pair($text);
    if ($text =~ $machine->{ends}) {
        ($runs_on, $slots) = (0, $machine->{slots});
    } elsif ($slots > 0) {
        $slots--;
    } elsif ($text ne 'nop') {
        $runs_on = 1;
    }
}
sub note_registers {
    my ($text) = @_;
    my ($what) = $text =~ /^(\S+)/;
    if ($text =~ $machine->{makes}) { $made{$_} = $what for grep { defined } $1, $2 }
    return unless $text =~ $machine->{writes_sp};
    if ($is_c) {
        $nodes{$title}[1] = 'dynamic' unless $text =~ $machine->{frames};
    } elsif ($text =~ $machine->{pushes}) {
        $nodes{$title}[0] += $1 =~ /^0x/ ? hex $1 : $1;
    } elsif ($text !~ $machine->{pops}) {
        $nodes{$title}[1] = 'dynamic';
    }
}
sub read_instruction {
    my ($text) = @_;
    $text =~ s{\s*//.*|\s+# [0-9a-f]+(?: <[^>]*>)?$}{};
    my $target = $text =~ s/\s+<([^>]*)>$// ? $1 : '';
    $text = $text =~ s/\s+/ /r =~ s/,\s*/, /gr;
    note_move($text, $target);
    note_registers($text);
}

# --- Relocations --------------------------------------------------------------------------------------------------------

# $holder contains the address of a symbol.
sub take {
    my ($holder, $name, $addend) = @_;
    my $in = $names->{labels}{$name};
    return $taken{title_of($name)}{$holder} = file() unless $in;
    # The symbol is a section. If the addend is not known, take all labels there. The table of a switch is not a holder; it
    # has the name of its function.
    for my $label (map { $in->{$_} } grep { !$machine->{addends} || $_ == $addend } keys %$in) {
        $taken{title_of($label)}{$holder} = file() if $label ne $holder;
    }
}
sub read_relocation {
    my ($holder, $in_code, $type, $to) = @_;
    my $kind = $machine->{relocations}{$type} // not_known("$holder has an unknown relocation: $type");
    return if $kind eq 'none';
    $going = undef if $kind eq 'takes';
    delete $pair{$latest} if $kind eq 'takes' && defined $latest;
    return if $kind eq 'goes' && $going && $to =~ /^\.L/;    # the instruction shows the address
    if ($kind eq 'pairs') {
        $pair{$latest} = '';
        $going = [$latest eq $link ? 'calls' : 'jumps', $section, $at];
    }
    my ($name, $addend) = $to =~ /^(.*?)(?:[+-]0x([0-9a-f]+))?$/;
    return take($holder, $name, hex($addend // 0)) if $kind eq 'takes';
    fail("$holder has $type at an instruction that transfers no control") unless $in_code && $going;
    if ($names->{labels}{$name}) {    # a section
        my $address = $kind eq 'near' ? $going->[2] - $at : $going->[2];
        @$going[1, 2] = ($name, $machine->{addends} ? hex($addend // 0) : $address);
        arrive();
    } else {
        go_to($going->[0], title_of($name), !defined $addend);
        $going = undef;
    }
}

# --- Read all code, then all data ---------------------------------------------------------------------------------------

my %has_code;
sub dump_with { open my $dump, '-|', $objdump, @_, @objects or die "$objdump: $!\n"; return $dump }
my $dump = dump_with('-drt', '--no-show-raw-insn');
while (<$dump>) {
    if (/^\s+[0-9a-f]+:\s+(R_\w+)\s*(\S*)/) {
        read_relocation($title, 1, $1, $2);
        next;
    } elsif (/^\s+([0-9a-f]+):\s+(\S.*)$/) {
        arrive();
        $at = hex $1;
        read_instruction($2);
        next;
    }
    arrive();
    if (/^([0-9a-f]+) <.*>:$/) {
        begin_label(hex $1);
    } elsif (/^([0-9a-f]+) (.{7}) (\S+)\t[0-9a-f]+\s+(?:\.hidden )?(\S+)$/) {
        read_symbol($1, $2, $3, $4);
    } elsif (/^Disassembly of section (.*):$/) {
        ($section, $title) = ($1, undef);
        $has_code{$object}{$section} = 1;
    } elsif (/^(\S.*):\s+file format (\S+)/) {
        begin_object($1, $2);
    }
}
close $dump or die "$objdump failed\n";
$dump = dump_with('-r');
my $variable;
while (<$dump>) {
    if (/^[0-9a-f]+\s+(R_\w+)\s*(\S*)/) {
        read_relocation($variable, 0, $1, $2) if defined $variable;
    } elsif (/^RELOCATION RECORDS FOR \[(.*)\]:$/) {
        $variable = $has_code{$object}{$1} || $1 =~ $about ? undef : $1 =~ s/^\.(?:ro|s)?data(?:\.rel)?(?:\.ro)?(?:\.local)?\.//r;
    } elsif (/^(\S.*):\s+file format (\S+)/) {
        begin_object($1, $2);
    }
}
close $dump or die "$objdump failed\n";

# --- Print --------------------------------------------------------------------------------------------------------------

print "node $_ @{$nodes{$_}}\n" for sort keys %nodes;
for ([edge => \%edges], [falls => \%falls]) {
    my ($word, $graph) = @$_;
    for my $from (sort keys %$graph) {
        for my $to (sort keys %{$graph->{$from}}) {
            print "$word $from ", $everywhere{$to} // $to, " $graph->{$from}{$to}\n";
        }
    }
}
for my $name (sort keys %taken) {
    my $function = $everywhere{$name} // $name;
    next unless $nodes{$function};
    print "taken $function $_ $taken{$name}{$_}\n" for sort keys %{$taken{$name}};
}
