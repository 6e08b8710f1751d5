/* ls: lists directories. */
#include <dirent.h>
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "ls [-1aAdFilRrtSn] [FILE...]";

static struct {
    bool long_form, all, almost_all, directory, classify, inode, recursive, reverse, by_time,
        by_size, numeric, one_column;
    bool headings; /* more than one directory is listed */
    unsigned width;
} options;

struct entry {
    char *name; /* as shown */
    char *path;
    struct stat st;
    bool known; /* st is valid */
};
struct entries {
    struct entry *items;
    size_t count, room;
};

static int exit_status;

static void add(struct entries *list, char *name, char *path)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->items = realloc(list->items, list->room * sizeof(*list->items));
        if (!list->items)
            err(1, NULL);
    }
    struct entry *entry = &list->items[list->count++];
    *entry = (struct entry){.name = name, .path = path};
    entry->known = lstat(path, &entry->st) == 0;
}

static void free_entries(struct entries *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].path);
    }
    free(list->items);
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = 0;
    if (options.by_time) {
        order = (a->st.st_mtim.tv_sec < b->st.st_mtim.tv_sec) -
                (a->st.st_mtim.tv_sec > b->st.st_mtim.tv_sec);
        if (!order)
            order = (a->st.st_mtim.tv_nsec < b->st.st_mtim.tv_nsec) -
                    (a->st.st_mtim.tv_nsec > b->st.st_mtim.tv_nsec);
    } else if (options.by_size) {
        order = (a->st.st_size < b->st.st_size) - (a->st.st_size > b->st.st_size);
    }
    if (!order)
        order = strcmp(a->name, b->name);
    return options.reverse ? -order : order;
}

/* ---- One entry ------------------------------------------------------------------------------- */

static const char *suffix(const struct entry *entry)
{
    if (!options.classify || !entry->known)
        return "";
    switch (entry->st.st_mode & S_IFMT) {
    case S_IFDIR: return "/";
    case S_IFLNK: return options.long_form ? "" : "@";
    case S_IFIFO: return "|";
    case S_IFSOCK: return "=";
    default: return entry->st.st_mode & 0111 ? "*" : "";
    }
}

static void mode_text(mode_t mode, char text[11])
{
    static const char types[] = "?pc?d?b?-?l?s???";
    static const char bits[] = "rwxrwxrwx";
    text[0] = types[(mode & S_IFMT) >> 12];
    for (int i = 0; i < 9; i++)
        text[1 + i] = mode & (0400u >> i) ? bits[i] : '-';
    if (mode & S_ISUID)
        text[3] = mode & 0100 ? 's' : 'S';
    if (mode & S_ISGID)
        text[6] = mode & 0010 ? 's' : 'S';
    if (mode & S_ISVTX)
        text[9] = mode & 0001 ? 't' : 'T';
    text[10] = '\0';
}

static void owner_text(char *text, size_t size, uid_t uid, gid_t gid)
{
    const struct passwd *user = options.numeric ? NULL : getpwuid(uid);
    char name[64];
    if (user)
        snprintf(name, sizeof(name), "%s", user->pw_name);
    else
        snprintf(name, sizeof(name), "%u", (unsigned)uid);
    const struct group *group = options.numeric ? NULL : getgrgid(gid);
    if (group)
        snprintf(text, size, "%-8s %-8s", name, group->gr_name);
    else
        snprintf(text, size, "%-8s %-8u", name, (unsigned)gid);
}

static void time_text(time_t seconds, char *text, size_t size)
{
    struct tm tm;
    time_t now = time(NULL), half_year = 182 * 86400;
    bool recent = seconds > now - half_year && seconds <= now;
    if (!localtime_r(&seconds, &tm) ||
        !strftime(text, size, recent ? "%b %e %H:%M" : "%b %e  %Y", &tm))
        snprintf(text, size, "%lld", (long long)seconds);
}

static void print_name(const struct entry *entry)
{
    if (options.inode)
        printf("%7llu ", (unsigned long long)entry->st.st_ino);
    printf("%s%s", entry->name, suffix(entry));
}

static void print_long(const struct entry *entry)
{
    char mode[11], owner[160], when[40], target[PATH_MAX];
    const struct stat *st = &entry->st;
    if (!entry->known) {
        printf("?????????? %s\n", entry->name);
        return;
    }
    mode_text(st->st_mode, mode);
    owner_text(owner, sizeof(owner), st->st_uid, st->st_gid);
    time_text(st->st_mtim.tv_sec, when, sizeof(when));
    printf("%s %3lu %s %9lld %s ", mode, (unsigned long)st->st_nlink, owner, (long long)st->st_size,
           when);
    print_name(entry);
    ssize_t len = S_ISLNK(st->st_mode) ? readlink(entry->path, target, sizeof(target)) : -1;
    if (len >= 0)
        printf(" -> %.*s", (int)len, target);
    putchar('\n');
}

/* ---- Many ------------------------------------------------------------------------------------ */

static size_t cell_width(const struct entry *entry)
{
    return strlen(entry->name) + strlen(suffix(entry)) + (options.inode ? 8 : 0);
}

