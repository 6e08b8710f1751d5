/* names_beyond.c: functions that C23, POSIX 2024 and the BSD and GNU libraries have and programs ask for: do they do what they are for? */
#define _LARGEFILE64_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <libintl.h>
#include <locale.h>
#include <math.h>
#include <pwd.h>
#include <shadow.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

static void test_random(void)
{
    char buffer[64], other[64];
    int32_t a, b;
    struct random_data data = {0}, twin = {0};
    CHECK_IS(initstate_r(5, buffer, sizeof buffer, &data), 0);
    CHECK_IS(initstate_r(5, other, sizeof other, &twin), 0);
    for (int i = 0; i < 100; i++) {
        CHECK_IS(random_r(&data, &a), 0);
        CHECK_IS(random_r(&twin, &b), 0);
        CHECK(a == b && a >= 0);
    }
    CHECK_IS(srandom_r(6, &twin), 0);
    CHECK_IS(random_r(&twin, &b), 0);
    CHECK_IS(random_r(&data, &a), 0);
    CHECK(a != b);
    CHECK_ERROR(initstate_r(1, buffer, 4, &data), EINVAL);
    struct drand48_data state = {0};
    double x;
    long n;
    srand48(77);
    CHECK_IS(srand48_r(77, &state), 0);
    for (int i = 0; i < 10; i++) {
        CHECK_IS(drand48_r(&state, &x), 0);
        CHECK(x == drand48());
        CHECK_IS(lrand48_r(&state, &n), 0);
        CHECK(n == lrand48());
        CHECK_IS(mrand48_r(&state, &n), 0);
        CHECK(n == mrand48());
    }
}

static void test_signal_and_error_names(void)
{
    CHECK(strcmp(sigabbrev_np(SIGSEGV), "SEGV") == 0);
    CHECK(strcmp(sigdescr_np(SIGINT), strsignal(SIGINT)) == 0);
    CHECK(!sigabbrev_np(0) && !sigabbrev_np(10000) && !sigdescr_np(-1));
    CHECK(strcmp(strerrorname_np(ENOENT), "ENOENT") == 0);
    CHECK(strcmp(strerrordesc_np(EINVAL), strerror(EINVAL)) == 0);
    CHECK(!strerrorname_np(-1) && !strerrordesc_np(100000));
    CHECK(strcmp(strerrorname_np(0), "0") == 0);
}

static void test_messages(void)
{
    CHECK(strcmp(gettext("Hello"), "Hello") == 0);
    CHECK(strcmp(ngettext("one", "many", 1), "one") == 0);
    CHECK(strcmp(ngettext("one", "many", 0), "many") == 0);
    CHECK(strcmp(dcngettext("d", "one", "many", 2, 5), "many") == 0);
    CHECK(strcmp(textdomain(NULL), "messages") == 0);
    CHECK(strcmp(textdomain("mine"), "mine") == 0);
    CHECK(strcmp(textdomain(NULL), "mine") == 0);
    CHECK(strcmp(textdomain(""), "messages") == 0);
    CHECK(strcmp(bindtextdomain("mine", "/tmp/locale"), "/tmp/locale") == 0);
    CHECK(strcmp(bindtextdomain("mine", NULL), "/tmp/locale") == 0);
    CHECK(!bind_textdomain_codeset("mine", NULL));
    CHECK(strcmp(bind_textdomain_codeset("mine", "UTF-8"), "UTF-8") == 0);
}

static void test_users(void)
{
    char text[200] = "";
    FILE *file = fmemopen(text, sizeof text, "w+");
    struct passwd pw = {.pw_name = "ada",
                        .pw_passwd = "x",
                        .pw_uid = 12,
                        .pw_gid = 13,
                        .pw_gecos = "Ada",
                        .pw_dir = "/home/ada",
                        .pw_shell = "/bin/sh"},
                  *got;
    CHECK_IS(putpwent(&pw, file), 0);
    rewind(file);
    got = fgetpwent(file);
    CHECK(got && strcmp(got->pw_name, "ada") == 0 && got->pw_uid == 12 && got->pw_gid == 13 &&
          strcmp(got->pw_shell, "/bin/sh") == 0);
    rewind(file);
    char *members[] = {"ada", "bob", NULL};
    struct group gr = {.gr_name = "g", .gr_passwd = "x", .gr_gid = 9, .gr_mem = members}, *group;
    CHECK_IS(putgrent(&gr, file), 0);
    rewind(file);
    group = fgetgrent(file);
    CHECK(group && group->gr_gid == 9 && strcmp(group->gr_mem[1], "bob") == 0 && !group->gr_mem[2]);
    rewind(file);
    struct spwd sp = {.sp_namp = "ada",
                      .sp_pwdp = "*",
                      .sp_lstchg = 100,
                      .sp_min = -1,
                      .sp_max = 5,
                      .sp_warn = -1,
                      .sp_inact = -1,
                      .sp_expire = -1,
                      .sp_flag = -1UL},
                *shadow;
    CHECK_IS(putspent(&sp, file), 0);
    CHECK_IS(fflush(file), 0);
    rewind(file);
    shadow = fgetspent(file);
    CHECK(shadow && strcmp(shadow->sp_pwdp, "*") == 0 && shadow->sp_lstchg == 100 &&
          shadow->sp_min == -1 && shadow->sp_max == 5 && shadow->sp_flag == -1UL);
    fclose(file);
    setusershell();
    char *shell = getusershell();
    CHECK(shell && shell[0] == '/');
    endusershell();
    CHECK(!group_member(123456789));
}

