/* library.c: search.h, ftw.h, fenv.h, complex.h, the text of Internet addresses, getaddrinfo, syslog, confstr and sysconf. */
#include <arpa/inet.h>
#include <complex.h>
#include <ctype.h>
#include <fcntl.h>
#include <fenv.h>
#include <ftw.h>
#include <locale.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <search.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>
#include "tests/posix/posix_test.h"

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int last_visited, in_order;

static void visit(const void *node, VISIT order, int depth)
{
    int number = **(int *const *)node;
    (void)depth;
    if (order == postorder || order == leaf) {
        in_order &= number > last_visited;
        last_visited = number;
    }
}

static void test_trees(void)
{
    static int numbers[200];
    void *root = NULL;
    for (int i = 0; i < 200; i++) {
        numbers[i] = i * 37 % 200 + 1;
        CHECK(**(int **)tsearch(&numbers[i], &root, compare) == numbers[i]);
    }
    in_order = 1;
    twalk(root, visit);
    CHECK(in_order && last_visited == 200);
    CHECK(tfind(&(int){201}, &root, compare) == NULL);
    for (int i = 0; i < 200; i++)
        CHECK(tdelete(&numbers[i], &root, compare) != NULL);
    CHECK(root == NULL);
}

static void test_hash_tables(void)
{
    static char keys[100][8];
    CHECK(hcreate(100) != 0);
    for (long i = 0; i < 100; i++) {
        snprintf(keys[i], sizeof keys[i], "k%ld", i);
        CHECK(hsearch((ENTRY){keys[i], (void *)i}, ENTER) != NULL);
    }
    CHECK((long)hsearch((ENTRY){.key = "k77"}, FIND)->data == 77);
    CHECK(hsearch((ENTRY){.key = "nobody"}, FIND) == NULL);
    hdestroy();
}

static void test_linear_search(void)
{
    int table[4] = {3, 1, 2};
    size_t count = 3;
    CHECK(lfind(&(int){2}, table, &count, sizeof *table, compare) == table + 2);
    CHECK(lfind(&(int){9}, table, &count, sizeof *table, compare) == NULL);
    CHECK(lsearch(&(int){9}, table, &count, sizeof *table, compare) == table + 3 && count == 4);
}

static int files, folders, after;

static int count_entry(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    files += type == FTW_F;
    folders += type == FTW_D;
    after += type == FTW_DP;
    CHECK(path[place->base - 1] == '/' || place->base == 0);
    return strcmp(path + place->base, "stop") == 0 ? 77 : 0;
}

static void make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    CHECK(fd >= 0);
    close(fd);
}

static void test_file_trees(void)
{
    char folder[] = "/tmp/posix-ftw-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    CHECK_IS(chdir(folder), 0);
    CHECK_IS(mkdir("sub", 0700), 0);
    make_file("one");
    make_file("sub/two");
    CHECK_IS(nftw(folder, count_entry, 5, FTW_PHYS), 0);
    CHECK(files == 2 && folders == 2 && after == 0);
    files = folders = 0;
    CHECK_IS(nftw(folder, count_entry, 5, FTW_PHYS | FTW_DEPTH), 0);
    CHECK(files == 2 && folders == 0 && after == 2);
    make_file("sub/stop");
    CHECK_IS(nftw(folder, count_entry, 5, FTW_PHYS), 77);
    CHECK_ERROR(nftw("/tmp/posix-nothing-there", count_entry, 5, 0), ENOENT);
    unlink("sub/stop");
    unlink("sub/two");
    unlink("one");
    rmdir("sub");
    chdir("/");
    rmdir(folder);
}

static void test_floating_point_environment(void)
{
    volatile double one = 1, three = 3, zero = 0;
    feclearexcept(FE_ALL_EXCEPT);
    volatile double quotient = one / three;
    CHECK(fetestexcept(FE_INEXACT) && !fetestexcept(FE_DIVBYZERO));
    quotient = one / zero;
    CHECK(isinf(quotient) && fetestexcept(FE_DIVBYZERO));
    CHECK_IS(fesetround(FE_UPWARD), 0);
    double up = one / three;
    CHECK_IS(fegetround(), FE_UPWARD);
    CHECK_IS(fesetround(FE_TONEAREST), 0);
    CHECK(up > one / three);
    CHECK_IS(fesetround(12345), fesetround(12345));
    CHECK(fesetround(12345) != 0);
}

static void test_complex_numbers(void)
{
    double complex root = csqrt(-4);
    CHECK(fabs(creal(root)) < 1e-15 && fabs(cimag(root) - 2) < 1e-15);
    CHECK(cabs(cexp(I * acos(-1)) + 1) < 1e-15);
    CHECK(fabs(cabsf(3 + 4 * I) - 5) < 1e-6);
    CHECK(carg(-1) > 3.14 && cimag(conj(1 + I)) == -1);
}

