/* ndbm.c: data bases (XSI): what is stored is found, in every order of doing things, by others, and after a crash. Not run on the host, whose library has none. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <ndbm.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include "tests/posix/child.h"

static char folder[] = "/tmp/posix_ndbm.XXXXXX";
static char name[100], file[110];

static datum text(const char *s)
{
    return (datum){(void *)s, strlen(s)};
}

static datum number(int *n)
{
    return (datum){n, sizeof *n};
}

static int is(datum got, const char *wanted)
{
    return got.dptr && got.dsize == strlen(wanted) && memcmp(got.dptr, wanted, got.dsize) == 0;
}

static DBM *fresh(void)
{
    DBM *db = dbm_open(name, O_RDWR | O_CREAT | O_TRUNC, 0640);
    CHECK(db != NULL);
    return db;
}

static int count_keys(DBM *db)
{
    int count = 0;
    for (datum key = dbm_firstkey(db); key.dptr; key = dbm_nextkey(db))
        count++;
    return count;
}

static void test_opening(void)
{
    struct stat st;
    CHECK(dbm_open(name, O_RDWR, 0) == NULL && errno == ENOENT);
    CHECK(dbm_open("", O_RDWR | O_CREAT, 0600) == NULL && errno == ENOENT);
    DBM *db = dbm_open(name, O_WRONLY | O_CREAT | O_EXCL, 0640); /* to write is to read */
    CHECK(db != NULL && stat(file, &st) == 0 && (st.st_mode & 0777) == 0640);
    CHECK_IS(dbm_store(db, text("a"), text("1"), DBM_INSERT), 0);
    CHECK(is(dbm_fetch(db, text("a")), "1"));
    dbm_close(db);
    CHECK(dbm_open(name, O_RDWR | O_CREAT | O_EXCL, 0640) == NULL && errno == EEXIST);
    db = dbm_open(name, O_RDONLY, 0);
    CHECK(is(dbm_fetch(db, text("a")), "1"));
    CHECK_ERROR(dbm_store(db, text("b"), text("2"), DBM_INSERT), EPERM);
    CHECK_ERROR(dbm_delete(db, text("a")), EPERM);
    CHECK_IS(dbm_error(db), 0);
    dbm_close(db);
    db = fresh();
    CHECK_IS(count_keys(db), 0);
    dbm_close(db);
    int fd = open(file, O_WRONLY | O_TRUNC);
    CHECK_IS(write(fd, "this is no data base at all", 27), 27);
    close(fd);
    CHECK(dbm_open(name, O_RDWR, 0) == NULL && errno == EINVAL);
    unlink(file);
}

static void test_store_and_fetch(void)
{
    DBM *db = fresh();
    CHECK(dbm_fetch(db, text("none")).dptr == NULL);
    CHECK_IS(dbm_store(db, text("one"), text("1"), DBM_INSERT), 0);
    CHECK_IS(dbm_store(db, text("one"), text("2"), DBM_INSERT), 1);
    CHECK(is(dbm_fetch(db, text("one")), "1"));
    CHECK_IS(dbm_store(db, text("one"), text("three"), DBM_REPLACE), 0);
    CHECK(is(dbm_fetch(db, text("one")), "three"));
    CHECK_IS(dbm_store(db, text("two"), text(""), DBM_REPLACE), 0);
    datum empty = dbm_fetch(db, text("two"));
    CHECK(empty.dptr != NULL && empty.dsize == 0);
    CHECK_IS(dbm_store(db, text(""), text("no key"), DBM_INSERT), 0);
    CHECK(is(dbm_fetch(db, text("")), "no key"));
    CHECK_IS(dbm_store(db, (datum){"a\0b", 3}, text("zero inside"), DBM_INSERT), 0);
    CHECK(dbm_fetch(db, (datum){"a\0c", 3}).dptr == NULL && dbm_fetch(db, text("a")).dptr == NULL);
    CHECK(is(dbm_fetch(db, (datum){"a\0b", 3}), "zero inside"));
    CHECK_ERROR(dbm_store(db, text("x"), text("y"), 9), EINVAL);
    CHECK_IS(dbm_delete(db, text("one")), 0);
    CHECK(dbm_fetch(db, text("one")).dptr == NULL);
    CHECK(dbm_delete(db, text("one")) < 0);
    CHECK_IS(count_keys(db), 3);
    CHECK_IS(dbm_error(db), 0);
    CHECK_IS(dbm_clearerr(db), 0);
    dbm_close(db);
    db = dbm_open(name, O_RDONLY, 0);
    CHECK_IS(count_keys(db), 3);
    CHECK(is(dbm_fetch(db, text("")), "no key"));
    dbm_close(db);
}