/* A tree: t/a, t/d/b, t/d/c, t/link -> d, t/up -> .. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void walk(int options, const char *skip, char *out, size_t room)
{
    char *roots[] = {"t", NULL};
    FTS *fts = fts_open(roots, options, by_name);
    FTSENT *entry;
    size_t at = 0;
    CHECK(fts != NULL);
    while ((entry = fts_read(fts))) {
        static const char kinds[] = "?DcfRdP!F_nosx";
        at += (size_t)snprintf(out + at, room - at, "%c:%s ", kinds[entry->fts_info],
                               entry->fts_path);
        if (skip && strcmp(entry->fts_name, skip) == 0 && entry->fts_info == FTS_D)
            fts_set(fts, entry, FTS_SKIP);
    }
    CHECK_IS(errno, 0);
    CHECK_IS(fts_close(fts), 0);
}

static void test_fts(void)
{
    char out[400] = "", *nothing[] = {"no-such", NULL};
    CHECK_IS(mkdir("t", 0700) | mkdir("t/d", 0700), 0);
    close(open("t/a", O_CREAT | O_RDWR, 0600));
    close(open("t/d/b", O_CREAT | O_RDWR, 0600));
    close(open("t/d/c", O_CREAT | O_RDWR, 0600));
    CHECK_IS(symlink("d", "t/link") | symlink("..", "t/up") | symlink("none", "t/x"), 0);
    walk(FTS_PHYSICAL, NULL, out, sizeof out);
    CHECK(strcmp(out, "D:t F:t/a D:t/d F:t/d/b F:t/d/c P:t/d s:t/link s:t/up s:t/x P:t ") == 0);
    walk(FTS_PHYSICAL, "d", out, sizeof out);
    CHECK(strcmp(out, "D:t F:t/a D:t/d P:t/d s:t/link s:t/up s:t/x P:t ") == 0);
    CHECK_IS(unlink("t/up") | symlink("../t", "t/up"), 0);
    walk(FTS_LOGICAL | FTS_NOCHDIR, NULL, out, sizeof out);
    CHECK(strcmp(out,
                 "D:t F:t/a D:t/d F:t/d/b F:t/d/c P:t/d D:t/link F:t/link/b F:t/link/c P:t/link "
                 "c:t/up x:t/x P:t ") == 0);
    FTS *fts = fts_open(nothing, FTS_PHYSICAL, NULL);
    FTSENT *entry = fts_read(fts);
    CHECK(entry && entry->fts_info == FTS_NS && entry->fts_errno == ENOENT);
    CHECK(!fts_read(fts));
    fts_close(fts);
    char *roots[] = {"t", NULL};
    fts = fts_open(roots, FTS_PHYSICAL, by_name);
    entry = fts_read(fts);
    entry = fts_children(fts, 0);
    CHECK(entry && strcmp(entry->fts_name, "a") == 0 &&
          strcmp(entry->fts_link->fts_name, "d") == 0);
    entry = fts_read(fts);
    CHECK(entry && strcmp(entry->fts_path, "t/a") == 0);
    fts_close(fts); /* in the middle */
    CHECK(!fts_open(roots, FTS_PHYSICAL | 0x10000, NULL) && errno == EINVAL);
    CHECK_IS(system("rm -r t"), 0);
}

struct item {
    int value;
    TAILQ_ENTRY(item) tail;
    LIST_ENTRY(item) list;
    SLIST_ENTRY(item) single;
    STAILQ_ENTRY(item) queue;
};
TAILQ_HEAD(tails, item);
LIST_HEAD(lists, item);
SLIST_HEAD(singles, item);
STAILQ_HEAD(queues, item);

