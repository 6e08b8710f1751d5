/* mntent.c: lines of six fields as in /etc/fstab; space, tab, newline and backslash in a field are \040 \011 \012 \134. */
#include <mntent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char special[] = " \t\n\\";

FILE *setmntent(const char *path, const char *mode)
{
    return fopen(path, mode);
}

int endmntent(FILE *file)
{
    if (file)
        fclose(file);
    return 1;
}

/* Decode in place: it never gets longer. */
static char *decode(char *field)
{
    char *to = field;
    for (const char *from = field; *from; to++) {
        const char *found = NULL;
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
            from[2] <= '7' && from[3] >= '0' && from[3] <= '7')
            found = strchr(special, (from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3] - '0');
        *to = found && *found ? *found : *from;
        from += found && *found ? 4 : 1;
    }
    *to = 0;
    return field;
}

/* The next field of the rest of a line; "" at its end. */
static char *next_field(char **rest)
{
    *rest += strspn(*rest, " \t");
    char *field = *rest;
    *rest += strcspn(field, " \t");
    if (**rest)
        *(*rest)++ = 0;
    return field;
}

static void parse(char *line, struct mntent *entry)
{
    entry->mnt_fsname = decode(next_field(&line));
    entry->mnt_dir = decode(next_field(&line));
    entry->mnt_type = decode(next_field(&line));
    entry->mnt_opts = decode(next_field(&line));
    entry->mnt_freq = atoi(next_field(&line));
    entry->mnt_passno = atoi(next_field(&line));
}

/* A line without its end, in whole; what does not fit is dropped. False: there is none. */
static bool read_line(FILE *file, char *buffer, int size)
{
    if (!fgets(buffer, size, file))
        return false;
    size_t n = strlen(buffer);
    if (n > 0 && buffer[n - 1] == '\n') {
        buffer[n - 1] = 0;
        return true;
    }
    for (int c = 0; c != EOF && c != '\n';)
        c = getc(file);
    return true;
}

/* The automounter's own entries are not shown to those who ask what is mounted. */
static bool is_hidden(const struct mntent *entry)
{
    return strcmp(entry->mnt_type, "autofs") == 0 && hasmntopt(entry, MNTTYPE_IGNORE);
}

struct mntent *getmntent_r(FILE *restrict file, struct mntent *restrict entry,
                           char *restrict buffer, int size)
{
    while (read_line(file, buffer, size)) {
        char *text = buffer + strspn(buffer, " \t");
        if (*text == 0 || *text == '#')
            continue;
        parse(text, entry);
        if (!is_hidden(entry))
            return entry;
    }
    return NULL;
}

struct mntent *getmntent(FILE *file)
{
    static struct mntent entry;
    static char buffer[4096];
    return getmntent_r(file, &entry, buffer, sizeof buffer);
}

static void put_field(FILE *file, const char *field)
{
    for (; *field; field++) {
        if (strchr(special, *field))
            fprintf(file, "\\%03o", *field);
        else
            putc(*field, file);
    }
    putc(' ', file);
}

/* At the end of the file. 1: it could not be written. */
int addmntent(FILE *restrict file, const struct mntent *restrict entry)
{
    if (fseek(file, 0, SEEK_END) < 0)
        return 1;
    put_field(file, entry->mnt_fsname);
    put_field(file, entry->mnt_dir);
    put_field(file, entry->mnt_type);
    put_field(file, entry->mnt_opts);
    fprintf(file, "%d %d\n", entry->mnt_freq, entry->mnt_passno);
    return fflush(file) != 0;
}

/* The option alone or with =value, between commas. */
char *hasmntopt(const struct mntent *entry, const char *option)
{
    size_t n = strlen(option);
    for (char *at = entry->mnt_opts; at && *at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, option, n) == 0 && strchr(",=", at[n]))
            return at;
    }
    return NULL;
}
