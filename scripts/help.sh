#!/bin/sh
# SPDX-License-Identifier: MIT
# The targets that `make help` prints. It takes the knobs from scripts/knobs.txt.
set -eu
export LC_ALL=C
cat <<TEXT
targets
  make lab           run every lab in the emulator and judge it (installs what is missing); LAB=mem ARGS="seed=3 live=50
                     sizes=16..512 arena=64K csv=1": one lab with parameters (labs/*/README.md)
  make test          run the tests (installs what is missing); ends with "N passed, N failed"
  make check-all     the same, and those that take long (docs/testing.md)
  make matrix        boot every machine of docs/machines.md
  make               build the kernel
  make run           boot it on this terminal, with the knobs it was last built with; leave QEMU with Ctrl-A X
  make debug         the same, waiting for gdb; prints the command to attach
  make ktest         run KTEST=FILE, a test in the form of an OS course, in the kernel (docs/course.md)
  make course        run SUITE=FILE, a suite of such tests in the course's own format
  make ktest-suite   run our own suites of such tests: SUITE=base, extra, heaps or fuzzy (SEEDS=100: at length)
  make judge         one page about HEAP=FILE.c, your own heap: tests, efficiency, worst steps, misuse (docs/course.md)
  make soak          create many threads under contention; make bench-kernel counts switches and ticks
  make stack-report  print the worst-case stack use, computed from the call graph
  make bench         compare all allocators on recorded traces (docs/bench.md)
  make record        run the shell command CMD and write a trace of its allocations to OUT (docs/record.md)
  make format        format the source with clang-format; format-check only checks
  make clean         remove build/, which holds all build output
TEXT