static void test_queues(void)
{
    struct tails tails = TAILQ_HEAD_INITIALIZER(tails);
    struct lists lists = LIST_HEAD_INITIALIZER(lists);
    struct singles singles = SLIST_HEAD_INITIALIZER(singles);
    struct queues queues;
    struct item items[5], *item;
    int number = 0;
    STAILQ_INIT(&queues);
    for (int i = 0; i < 5; i++) {
        items[i].value = i;
        TAILQ_INSERT_TAIL(&tails, &items[i], tail);
        LIST_INSERT_HEAD(&lists, &items[i], list);
        SLIST_INSERT_HEAD(&singles, &items[i], single);
        STAILQ_INSERT_TAIL(&queues, &items[i], queue);
    }
    TAILQ_REMOVE(&tails, &items[4], tail);
    TAILQ_REMOVE(&tails, &items[0], tail);
    TAILQ_INSERT_BEFORE(&items[2], &items[0], tail); /* 1 0 2 3 */
    TAILQ_FOREACH(item, &tails, tail) number = number * 10 + item->value;
    CHECK_IS(number, 1023);
    number = 0;
    TAILQ_FOREACH_REVERSE(item, &tails, tails, tail) number = number * 10 + item->value;
    CHECK_IS(number, 3201);
    LIST_REMOVE(&items[2], list);
    LIST_INSERT_AFTER(&items[0], &items[2], list);
    number = 0;
    LIST_FOREACH (item, &lists, list)
        number = number * 10 + item->value;
    CHECK_IS(number, 43102);
    SLIST_REMOVE(&singles, &items[0], item, single);
    SLIST_REMOVE_HEAD(&singles, single);
    number = 0;
    SLIST_FOREACH(item, &singles, single) number = number * 10 + item->value;
    CHECK_IS(number, 321);
    STAILQ_REMOVE(&queues, &items[4], item, queue);
    STAILQ_INSERT_TAIL(&queues, &items[4], queue);
    STAILQ_REMOVE_HEAD(&queues, queue);
    number = 0;
    STAILQ_FOREACH(item, &queues, queue) number = number * 10 + item->value;
    CHECK_IS(number, 1234);
}

static void test_rest(void)
{
    struct timespec ts = {-1, -1};
    struct sysinfo info;
    struct stat st;
    CHECK(isnanf(NAN) && !isnanf(1) && isnanl((long double)NAN) && isinff(-INFINITY) == -1 &&
          isinfl(INFINITY) == 1 && !finitel(INFINITY));
    CHECK_IS(timespec_get(&ts, TIME_UTC), TIME_UTC);
    CHECK_IS(sysinfo(&info), 0);
    CHECK(info.totalram > 0 && info.mem_unit > 0 && info.procs > 0);
    CHECK(get_nprocs() >= 1 && get_phys_pages() > get_avphys_pages());
    CHECK_ERROR(getxattr("no-such", "user.x", NULL, 0), ENOENT);
    CHECK_ERROR(fgetxattr(-1, "user.x", NULL, 0), EBADF);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    CHECK(strtod_l("2.5", NULL, c) == 2.5 && strtof_l("-1e2", NULL, c) == -100);
    freelocale(c);
    char name[16] = "";
    CHECK_IS(prctl(PR_SET_NAME, "a name that is too long"), 0);
    CHECK_IS(prctl(PR_GET_NAME, name), 0);
    CHECK(strcmp(name, "a name that is ") == 0);
    CHECK_ERROR(prctl(12345), EINVAL);
    int fd = open(".", O_RDONLY | O_DIRECTORY), seen = 0;
    close(open("one", O_CREAT | O_RDWR, 0600));
    close(open("another", O_CREAT | O_RDWR, 0600));
    _Alignas(8) char buffer[400];
    ssize_t n;
    while ((n = getdents64(fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < n;) {
            struct dirent64 *entry = (void *)(buffer + at);
            CHECK_IS(stat(entry->d_name, &st), 0);
            CHECK(st.st_ino == entry->d_ino || strcmp(entry->d_name, "..") == 0);
            at += entry->d_reclen;
            seen++;
        }
    }
    CHECK_IS(n, 0);
    CHECK_IS(seen, 4);
    CHECK_ERROR(getdents64(-1, buffer, sizeof buffer), EBADF);
    close(fd);
    CHECK_IS(unlink("one") | unlink("another"), 0);
}

int main(void)
{
    char folder[] = "/tmp/posix_names.XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    test_random();
    test_signal_and_error_names();
    test_messages();
    test_users();
    test_fts();
    test_queues();
    test_rest();
    CHECK_IS(chdir("/"), 0);
    CHECK_IS(rmdir(folder), 0);
    return posix_end();
}
