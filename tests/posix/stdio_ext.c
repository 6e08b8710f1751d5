/* stdio_ext.c: a look inside a stream: <stdio_ext.h> as glibc and Solaris document it, with musl's four additions. */
#include <pthread.h>
#include <stdio_ext.h>
#include <unistd.h>

#include "posix_test.h"

static char path[] = "/tmp/posix_stdio_ext_XXXXXX";

static off_t size(void)
{
    FILE *f = fopen(path, "r");
    CHECK(f && fseeko(f, 0, SEEK_END) == 0);
    off_t at = ftello(f);
    fclose(f);
    return at;
}

static void test_what_a_stream_may_do(void)
{
    FILE *f = fopen(path, "w");
    CHECK(__fwritable(f) != 0 && __freadable(f) == 0 && __fwriting(f) != 0 && __freading(f) == 0);
    fclose(f);
    f = fopen(path, "r");
    CHECK(__fwritable(f) == 0 && __freadable(f) != 0 && __fwriting(f) == 0 && __freading(f) != 0);
    fclose(f);
    f = fopen(path, "r+");
    CHECK(__fwritable(f) != 0 && __freadable(f) != 0 && __fwriting(f) == 0 && __freading(f) == 0);
    CHECK(fputs("abc", f) >= 0 && __fwriting(f) != 0 && __freading(f) == 0);
    rewind(f);
    CHECK(getc(f) == 'a' && __freading(f) != 0 && __fwriting(f) == 0);
    fclose(f);
}

static void test_buffer(void)
{
    static char buffer[4000];
    FILE *f = fopen(path, "w");
    CHECK(setvbuf(f, buffer, _IOFBF, sizeof buffer) == 0);
    CHECK_IS(__fpending(f), 0);
    CHECK(fputs("twelve bytes", f) >= 0);
    CHECK_IS(__fpending(f), 12);
    CHECK(__flbf(f) == 0 && __fbufsize(f) >= 3900 && __fbufsize(f) <= 4000);
    CHECK(fflush(f) == 0);
    CHECK_IS(__fpending(f), 0);
    fclose(f);
    f = fopen(path, "w");
    CHECK(setvbuf(f, NULL, _IOLBF, BUFSIZ) == 0 && __flbf(f) != 0);
    fclose(f);
}

/* What is pending is not written; what was read ahead is not read. */
static void test_purge(void)
{
    FILE *f = fopen(path, "w");
    CHECK(fputs("kept", f) >= 0 && fflush(f) == 0 && fputs("forgotten", f) >= 0);
    __fpurge(f);
    CHECK_IS(__fpending(f), 0);
    CHECK(fputs("!", f) >= 0 && fclose(f) == 0);
    CHECK_IS(size(), 5);

    f = fopen(path, "r");
    CHECK(getc(f) == 'k' && ungetc('x', f) == 'x');
    __fpurge(f);
    CHECK_IS(getc(f), EOF); /* all five bytes had been read ahead */
    CHECK(feof(f) != 0);
    fclose(f);
}

static void test_flush_lines(void)
{
    FILE *f = fopen(path, "w");
    CHECK(setvbuf(f, NULL, _IOLBF, BUFSIZ) == 0 && fputs("half a line", f) >= 0);
    CHECK_IS(size(), 0);
    _flushlbf();
    CHECK_IS(size(), 11);
    CHECK(setvbuf(f, NULL, _IOFBF, BUFSIZ) == 0 && fputs("in a block", f) >= 0);
    _flushlbf();
    CHECK_IS(size(), 11);
    CHECK(fclose(f) == 0);
    CHECK_IS(size(), 21);
}

static void *write_a_byte(void *stream)
{
    return putc('x', stream) == 'x' ? stream : NULL;
}

/* While one thread holds the stream's lock another one's call goes on only where the callers do the locking. */
static void test_locking(void)
{
    FILE *f = fopen(path, "w");
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    CHECK_IS(__fsetlocking(f, FSETLOCKING_BYCALLER), FSETLOCKING_INTERNAL);
    CHECK_IS(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_BYCALLER);
    flockfile(f);
    CHECK_IS(pthread_create(&thread, NULL, write_a_byte, f), 0);
    CHECK(pthread_join(thread, &result) == 0 && result == f);
    funlockfile(f);
    CHECK_IS(__fsetlocking(f, FSETLOCKING_INTERNAL), FSETLOCKING_BYCALLER);
    CHECK_IS(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    CHECK(putc('y', f) == 'y' && ftrylockfile(f) == 0);
    funlockfile(f);
    CHECK(fclose(f) == 0);
    CHECK_IS(size(), 2);
}

#ifndef __GLIBC__
static void test_read_ahead(void)
{
    FILE *f = fopen(path, "w+");
    size_t n = 99;
    CHECK(fputs("0123456789", f) >= 0);
    CHECK_IS(__freadahead(f), 0);
    CHECK(__freadptr(f, &n) == NULL && n == 99);
    rewind(f);
    CHECK(__freadahead(f) == 0 && getc(f) == '0');
    CHECK_IS(__freadahead(f), 9);
    const char *ahead = __freadptr(f, &n);
    CHECK(ahead && n == 9 && memcmp(ahead, "123456789", 9) == 0);
    __freadptrinc(f, 3);
    CHECK(__freadahead(f) == 6 && ftell(f) == 4 && getc(f) == '4');
    CHECK(ungetc('z', f) == 'z');
    ahead = __freadptr(f, &n);
    CHECK(__freadahead(f) == 6 && ahead && *ahead == 'z' && n >= 1);
    __freadptrinc(f, n);
    CHECK(ferror(f) == 0);
    __fseterr(f);
    CHECK(ferror(f) != 0);
    clearerr(f);
    CHECK(ferror(f) == 0 && fclose(f) == 0);
}
#endif

int main(void)
{
    int fd = mkstemp(path);
    CHECK(fd >= 0 && close(fd) == 0);
    test_what_a_stream_may_do();
    test_buffer();
    test_purge();
    test_flush_lines();
    test_locking();
#ifndef __GLIBC__
    test_read_ahead();
#endif
    unlink(path);
    return posix_end();
}