static void test_addresses_as_text(void)
{
    struct in_addr v4;
    struct in6_addr v6;
    char text[INET6_ADDRSTRLEN];
    CHECK_IS(inet_pton(AF_INET, "127.0.0.1", &v4), 1);
    CHECK_IS(ntohl(v4.s_addr), INADDR_LOOPBACK);
    CHECK_IS(inet_pton(AF_INET, "1.2.3", &v4), 0);
    CHECK_IS(inet_pton(AF_INET, "256.1.1.1", &v4), 0);
    CHECK_IS(inet_pton(AF_INET6, "fe80::1:2", &v6), 1);
    CHECK(strcmp(inet_ntop(AF_INET6, &v6, text, sizeof text), "fe80::1:2") == 0);
    CHECK_IS(inet_pton(AF_INET6, "1::2::3", &v6), 0);
    CHECK(inet_ntop(AF_INET6, &v6, text, 3) == NULL && errno == ENOSPC);
    CHECK_ERROR(inet_pton(12345, "1", &v4), EAFNOSUPPORT);
    CHECK_IS(inet_addr("not an address"), (in_addr_t)-1);
}

static void test_numeric_names_need_no_network(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list = NULL;
    char node[64], service[32];
    CHECK_IS(getaddrinfo("10.1.2.3", "80", &hints, &list), 0);
    CHECK_IS(list->ai_family, AF_INET);
    CHECK_IS(ntohs(((struct sockaddr_in *)list->ai_addr)->sin_port), 80);
    CHECK(list->ai_next == NULL);
    CHECK_IS(getnameinfo(list->ai_addr, list->ai_addrlen, node, sizeof node, service,
                         sizeof service, NI_NUMERICHOST | NI_NUMERICSERV),
             0);
    CHECK(strcmp(node, "10.1.2.3") == 0 && strcmp(service, "80") == 0);
    freeaddrinfo(list);
    CHECK_IS(getaddrinfo("no.address", NULL, &hints, &list), EAI_NONAME);
    CHECK_IS(getaddrinfo(NULL, NULL, &hints, &list), EAI_NONAME);
    hints.ai_family = 9999;
    CHECK_IS(getaddrinfo("10.1.2.3", NULL, &hints, &list), EAI_FAMILY);
    CHECK(strlen(gai_strerror(EAI_NONAME)) > 0);
}

static void test_configuration(void)
{
    char path[200];
    size_t length = confstr(_CS_PATH, NULL, 0);
    CHECK(length > 1 && confstr(_CS_PATH, path, sizeof path) == length &&
          strlen(path) == length - 1);
    errno = 0;
    CHECK(confstr(99999, NULL, 0) == 0 && errno == EINVAL);
    CHECK(sysconf(_SC_PAGESIZE) >= 4096 && sysconf(_SC_VERSION) >= 200809L);
    errno = 0;
    CHECK(sysconf(_SC_TRACE) <= 0 && errno == 0);
    CHECK_ERROR(sysconf(99999), EINVAL);
    CHECK_IS(setlogmask(LOG_UPTO(LOG_ERR)), 0xff);
    syslog(LOG_DEBUG, "masked out");
    CHECK_IS(setlogmask(0), LOG_UPTO(LOG_ERR));
}

static void test_functions_with_a_locale(void)
{
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    wchar_t wide[4];
    CHECK(locale != (locale_t)0);
    for (int c = 0; c < 128; c++)
        CHECK(!isalpha_l(c, locale) == !isalpha(c) && toupper_l(c, locale) == toupper(c));
    CHECK(iswdigit_l(L'7', locale) && !iswdigit_l(L'x', locale) &&
          towlower_l(L'Q', locale) == L'q');
    CHECK(wcscasecmp_l(L"aBc", L"AbC", locale) == 0 &&
          wcsncasecmp_l(L"aBc", L"AbX", 2, locale) == 0);
    CHECK(wcpncpy(wide, L"ab", 4) == wide + 2 && wide[3] == 0);
    CHECK(wcpncpy(wide, L"abcdef", 4) == wide + 4);
    freelocale(locale);
}

static void test_thread_attributes(void)
{
    pthread_attr_t attr;
    pthread_barrierattr_t barrier;
    int value = -1;
    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_getinheritsched(&attr, &value), 0);
    CHECK_IS(value, PTHREAD_INHERIT_SCHED);
    CHECK_IS(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
    CHECK_IS(pthread_attr_getinheritsched(&attr, &value), 0);
    CHECK_IS(value, PTHREAD_EXPLICIT_SCHED);
    CHECK_IS(pthread_attr_getschedpolicy(&attr, &value), 0);
    CHECK_IS(value, SCHED_OTHER);
    pthread_attr_destroy(&attr);
    CHECK_IS(pthread_barrierattr_init(&barrier), 0);
    CHECK_IS(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED), 0);
    CHECK_IS(pthread_barrierattr_getpshared(&barrier, &value), 0);
    CHECK_IS(value, PTHREAD_PROCESS_SHARED);
    CHECK_IS(pthread_barrierattr_setpshared(&barrier, 99), EINVAL);
    pthread_barrierattr_destroy(&barrier);
}

int main(void)
{
    test_functions_with_a_locale();
    test_thread_attributes();
    test_trees();
    test_hash_tables();
    test_linear_search();
    test_file_trees();
    test_floating_point_environment();
    test_complex_numbers();
    test_addresses_as_text();
    test_numeric_names_need_no_network();
    test_configuration();
    return posix_end();
}
