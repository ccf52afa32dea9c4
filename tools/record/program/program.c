/* SPDX-License-Identifier: MIT */
/* Examines why the dynamic linker does not preload the library into a program. */
#include "program.h"

#include "say.h"

#include <elf.h>
#include <link.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BITS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32 };

/* Open the file that execvp() would execute; -1: none. */
static int open_program(const char *program)
{
    const char *folders = getenv("PATH");

    if (strchr(program, '/') != NULL || folders == NULL)
        return open(program, O_RDONLY | O_CLOEXEC);
    while (*folders != '\0') {
        size_t length = strcspn(folders, ":");
        char *path = text("%.*s/%s", (int)length, folders, program);
        int file = access(path, X_OK) == 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;

        free(path);
        if (file >= 0)
            return file;
        folders += length + (folders[length] == ':');
    }
    return -1;
}

static bool is_dynamic(int file, const ElfW(Ehdr) * head)
{
    for (unsigned i = 0; i < head->e_phnum; i++) {
        ElfW(Phdr) part;

        if (pread(file, &part, sizeof(part), (off_t)(head->e_phoff + i * sizeof(part))) ==
                sizeof(part) &&
            part.p_type == PT_INTERP)
            return true;
    }
    return false;
}

static const char *why(int file, const struct stat *status)
{
    union {
        ElfW(Ehdr) head;
        char bytes[sizeof(ElfW(Ehdr))];
    } begin = {0};

    if (pread(file, &begin, sizeof(begin), 0) < 4)
        return "it cannot be read";
    if (memcmp(begin.bytes, "#!", 2) == 0)
        return "the interpreter of this script does not load the recorder";
    if (memcmp(begin.bytes, ELFMAG, SELFMAG) != 0)
        return "it is neither a program nor a script";
    if (begin.head.e_ident[EI_CLASS] != BITS)
        return BITS == ELFCLASS64 ? "it is a 32-bit program" : "it is a 64-bit program";
    if ((status->st_mode & (S_ISUID | S_ISGID)) != 0)
        return "it is set-user-ID or set-group-ID, where LD_PRELOAD is ignored";
    if (!is_dynamic(file, &begin.head))
        return "it is linked statically";
    return "it did not load the recorder, or ended before it could";
}

const char *program_why_unseen(const char *program)
{
    int file = open_program(program);
    struct stat status;
    const char *reason = "it is not found any more";

    if (file < 0)
        return reason;
    if (fstat(file, &status) == 0)
        reason = why(file, &status);
    close(file);
    return reason;
}
