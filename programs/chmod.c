/* chmod: changes permissions: octal, or symbolic such as u+x,go-w. */
#include <dirent.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "chmod [-R] MODE FILE...";

/* The bits that "ugoa" stand for, set-id and sticky included; *text moves on. */
static mode_t parse_who(const char **text, mode_t umask_bits)
{
    mode_t who = 0;
    for (;; ++*text) {
        switch (**text) {
        case 'u': who |= 04700; break;
        case 'g': who |= 02070; break;
        case 'o': who |= 01007; break;
        case 'a': who |= 07777; break;
        default: return who ? who : 07777 & ~umask_bits;
        }
    }
}

static mode_t parse_bits(const char **text, mode_t old, bool directory)
{
    mode_t bits = 0;
    for (;; ++*text) {
        switch (**text) {
        case 'r': bits |= 0444; break;
        case 'w': bits |= 0222; break;
        case 'x': bits |= 0111; break;
        case 'X': bits |= directory || (old & 0111) ? 0111 : 0; break;
        case 's': bits |= 06000; break;
        case 't': bits |= 01000; break;
        case 'u': bits |= ((old >> 6) & 7) * 0111; break;
        case 'g': bits |= ((old >> 3) & 7) * 0111; break;
        case 'o': bits |= (old & 7) * 0111; break;
        default: return bits;
        }
    }
}

/* False: not a mode. */
static bool new_mode(const char *text, mode_t old, bool directory, mode_t *out)
{
    char *end;
    unsigned long octal = strtoul(text, &end, 8);
    if (end != text) {
        *out = (mode_t)octal;
        return *end == '\0' && octal <= 07777;
    }
    mode_t mask = umask(0);
    umask(mask);
    *out = old & 07777;
    for (;;) {
        mode_t who = parse_who(&text, mask);
        if (!*text || !strchr("+-=", *text))
            return false;
        while (*text && strchr("+-=", *text)) {
            char operation = *text++;
            mode_t bits = parse_bits(&text, *out, directory) & who;
            if (operation == '=')
                *out &= ~(who & 0777);
            *out = operation == '-' ? *out & ~bits : *out | bits;
        }
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
}

static int change(const char *path, const char *text, bool recursive);

static int change_inside(const char *path, const char *text)
{
    int status = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        warn("%s", path);
        return 1;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            entry->d_type == DT_LNK)
            continue;
        char *inside = program_join(path, entry->d_name);
        status |= change(inside, text, true);
        free(inside);
    }
    closedir(dir);
    return status;
}

static int change(const char *path, const char *text, bool recursive)
{
    struct stat st;
    mode_t mode;
    if (stat(path, &st) != 0) {
        warn("%s", path);
        return 1;
    }
    if (!new_mode(text, st.st_mode, S_ISDIR(st.st_mode), &mode))
        errx(2, "%s: not a mode", text);
    if (chmod(path, mode) != 0) {
        warn("%s", path);
        return 1;
    }
    return recursive && S_ISDIR(st.st_mode) ? change_inside(path, text) : 0;
}

int main(int argc, char **argv)
{
    bool recursive = false;
    int status = 0, first = 1;
    /* Not getopt: "-x" is a mode. */
    while (first < argc && (strcmp(argv[first], "-R") == 0 || strcmp(argv[first], "--") == 0)) {
        bool end = strcmp(argv[first++], "--") == 0;
        recursive = recursive || !end;
        if (end)
            break;
    }
    if (argc - first < 2)
        program_usage(usage, 2);
    for (int i = first + 1; i < argc; i++)
        status |= change(argv[i], argv[first], recursive);
    return status;
}
