#!/bin/sh
# SPDX-License-Identifier: MIT
# The text of `make help`.
cat <<TEXT
targets
  make lab           run every lab in the emulator and judge it (installs what is missing)
  make test          run all tests (installs what is missing); ends with "N passed, N failed"
  make               build the kernel
  make run           boot it on this terminal, with the knobs it was last built with; leave QEMU with Ctrl-A X
  make debug         the same, waiting for gdb; prints the command to attach
  make ktest         run KTEST=FILE, a test in the form of an OS course, in the kernel (docs/course.md)
  make ktest-suite   run our own suites of such tests: SUITE=base, extra, heaps or fuzzy (SEEDS=100: at length)
  make soak          create many threads under contention; make bench-kernel counts switches and ticks
  make stack-report  print the worst-case stack use, computed from the call graph
  make bench         compare all allocators on recorded traces (docs/bench.md)
  make format        format the source with clang-format; format-check only checks
  make clean         remove build/, which holds all build output

knobs of every target (default)
  BOARD=             $1 (qemu-virt-aarch64)
  TOOLCHAIN=         clang or gcc (clang)
  MEM_KB=            memory of the machine in KiB (the board's: 131072 on QEMU)

knobs of make run
  ARGS="..."         boot arguments: lab=NAME, test=NAME, run=monitor; without ARGS the kernel lists them

knobs of the build; changing one recompiles only the files that use it
  MEM_LAB_MODE=      1: with no boot arguments, run the memory lab, then halt (0)
  STACK_LAB_MODE=    1: with no boot arguments, run the stack lab (0)
  KERNEL_DEBUG=      1: assert and dprintk (0)
  TICK_HZ=           timer ticks a second (1000)
  THREAD_MAX=        threads that can exist at once (128)
  THREAD_STACK_BYTES= size of each thread's stack (16384 on AArch64)
  HEAP=              the allocator behind kmalloc: heap, first_fit or bump (heap)
  HEAP_PRESET=       tiny, default, debug or paranoid (default)
  MOCK_HEAP_SIZE=    run kmalloc on an array of that many bytes (0: all memory)
  SCHED_POLICY=      PRIO, or RR: priorities ignored (PRIO)
  MUTEX_PI=          priority inheritance of mutexes (1)
  STACK_OVERFLOW=    panic, or kill: end only the thread (panic)
  SLICE_TICKS=       ticks of a time slice (10)
  PREEMPT_AT_LOCKS=  1: preempt at every lock operation, to find races (0)
  COURSE=            1: small stacks without unmapped pages, as older courses expect (0)
  PRINT_POINTER_EXTENSIONS= 0: printk copies %pF and %pA unchanged, as older courses expect (1)
TEXT
