/* SPDX-License-Identifier: MIT */
/*
 * A prompt on the console: inspects the kernel while it runs, and runs labs and
 * tests. `make run ARGS=run=monitor` starts it.
 */
#include <job.h>

#include <console.h>
#include <drivers/machine.h>
#include <exit.h>
#include <irq.h>
#include <lib/print.h>
#include <lib/string.h>
#include <lib/words.h>
#include <mm/heap.h>
#include <proc/sched.h>
#include <proc/thread.h>

#define LINE_BYTES     80
#define BACKSPACE      '\b'
#define DELETE         '\x7f'
#define CANCEL         '\x03'                        /* control-C */
#define END_OF_INPUT   '\x04'                        /* control-D */
#define SPIN_PRIORITY  (THREAD_PRIORITY_DEFAULT - 1) /* so that the prompt answers */
#define DECIMAL_DIGITS 10u
#define HEX_DIGITS     16u

enum command { HELP, PS, IRQ, MEM, ALLOC, FREE, LOOK, SPIN, KILL, JOBS, HALT, COMMANDS };

static const struct {
    const char *name;
    const char *argument; /* "" for none, "[...]" for one that may be left out */
    const char *what;
} commands[COMMANDS] = {
    [HELP] = {"help", "", "this list"},
    [PS] = {"ps", "", "threads and stacks, how deep each was used"},
    [IRQ] = {"irq", "", "interrupts: how often each came, and its handler"},
    [MEM] = {"mem", "", "bytes in use, thread objects left"},
    [ALLOC] = {"alloc", "BYTES", "kmalloc"},
    [FREE] = {"free", "ADDRESS", "kfree; what is no block is reported"},
    [LOOK] = {"look", "ADDRESS", "what the allocators know of an address"},
    [SPIN] = {"spin", "", "a thread that computes for ever"},
    [KILL] = {"kill", "ID", "end a thread"},
    [JOBS] = {"jobs", "", "labs and tests; KIND=NAME runs one"},
    [HALT] = {"halt", "[STATUS]", "end the machine"},
};

/* --- Reading ---------------------------------------------------------------------------------- */

/* The next ASCII character; other bytes are ignored. */
static char read_character(void)
{
    int byte;

    do
        byte = console_read();
    while (byte == 0 || byte > DELETE);
    return (char)byte;
}

static void erase(size_t count)
{
    while (count-- > 0)
        printk("\b \b");
}

/*
 * Read a line, without its end. Backspace deletes a character, control-C the line.
 * Characters beyond the buffer are echoed and counted, so that backspace can still
 * make the line fit; one that does not is reported and becomes empty. False at the
 * end of input.
 */
static bool read_line(char line[LINE_BYTES])
{
    size_t length = 0;

    for (;;) {
        char c = read_character();

        if (c == '\r' || c == '\n') {
            printk("\n");
            if (length >= LINE_BYTES)
                printk("a line of %zu characters; at most %u: nothing was executed\n", length,
                       LINE_BYTES - 1);
            line[length < LINE_BYTES ? length : 0] = '\0';
            return true;
        }
        if (c == END_OF_INPUT && length == 0) {
            printk("\n");
            return false;
        }
        if ((c == BACKSPACE || c == DELETE) && length > 0) {
            erase(1);
            length--;
        } else if (c == CANCEL) {
            erase(length);
            length = 0;
        } else if (c >= ' ' && c < DELETE) {
            printk("%c", c);
            if (length < LINE_BYTES)
                line[length] = c;
            length++;
        }
    }
}

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + DECIMAL_DIGITS;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + DECIMAL_DIGITS;
    return HEX_DIGITS;
}

/* Read the whole text as a number, decimal or with 0x. False if it is none, or too large. */
static bool parse_number(const char *text, uintptr_t *number)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned base = hex ? HEX_DIGITS : DECIMAL_DIGITS;

    if (hex)
        text += 2;
    if (*text == '\0')
        return false;
    for (*number = 0; *text != '\0'; text++) {
        unsigned digit = digit_of(*text);

        if (digit >= base || __builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, digit, number))
            return false;
    }
    return true;
}

/* --- Executing -------------------------------------------------------------------------------- */

static void help(void)
{
    for (size_t i = 0; i < COMMANDS; i++)
        printk("%-6s %-9s %s\n", commands[i].name, commands[i].argument, commands[i].what);
}

