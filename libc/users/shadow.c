/* shadow.c: the passwords in /etc/shadow. */
#include <errno.h>
#include <fcntl.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/users.h"

static long number(const char *text)
{
    return *text ? strtol(text, NULL, 10) : -1;
}

static int parse(char *line, struct spwd *out)
{
    char *f[9];
    int n = __fields_split(line, f, 9);
    if (n < 2 || f[0][0] == 0)
        return -1;
    while (n < 9)
        f[n++] = "";
    *out = (struct spwd){f[0],         f[1],         number(f[2]),
                         number(f[3]), number(f[4]), number(f[5]),
                         number(f[6]), number(f[7]), (unsigned long)number(f[8])};
    return 0;
}

struct search {
    const char *name;
    struct spwd *out;
};

static int take(char *line, void *context)
{
    struct search *search = context;
    return parse(line, search->out) == 0 && strcmp(search->name, search->out->sp_namp) == 0;
}

int getspnam_r(const char *name, struct spwd *sp, char *buf, size_t n, struct spwd **out)
{
    int found = __lines_find(SHADOW, buf, n, take, &(struct search){name, sp});
    *out = found > 0 ? sp : NULL;
    return found < 0 ? -found : 0;
}

static struct spwd entry;
static char line[LINE_ROOM];

struct spwd *getspnam(const char *name)
{
    struct spwd *found;
    int error = getspnam_r(name, &entry, line, sizeof line, &found);
    if (error)
        errno = error;
    return found;
}

struct spwd *fgetspent(FILE *file)
{
    while (fgets(line, sizeof line, file)) {
        if (parse(line, &entry) == 0)
            return &entry;
    }
    return NULL;
}

struct spwd *sgetspent(const char *text)
{
    if (strlcpy(line, text, sizeof line) >= sizeof line) {
        errno = ERANGE;
        return NULL;
    }
    return parse(line, &entry) == 0 ? &entry : NULL;
}

static int put_number(FILE *file, long value)
{
    return value < 0 ? fputs(":", file) : fprintf(file, ":%ld", value);
}

int putspent(const struct spwd *sp, FILE *file)
{
    const long days[] = {sp->sp_lstchg, sp->sp_min,    sp->sp_max,       sp->sp_warn,
                         sp->sp_inact,  sp->sp_expire, (long)sp->sp_flag};
    int result = fprintf(file, "%s:%s", sp->sp_namp, sp->sp_pwdp ? sp->sp_pwdp : "");
    for (size_t i = 0; result >= 0 && i < sizeof days / sizeof *days; i++)
        result = put_number(file, days[i]);
    return result < 0 || putc('\n', file) == EOF ? -1 : 0;
}

/* Whoever changes /etc/passwd or /etc/shadow holds a lock on a file beside them until it ends or gives it up. */
static int lock_fd = -1;

int lckpwdf(void)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (lock_fd >= 0)
        return -1;
    int fd = open("/etc/.pwd.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    if (fcntl(fd, F_SETLKW, &whole) < 0) {
        close(fd);
        return -1;
    }
    lock_fd = fd;
    return 0;
}

int ulckpwdf(void)
{
    int fd = lock_fd;
    lock_fd = -1;
    return fd < 0 ? -1 : close(fd);
}

static FILE *all;

void endspent(void)
{
    if (all)
        fclose(all);
    all = NULL;
}

void setspent(void)
{
    endspent();
}

struct spwd *getspent(void)
{
    if (!all)
        all = fopen(SHADOW, "re");
    return all ? fgetspent(all) : NULL;
}
