/* SPDX-License-Identifier: MIT */
/*
 * For each program in the journal, there must be a raw file of the same process that begins before
 * the next journal entry of that process. Otherwise the program was not recorded.
 */
#include "folder.h"

#include "program.h"
#include "say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Creating it ------------------------------------------------------------------------------ */

/* LD_PRELOAD is split at blanks and colons; $ begins a variable. */
static bool can_be_preloaded(const char *path)
{
    return path != NULL && path[0] == '/' && strpbrk(path, " \t\n:;$") == NULL;
}

bool folder_create(struct folder *folder, const char *library)
{
    const char *parent = getenv("TMPDIR");
    bool root = geteuid() == 0;
    char *journal;
    int file;
    bool ok;

    *folder = (struct folder){0};
    folder->path = text("%s/cairn-record.XXXXXX", can_be_preloaded(parent) ? parent : "/tmp");
    if (mkdtemp(folder->path) == NULL) {
        say("%s: %s", folder->path, strerror(errno));
        return false;
    }
    folder->library = text("%s/" RAW_LIBRARY, folder->path);
    journal = text("%s/" RAW_JOURNAL, folder->path);
    file = open(journal, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ok = file >= 0 && symlink(library, folder->library) == 0;
    /* Processes that root starts may change their user. */
    if (ok && root)
        ok = fchmod(file, 0622) == 0 && chmod(folder->path, 01733) == 0;
    if (!ok)
        say("%s: %s", folder->path, strerror(errno));
    if (file >= 0)
        close(file);
    free(journal);
    return ok;
}

/* --- The raw files ---------------------------------------------------------------------------- */

/* The base name of the first argument; characters unsuitable for file names become _. */
static char *program_name(const char *command)
{
    char first[RAW_COMMAND_BYTES];
    const char *base;
    char *name;

    snprintf(first, sizeof(first), "%s", command);
    base = strrchr(first, '/');
    name = text("%.64s", base == NULL ? first : base + 1);
    for (char *at = name; *at != '\0'; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9') || strchr("._+-", *at) != NULL;

        if (!plain)
            *at = '_';
    }
    if (*name == '\0') {
        free(name);
        name = text("unknown");
    }
    return name;
}

static bool add_process(struct folder *folder, const char *raw)
{
    char *path = text("%s/%s", folder->path, raw);
    struct process process = {0};
    int error = reader_open(&process.reader, path);

    if (error != 0) {
        say("%s: %s", path, error == EINVAL ? "not a recording" : strerror(error));
    } else {
        process.pid = process.reader.head->pid;
        process.name = program_name(process.reader.head->command);
        folder->processes = must(
            realloc(folder->processes, (folder->process_count + 1) * sizeof(folder->processes[0])));
        folder->processes[folder->process_count++] = process;
    }
    free(path);
    return error == 0;
}

static bool read_raw_files(struct folder *folder)
{
    DIR *list = opendir(folder->path);
    struct dirent *entry;
    bool ok = true;

    if (list == NULL) {
        say("%s: %s", folder->path, strerror(errno));
        return false;
    }
    while ((entry = readdir(list)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (length > 4 && strcmp(entry->d_name + length - 4, ".raw") == 0)
            ok = add_process(folder, entry->d_name) && ok;
    }
    closedir(list);
    return ok;
}

/* --- The journal ------------------------------------------------------------------------------ */

/* A process executed a program. */
struct change {
    pid_t pid;
    uint64_t ns;
    char *program; /* NULL: it failed */
};

struct journal {
    struct change *changes;
    size_t count;
};

static void add_change(struct journal *journal, pid_t pid, uint64_t ns, const char *program)
{
    journal->changes =
        must(realloc(journal->changes, (journal->count + 1) * sizeof(journal->changes[0])));
    journal->changes[journal->count++] = (struct change){pid, ns, text("%s", program)};
}

/* The last exec of a process failed. */
static void undo_change(struct journal *journal, pid_t pid)
{
    for (size_t i = journal->count; i-- > 0;) {
        struct change *change = &journal->changes[i];

        if (change->pid != pid || change->program == NULL)
            continue;
        free(change->program);
        change->program = NULL;
        return;
    }
}

/* Lines as pen_journal() in the library writes them. */
static bool read_journal(struct folder *folder, struct journal *journal)
{
    char *path = text("%s/" RAW_JOURNAL, folder->path);
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    bool ok = file != NULL;

    while (file != NULL && getline(&line, &room, file) > 0) {
        unsigned long long number;
        char letter;
        int begin = 0;
        int pid;

        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%c %d %llu %n", &letter, &pid, &number, &begin) < 3 || begin == 0)
            continue;
        if (letter == 'x')
            add_change(journal, pid, number, line + begin);
        else if (letter == '-')
            undo_change(journal, pid);
        else
            say("process %d could not record: %s", pid, strerror((int)number));
        ok = ok && letter != 'e';
    }
    if (file != NULL)
        fclose(file);
    free(line);
    free(path);
    return ok;
}

/* --- What was missed -------------------------------------------------------------------------- */

/* The time of the process's next change. */
static uint64_t next_change(const struct journal *journal, pid_t pid, uint64_t ns)
{
    uint64_t next = UINT64_MAX;

    for (size_t i = 0; i < journal->count; i++) {
        const struct change *change = &journal->changes[i];

        if (change->pid == pid && change->program != NULL && change->ns > ns && change->ns < next)
            next = change->ns;
    }
    return next;
}

static bool was_recorded(const struct folder *folder, const struct change *change, uint64_t until)
{
    for (size_t i = 0; i < folder->process_count; i++) {
        const struct raw_head *head = folder->processes[i].reader.head;

        if (head->pid == change->pid && head->start_ns >= change->ns && head->start_ns < until)
            return true;
    }
    return false;
}

static void find_unseen(struct folder *folder, const struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct change *change = &journal->changes[i];

        if (change->program == NULL ||
            was_recorded(folder, change, next_change(journal, change->pid, change->ns)))
            continue;
        folder->unseen =
            must(realloc(folder->unseen, (folder->unseen_count + 1) * sizeof(folder->unseen[0])));
        folder->unseen[folder->unseen_count++] = (struct unseen){
            change->pid, text("%s", change->program), program_why_unseen(change->program)};
    }
}

static bool is_starter(const struct folder *folder, const struct process *process)
{
    for (size_t i = 0; i < folder->process_count; i++) {
        const struct raw_head *head = folder->processes[i].reader.head;

        if (!head->forked && head->parent == process->pid)
            return true;
    }
    return false;
}

bool folder_collect(struct folder *folder, const struct run *run, const char *command)
{
    struct journal journal = {0};
    bool ok;

    add_change(&journal, run->pid, run->start_ns, command);
    ok = read_journal(folder, &journal);
    ok = read_raw_files(folder) && ok;
    for (size_t i = 0; i < folder->process_count; i++) {
        struct process *process = &folder->processes[i];

        process->replaced =
            next_change(&journal, process->pid, process->reader.head->start_ns) != UINT64_MAX;
        process->starter = is_starter(folder, process);
    }
    find_unseen(folder, &journal);
    for (size_t i = 0; i < journal.count; i++)
        free(journal.changes[i].program);
    free(journal.changes);
    return ok;
}

bool process_counts(const struct process *process)
{
    return process->sums.operations > 0 && !(process->replaced && process->reader.head->forked);
}

/* --- Removing it ------------------------------------------------------------------------------ */

void folder_remove(struct folder *folder)
{
    DIR *list = opendir(folder->path);
    struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL)
        unlinkat(dirfd(list), entry->d_name, 0); /* refuses . and .. */
    if (list != NULL)
        closedir(list);
    if (rmdir(folder->path) != 0)
        say("%s: %s", folder->path, strerror(errno));
    for (size_t i = 0; i < folder->process_count; i++) {
        reader_close(&folder->processes[i].reader);
        free(folder->processes[i].name);
        free(folder->processes[i].file);
    }
    for (size_t i = 0; i < folder->unseen_count; i++)
        free(folder->unseen[i].program);
    free(folder->processes);
    free(folder->unseen);
    free(folder->library);
    free(folder->path);
}
