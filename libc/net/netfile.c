/* netfile.c: read /etc/hosts, /etc/services and /etc/protocols. */
#include <stdlib.h>
#include <string.h>
#include "internal/netfile.h"

static void split(struct netfile *file)
{
    char *next = NULL;
    file->line[strcspn(file->line, "#\n")] = '\0';
    file->count = 0;
    for (char *word = strtok_r(file->line, " \t", &next); word && file->count < NETFILE_WORDS;
         word = strtok_r(NULL, " \t", &next))
        file->words[file->count++] = word;
    file->words[file->count] = NULL;
}

int __netfile_next(struct netfile *file, const char *path, size_t least)
{
    if (!file->file)
        file->file = fopen(path, "re");
    while (file->file && fgets(file->line, sizeof file->line, file->file)) {
        split(file);
        if (file->count >= least)
            return 1;
    }
    return 0;
}

void __netfile_end(struct netfile *file)
{
    if (file->file)
        fclose(file->file);
    file->file = NULL;
}

long __port_number(const char *text)
{
    char *end;
    if (*text < '0' || *text > '9')
        return -1;
    long number = strtol(text, &end, 10);
    return *end == '\0' && number <= 65535 ? number : -1;
}