static void *compute_forever(void *unused)
{
    volatile bool goes_on = true;

    (void)unused;
    while (goes_on) {
    }
    return NULL;
}

static void spin(void)
{
    thread_t *thread;
    errno_t err = thread_create(&thread, compute_forever, NULL,
                                THREAD_DETACHED | THREAD_PRIORITY(SPIN_PRIORITY), "spinner");

    if (err == EOK)
        printk("thread %u\n", thread->id);
    else
        printk("no thread: %s\n", errno_as_str(err));
}

static uint32_t wanted_id;
static thread_t *wanted;

static void note_wanted(thread_t *thread)
{
    if (thread->id == wanted_id)
        wanted = thread;
}

static void kill(uintptr_t id)
{
    wanted_id = (uint32_t)id;
    wanted = NULL;
    if (id == wanted_id)
        thread_for_each(note_wanted);
    if (wanted == NULL)
        printk("there is no thread %zu\n", (size_t)id);
    else if (wanted == thread_get_current())
        printk("that is this prompt: use halt\n");
    else if (sched_is_idle(wanted))
        printk("thread %u cannot be killed: it is the idle thread, which runs when no other can\n",
               wanted->id);
    else
        printk("%s\n", errno_as_str(thread_kill(wanted)));
}

static void alloc(size_t bytes)
{
    void *block = kmalloc(bytes);

    if (block != NULL)
        printk("%pA\n", block);
}

static void halt(uintptr_t status)
{
    if (status == EXIT_OK)
        machine_halt();
    if (status > UINT8_MAX)
        printk("a status is at most %u\n", UINT8_MAX);
    else
        machine_fail((int)status);
}

static void execute(enum command command, uintptr_t number)
{
    switch (command) {
    case HELP:
        help();
        break;
    case PS:
        thread_print_all();
        break;
    case IRQ:
        irq_print_all();
        break;
    case MEM:
        printk("%zu of %zu bytes in use, %zu threads more can be made\n", kheap_used_bytes(),
               kheap_total_bytes(), thread_available());
        break;
    case ALLOC:
        alloc(number);
        break;
    case FREE:
        kfree((void *)number);
        break;
    case LOOK:
        printk("%pA\n", (void *)number);
        break;
    case SPIN:
        spin();
        break;
    case KILL:
        kill(number);
        break;
    case JOBS:
        job_list();
        break;
    case HALT:
        halt(number);
        break;
    case COMMANDS:
        break;
    }
}

/* --- The prompt ------------------------------------------------------------------------------- */

static void run_job(const char *line)
{
    const char *bad;
    const struct job *job = job_find(line, &bad);

    if (job == NULL)
        printk("%s? Type help.\n", line);
    else if (bad != NULL)
        printk("one job at a time: %s\n", line);
    else if (job->before_threads)
        printk("%s=%s runs before there are threads: make run ARGS=%s=%s\n", job->kind, job->name,
               job->kind, job->name);
    else
        printk("status %d\n", job->run());
}

/* Execute a command with at most one argument, or a job with its options. */
static void interpret(const char *line)
{
    const char *argument = line;
    const char *command;
    size_t length = word_next(&argument, &command);
    uintptr_t number = 0;
    size_t i = 0;

    while (*argument == ' ')
        argument++;
    while (i < COMMANDS &&
           (strlen(commands[i].name) != length || memcmp(command, commands[i].name, length) != 0))
        i++;
    if (i == COMMANDS) {
        run_job(line);
        return;
    }
    bool given = *argument != '\0';
    bool taken = commands[i].argument[0] != '\0';
    bool needed = taken && commands[i].argument[0] != '[';

    if ((given && (!taken || !parse_number(argument, &number))) || (needed && !given))
        printk("usage: %s %s\n", commands[i].name, commands[i].argument);
    else
        execute((enum command)i, number);
}

static int monitor(void)
{
    static char line[LINE_BYTES];

    console_init();
    printk("Type help for a list of commands.\n");
    for (;;) {
        char *start = line;

        printk("> ");
        if (!read_line(line))
            return EXIT_OK;
        while (*start == ' ')
            start++;
        if (*start != '\0')
            interpret(start);
    }
}

JOB(run_monitor, .kind = "run", .name = "monitor",
    .summary = "a prompt on the console: threads, memory, labs", .run = monitor);