/* Many keys, and large data; what is deleted in a traversal does not lead it astray. */
static void test_many(void)
{
    enum { MANY = 600 };
    static char large[5000];
    DBM *db = fresh();
    for (int i = 0; i < MANY; i++) {
        memset(large, i, sizeof large);
        CHECK_IS(dbm_store(db, number(&i), (datum){large, (size_t)i * 8}, DBM_INSERT), 0);
    }
    CHECK_IS(count_keys(db), MANY);
    int seen[MANY] = {0}, once = 0;
    for (datum key = dbm_firstkey(db); key.dptr; key = dbm_nextkey(db)) {
        int n;
        CHECK_IS(key.dsize, sizeof n);
        memcpy(&n, key.dptr, sizeof n);
        once += n >= 0 && n < MANY && seen[n]++ == 0;
        if (n % 2)
            CHECK_IS(dbm_delete(db, number(&n)), 0);
    }
    CHECK_IS(once, MANY);
    CHECK_IS(count_keys(db), MANY / 2);
    for (int i = 0; i < MANY; i += 7) {
        datum data = dbm_fetch(db, number(&i));
        CHECK(i % 2 ? data.dptr == NULL : data.dptr && data.dsize == (size_t)i * 8);
        if (data.dptr && data.dsize)
            CHECK(((char *)data.dptr)[data.dsize - 1] == (char)i);
    }
    dbm_close(db);
}

/* A data base that is written to for ever stays about as large as what is in it, also for who has it open. */
static void test_size(void)
{
    static char large[1000];
    struct stat st;
    DBM *db = fresh(), *reader = dbm_open(name, O_RDONLY, 0), *writer = dbm_open(name, O_RDWR, 0);
    CHECK_IS(dbm_store(db, text("first"), text("stays"), DBM_INSERT), 0);
    CHECK(is(dbm_firstkey(reader), "first"));
    for (int i = 0; i < 400; i++) {
        snprintf(large, sizeof large, "%d", i);
        CHECK_IS(
            dbm_store(i % 3 ? db : writer, text("same"), (datum){large, sizeof large}, DBM_REPLACE),
            0);
    }
    CHECK(stat(file, &st) == 0 && st.st_size < 200000);
    CHECK_IS(st.st_mode & 0777, 0640);
    CHECK(is(dbm_fetch(reader, text("first")), "stays"));
    datum data = dbm_fetch(reader, text("same"));
    CHECK(data.dsize == sizeof large && strcmp(data.dptr, "399") == 0);
    CHECK_IS(count_keys(reader), 2);
    dbm_close(db);
    dbm_close(reader);
    dbm_close(writer);
}

/* Processes that write at the same time lose nothing. */
static void test_writers(void)
{
    enum { WRITERS = 3, EACH = 40 };
    pid_t children[WRITERS];
    dbm_close(fresh());
    for (int w = 0; w < WRITERS; w++) {
        if ((children[w] = fork_child()) != 0)
            continue;
        DBM *db = dbm_open(name, O_RDWR, 0);
        for (int i = 0; i < EACH; i++) {
            int key = w * EACH + i;
            CHECK_IS(dbm_store(db, number(&key), number(&i), DBM_INSERT), 0);
        }
        dbm_close(db);
        _exit(posix_failures != 0);
    }
    for (int w = 0; w < WRITERS; w++)
        CHECK_IS(result_of(children[w]), 0);
    DBM *db = dbm_open(name, O_RDONLY, 0);
    CHECK_IS(count_keys(db), WRITERS * EACH);
    dbm_close(db);
}

