/* SPDX-License-Identifier: MIT */
/*
 * Replacements of the functions that execute programs. Each writes the program to the journal,
 * which reveals programs that do not record, and adds the recorder to the environment if it is
 * missing there. system() and popen() use the environment as it is.
 *
 * A child of vfork() may call these functions: they write to the stack only.
 */
#include "pen.h"

#include <alloca.h>
#include <dlfcn.h>
#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

extern char **environ;

static struct {
    int (*execve)(const char *path, char *const argv[], char *const envp[]);
    int (*execvpe)(const char *file, char *const argv[], char *const envp[]);
    int (*fexecve)(int file, char *const argv[], char *const envp[]);
    int (*execveat)(int folder, const char *path, char *const argv[], char *const envp[],
                    int flags);
    int (*posix_spawn)(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]);
    int (*posix_spawnp)(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[],
                        char *const envp[]);
} next;

#define LOOK_UP(name) *(void **)&next.name = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void look_up(void)
{
    if (next.execve != NULL)
        return;
    LOOK_UP(execve);
    LOOK_UP(execvpe);
    LOOK_UP(fexecve);
    LOOK_UP(execveat);
    LOOK_UP(posix_spawn);
    LOOK_UP(posix_spawnp);
}

/* --- The environment -------------------------------------------------------------------------- */

static const char preload[] = "LD_PRELOAD=";
static const char variable[] = RAW_VARIABLE "=";

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *look_in(char *const envp[], const char *name)
{
    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++)
        if (begins(envp[i], name))
            return envp[i] + strlen(name);
    return "";
}

static size_t count(char *const list[])
{
    size_t n = 0;

    while (list != NULL && list[n] != NULL)
        n++;
    return n;
}

/* The folder that an environment must name; NULL: it stays as it is, as for a nested recorder. */
static const char *folder_for(char *const envp[])
{
    const char *ours = pen_folder();
    const char *theirs = look_in(envp, variable);

    return ours == NULL || *theirs == '\0' || strcmp(ours, theirs) == 0 ? ours : NULL;
}

/* Bytes that pass_on() needs. */
static size_t room_for(char *const envp[])
{
    const char *folder = folder_for(envp);
    size_t folder_bytes = folder == NULL ? 0 : strlen(folder);

    return (count(envp) + 3) * sizeof(char *) + sizeof(variable) + folder_bytes + sizeof(preload) +
           folder_bytes + sizeof("/" RAW_LIBRARY ":") + strlen(look_in(envp, preload));
}

/* The environment with the recorder in front of what LD_PRELOAD names already. */
static char **pass_on(char *const envp[], void *room)
{
    const char *folder = folder_for(envp);
    const char *theirs = look_in(envp, preload);
    char **out = room;
    char *text = (char *)(out + count(envp) + 3);
    size_t n = 0;

    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++)
        if (folder == NULL || (!begins(envp[i], preload) && !begins(envp[i], variable)))
            out[n++] = envp[i];
    if (folder != NULL) {
        out[n++] = text;
        text = stpcpy(stpcpy(text, variable), folder) + 1;
        out[n++] = text;
        text = stpcpy(text, preload);
        if (strstr(theirs, folder) == NULL) {
            text = stpcpy(stpcpy(text, folder), "/" RAW_LIBRARY);
            if (*theirs != '\0')
                text = stpcpy(text, ":");
        }
        stpcpy(text, theirs);
    }
    out[n] = NULL;
    return out;
}

#define PASS_ON(envp) pass_on(envp, alloca(room_for(envp)))

/* --- The journal ------------------------------------------------------------------------------ */

static void will_become(const char *program)
{
    look_up();
    if (pen_folder() != NULL)
        pen_journal('x', getpid(), pen_now_ns(), program);
}

/* The call returned, so it failed. */
static int still_here(int status)
{
    if (pen_folder() != NULL)
        pen_journal('-', getpid(), pen_now_ns(), "");
    return status;
}

/* --- The functions ---------------------------------------------------------------------------- */

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
    will_become(path);
    return still_here(next.execve(path, argv, PASS_ON(envp)));
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
    will_become(file);
    return still_here(next.execvpe(file, argv, PASS_ON(envp)));
}

EXPORT int fexecve(int file, char *const argv[], char *const envp[])
{
    will_become(argv[0] != NULL ? argv[0] : "");
    return still_here(next.fexecve(file, argv, PASS_ON(envp)));
}

EXPORT int execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags)
{
    will_become(path);
    return still_here(next.execveat(folder, path, argv, PASS_ON(envp), flags));
}

EXPORT int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

EXPORT int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

/* The arguments from `first` to the NULL, as an array on the caller's stack. */
#define COLLECT(first, list, argv)                 \
    do {                                           \
        size_t n = 1;                              \
        va_start(list, first);                     \
        while (va_arg(list, const char *) != NULL) \
            n++;                                   \
        va_end(list);                              \
        argv = alloca((n + 1) * sizeof(argv[0]));  \
        argv[0] = (char *)(uintptr_t)first;        \
        va_start(list, first);                     \
        for (size_t i = 1; i <= n; i++)            \
            argv[i] = va_arg(list, char *);        \
    } while (0)

EXPORT int execl(const char *path, const char *first, ...)
{
    char **argv;
    va_list list;

    COLLECT(first, list, argv);
    va_end(list);
    return execve(path, argv, environ);
}

EXPORT int execlp(const char *file, const char *first, ...)
{
    char **argv;
    va_list list;

    COLLECT(first, list, argv);
    va_end(list);
    return execvpe(file, argv, environ);
}

EXPORT int execle(const char *path, const char *first, ...)
{
    char **argv;
    char **envp;
    va_list list;

    COLLECT(first, list, argv);
    envp = va_arg(list, char **);
    va_end(list);
    return execve(path, argv, envp);
}

/* The child may begin before its pid is known, so the time before the call is written. */
static uint64_t will_spawn(void)
{
    look_up();
    return pen_now_ns();
}

static int spawned(int error, pid_t pid, uint64_t before_ns, const char *program)
{
    if (error == 0 && pen_folder() != NULL)
        pen_journal('x', pid, before_ns, program);
    return error;
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    uint64_t before_ns = will_spawn();
    pid_t own = 0;
    pid_t *out = pid == NULL ? &own : pid;
    int error = next.posix_spawn(out, path, actions, attributes, argv, PASS_ON(envp));

    return spawned(error, *out, before_ns, path);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    uint64_t before_ns = will_spawn();
    pid_t own = 0;
    pid_t *out = pid == NULL ? &own : pid;
    int error = next.posix_spawnp(out, file, actions, attributes, argv, PASS_ON(envp));

    return spawned(error, *out, before_ns, file);
}