static void print_columns(const struct entries *list)
{
    size_t widest = 1;
    for (size_t i = 0; i < list->count; i++) {
        size_t width = cell_width(&list->items[i]);
        widest = width > widest ? width : widest;
    }
    size_t columns = options.width / (widest + 2);
    if (columns == 0)
        columns = 1;
    size_t rows = (list->count + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < list->count; i += rows) {
            print_name(&list->items[i]);
            if (i + rows < list->count)
                printf("%*s", (int)(widest + 2 - cell_width(&list->items[i])), "");
        }
        putchar('\n');
    }
}

static void print_entries(struct entries *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof(*list->items), compare);
    if (!options.long_form && !options.one_column) {
        print_columns(list);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (options.long_form) {
            print_long(&list->items[i]);
        } else {
            print_name(&list->items[i]);
            putchar('\n');
        }
    }
}

static bool is_shown(const char *name)
{
    if (name[0] != '.' || options.all)
        return true;
    return options.almost_all && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool read_directory(const char *path, struct entries *list)
{
    DIR *dir = opendir(path);
    if (!dir) {
        warn("%s", path);
        exit_status = 1;
        return false;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (is_shown(entry->d_name)) {
            char *name = strdup(entry->d_name);
            if (!name)
                err(1, "%s", path);
            add(list, name, program_join(path, entry->d_name));
        }
    }
    closedir(dir);
    return true;
}

static unsigned long long total_blocks(const struct entries *list)
{
    unsigned long long blocks = 0;
    for (size_t i = 0; i < list->count; i++)
        blocks += list->items[i].known ? (unsigned long long)list->items[i].st.st_blocks : 0;
    return blocks / 2;
}

static void list_directory(const char *path)
{
    static bool later;
    struct entries list = {0};
    if (options.headings)
        printf("%s%s:\n", later ? "\n" : "", path);
    later = true;
    if (!read_directory(path, &list))
        return;
    if (options.long_form)
        printf("total %llu\n", total_blocks(&list));
    print_entries(&list);
    for (size_t i = 0; options.recursive && i < list.count; i++) {
        const struct entry *entry = &list.items[i];
        if (entry->known && S_ISDIR(entry->st.st_mode) && !is_dots(entry->name))
            list_directory(entry->path);
    }
    free_entries(&list);
}

/* ---- Arguments ------------------------------------------------------------------------------- */

static void parse_options(int argc, char **argv)
{
    int option;
    options.one_column = !isatty(STDOUT_FILENO);
    while ((option = getopt(argc, argv, "1aAdFilRrtSnC")) != -1) {
        switch (option) {
        case '1': options.one_column = true; break;
        case 'C': options.one_column = false; break;
        case 'a': options.all = true; break;
        case 'A': options.almost_all = true; break;
        case 'd': options.directory = true; break;
        case 'F': options.classify = true; break;
        case 'i': options.inode = true; break;
        case 'l': options.long_form = true; break;
        case 'n': options.long_form = options.numeric = true; break;
        case 'R': options.recursive = options.headings = true; break;
        case 'r': options.reverse = true; break;
        case 't': options.by_time = true; break;
        case 'S': options.by_size = true; break;
        default: program_usage(usage, 2);
        }
    }
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    options.width = columns && atoi(columns) > 0 ? (unsigned)atoi(columns) : 80;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        options.width = size.ws_col;
}

/* A directory is listed, and a link to one as well unless its own line was asked for. */
static bool lists_contents(const struct entry *entry)
{
    struct stat st;
    if (options.directory)
        return false;
    if (S_ISLNK(entry->st.st_mode) && !options.long_form)
        return stat(entry->path, &st) == 0 && S_ISDIR(st.st_mode);
    return S_ISDIR(entry->st.st_mode);
}

static void add_argument(const char *path, struct entries *files, struct entries *directories)
{
    struct entry entry = {.path = (char *)(uintptr_t)path};
    if (lstat(path, &entry.st) != 0) {
        warn("%s", path);
        exit_status = 1;
        return;
    }
    char *name = strdup(path), *copy = strdup(path);
    if (!name || !copy)
        err(1, "%s", path);
    add(lists_contents(&entry) ? directories : files, name, copy);
}

int main(int argc, char **argv)
{
    static char *here[] = {(char *)(uintptr_t)"."};
    struct entries files = {0}, directories = {0};
    parse_options(argc, argv);
    char **paths = optind < argc ? argv + optind : here;
    int count = optind < argc ? argc - optind : 1;
    for (int i = 0; i < count; i++)
        add_argument(paths[i], &files, &directories);
    options.headings = options.headings || count > 1;
    if (files.count)
        print_entries(&files);
    if (files.count && directories.count)
        putchar('\n');
    if (directories.count)
        qsort(directories.items, directories.count, sizeof(*directories.items), compare);
    for (size_t i = 0; i < directories.count; i++)
        list_directory(directories.items[i].path);
    free_entries(&files);
    free_entries(&directories);
    return program_finish(exit_status);
}