static int value_of(DBM *db, int key)
{
    int value = -1;
    datum data = dbm_fetch(db, number(&key));
    if (data.dptr && data.dsize >= sizeof value)
        memcpy(&value, data.dptr, sizeof value);
    return value;
}

/* What a store has promised is there after the process has been killed in the next one; and that one is there or not, never half. */
static void test_killed(void)
{
    enum { KEYS = 10 };
    static int data[700];
    atomic_int *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    dbm_close(fresh());
    for (int round = 0; round < 30; round++) {
        pid_t child = fork_child();
        if (child == 0) {
            DBM *db = dbm_open(name, O_RDWR, 0);
            for (int i = *done; db; i++) {
                int key = i % KEYS;
                data[0] = i;
                if (dbm_store(db, number(&key), (datum){data, sizeof data}, DBM_REPLACE) != 0)
                    break;
                *done = i + 1;
            }
            _exit(1);
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000L * (round % 5) + 300000}, NULL);
        CHECK_IS(kill(child, SIGKILL), 0);
        CHECK_IS(result_of(child), -1);
        DBM *db = dbm_open(name, O_RDONLY, 0);
        CHECK(db != NULL);
        int next = *done;
        for (int i = next < KEYS ? 0 : next - KEYS; db && i < next; i++) {
            int value = value_of(db, i % KEYS);
            CHECK(value == i || (value == next && next % KEYS == i % KEYS));
        }
        if (db)
            dbm_close(db);
    }
    CHECK(*done > 0);
}

/* A record that is not whole is not there, and the next store cuts it off. */
static void test_torn(void)
{
    struct stat st;
    DBM *db = fresh();
    CHECK_IS(dbm_store(db, text("old"), text("contents"), DBM_INSERT), 0);
    CHECK_IS(stat(file, &st), 0);
    off_t whole = st.st_size;
    CHECK_IS(dbm_store(db, text("new"), text("contents, too"), DBM_INSERT), 0);
    dbm_close(db);
    CHECK_IS(stat(file, &st), 0);
    for (off_t size = st.st_size - 1; size >= whole; size -= 3) {
        CHECK_IS(truncate(file, size), 0);
        db = dbm_open(name, O_RDONLY, 0);
        CHECK(db && is(dbm_fetch(db, text("old")), "contents"));
        CHECK(db && dbm_fetch(db, text("new")).dptr == NULL);
        dbm_close(db);
    }
    CHECK_IS(truncate(file, whole + 17), 0); /* zeros */
    db = dbm_open(name, O_RDWR, 0);
    CHECK_IS(dbm_store(db, text("next"), text("x"), DBM_INSERT), 0);
    CHECK(is(dbm_fetch(db, text("old")), "contents") && is(dbm_fetch(db, text("next")), "x"));
    dbm_close(db);
    db = dbm_open(name, O_RDONLY, 0);
    CHECK_IS(count_keys(db), 2);
    dbm_close(db);
}

int main(void)
{
    CHECK(mkdtemp(folder) != NULL);
    snprintf(name, sizeof name, "%s/base", folder);
    snprintf(file, sizeof file, "%s.db", name);
    test_opening();
    test_store_and_fetch();
    test_many();
    test_size();
    test_writers();
    test_killed();
    test_torn();
    CHECK_IS(unlink(file), 0);
    unlink(strcat(file, ".new")); /* who is killed writing the file anew leaves it */
    CHECK_IS(rmdir(folder), 0);   /* nothing else has been left there */
    return posix_end();
}
