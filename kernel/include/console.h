/* SPDX-License-Identifier: MIT */
/*
 * Console input for threads. The receive interrupt moves typed bytes into a ring
 * of CONSOLE_RING_BYTES; a thread that waits for input is blocked until a byte
 * arrives. If the ring is full, further bytes are lost and counted; the next
 * console_read() reports how many on the console.
 *
 * Without a receive interrupt the console is polled: often for a while, then
 * once a tick. A device that holds fewer bytes than arrive in a tick then loses
 * some.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <types.h>

#define CONSOLE_RING_BYTES 256

/*
 * Register for the receive interrupt. If there is none, or it has a handler
 * already, print that the console is polled. Further calls do nothing. O(1);
 * after sched_init().
 */
void console_init(void);

/*
 * The next byte typed, 0 to 255; waits until there is one. The wait is no
 * deadlock, because a key can end it. Each waiting thread gets one byte, the
 * thread of the highest priority first. O(1), plus a step per waiting thread of
 * lower priority; after console_init(); not from an interrupt.
 */
int console_read(void);

/* The number of bytes lost since console_init(). O(1), from anywhere. */
size_t console_lost_bytes(void);

#endif
