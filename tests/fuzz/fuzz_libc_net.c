/*
 * fuzz_libc_net.c: addresses as text, against the host's; and the files of names: hosts, services, protocols, networks, passwd and
 * group made of the input, read through every call. Each entry is made of words of the file, nothing stays open or allocated.
 */
#include <arpa/inet.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

#include "libc/fuzz_libc.h"

DY(inet_pton);
DY(inet_ntop);
DY(inet_aton);
DY(inet_addr);
DY(getaddrinfo);
DY(freeaddrinfo);
DY(getnameinfo);
DY(gethostbyname);
DY(gethostbyaddr);
DY(gethostent);
DY(endhostent);
DY(getservbyname);
DY(getservbyport);
DY(endservent);
DY(getprotobyname);
DY(endprotoent);
DY(getnetbyname);
DY(endnetent);
DY(getpwnam_r);
DY(getpwuid_r);
DY(getpwent);
DY(endpwent);
DY(getgrnam_r);
DY(getgrgid_r);
DY(getgrent);
DY(endgrent);
DY(getgrouplist);

enum { TEXT_ROOM = 100, NAME_ROOM = 40 };

/* The host's inet_aton takes anything behind white space; so does ours. Numbers and dots are the same for both. */
static void addresses(const char *text)
{
    for (int family = AF_INET; family <= AF_INET6; family += AF_INET6 - AF_INET) {
        unsigned char a[16] = {0}, b[16] = {0};
        char shown[INET6_ADDRSTRLEN], host_shown[INET6_ADDRSTRLEN];
        int ours = dy_inet_pton(family, text, a), theirs = inet_pton(family, text, b);
        if (ours != theirs || (ours == 1 && memcmp(a, b, sizeof a) != 0))
            FAIL("inet_pton(%d, %s): ours %d, the host's %d", family,
                 fuzz_quoted(text, strlen(text)), ours, theirs);
        if (ours != 1)
            continue;
        EXPECT(dy_inet_ntop(family, a, shown, sizeof shown) == shown &&
               inet_ntop(family, a, host_shown, sizeof host_shown));
        /* ::a.b.c.d is a form that RFC 5952 has given up; the host still writes it. */
        static const unsigned char zeros[12];
        if (strcmp(shown, host_shown) != 0 && !(family == AF_INET6 && memcmp(a, zeros, 12) == 0))
            FAIL("inet_ntop of %s: ours %s, the host's %s", text, shown, host_shown);
        EXPECT(!dy_inet_ntop(family, a, shown, (socklen_t)strlen(shown)) && errno == ENOSPC);
    }
    struct in_addr a = {0}, b = {0};
    int ours = dy_inet_aton(text, &a), theirs = inet_aton(text, &b);
    /* The host ends at white space and ours at the end only; the host's numbers may be longer than 32 bits. */
    if (!strpbrk(text, " \t\n\v\f\r+-") && strlen(text) < 40 &&
        (!ours != !theirs || (ours && a.s_addr != b.s_addr)))
        FAIL("inet_aton(%s): ours %d %x, the host's %d %x", fuzz_quoted(text, strlen(text)), ours,
             a.s_addr, theirs, b.s_addr);
}

static void resolve(struct input *in, const char *node, const char *service)
{
    struct addrinfo hints = {.ai_flags = (int)input_bytes(in, 2),
                             .ai_family = input_byte(in) % 3 * 5 % 11 * 2,
                             .ai_socktype = input_byte(in) % 4,
                             .ai_protocol = input_byte(in) % 2 * 6};
    struct addrinfo *list = NULL;
    char host[NI_MAXHOST], port[32];
    if (dy_getaddrinfo(*node ? node : NULL, *service ? service : NULL,
                       input_byte(in) & 1 ? &hints : NULL, &list) != 0)
        return;
    EXPECT(list);
    for (struct addrinfo *a = list; a; a = a->ai_next) {
        EXPECT((a->ai_family == AF_INET && a->ai_addrlen == sizeof(struct sockaddr_in)) ||
               (a->ai_family == AF_INET6 && a->ai_addrlen == sizeof(struct sockaddr_in6)));
        EXPECT(a->ai_socktype == SOCK_STREAM || a->ai_socktype == SOCK_DGRAM);
        EXPECT(!a->ai_canonname || strlen(a->ai_canonname) <= NI_MAXHOST);
        int flags = (int)input_byte(in);
        dy_getnameinfo(a->ai_addr, a->ai_addrlen, host, input_byte(in), port,
                       input_byte(in) % sizeof port, flags);
    }
    dy_freeaddrinfo(list);
}

static size_t touch(char *const *names)
{
    size_t n = 0, bytes = 0;
    for (; names[n]; n++)
        bytes += strlen(names[n]);
    EXPECT(n < 1000);
    return bytes;
}

static void walk(const char *name)
{
    int count = 0;
    for (struct hostent *h; (h = dy_gethostent()) != NULL && count < 1000; count++)
        EXPECT(strlen(h->h_name) + touch(h->h_aliases) < 2000 && h->h_addr_list[0] &&
               (h->h_length == 4 || h->h_length == 16));
    struct hostent *h = dy_gethostbyname(name);
    if (h)
        dy_gethostbyaddr(h->h_addr_list[0], (socklen_t)h->h_length, h->h_addrtype);
    dy_endhostent();
    struct servent *s = dy_getservbyname(name, count & 1 ? "tcp" : NULL);
    if (s)
        EXPECT(touch(s->s_aliases) < 2000 && dy_getservbyport(s->s_port, s->s_proto));
    dy_endservent();
    struct protoent *p = dy_getprotobyname(name);
    EXPECT(!p || touch(p->p_aliases) < 2000);
    dy_endprotoent();
    struct netent *n = dy_getnetbyname(name);
    EXPECT(!n || touch(n->n_aliases) < 2000);
    dy_endnetent();
}

static void users(struct input *in, const char *name)
{
    size_t room = input_bytes(in, 2) % 3000;
    char *buf = malloc(room + !room);
    struct passwd pw, *found = NULL;
    struct group gr, *group = NULL;
    int error = dy_getpwnam_r(name, &pw, buf, room, &found);
    EXPECT(error == 0 || (error == ERANGE && !found));
    if (found) {
        EXPECT(found == &pw && strcmp(pw.pw_name, name) == 0 &&
               strlen(pw.pw_shell) + strlen(pw.pw_dir) < room);
        uid_t uid = pw.pw_uid;
        EXPECT(dy_getpwuid_r(uid, &pw, buf, room, &found) == 0 && found && pw.pw_uid == uid);
    }
    error = dy_getgrnam_r(name, &gr, buf, room, &group);
    EXPECT(error == 0 || (error == ERANGE && !group));
    if (group) {
        EXPECT(group == &gr && strcmp(gr.gr_name, name) == 0 && touch(gr.gr_mem) < room);
        gid_t gid = gr.gr_gid;
        EXPECT(dy_getgrgid_r(gid, &gr, buf, room, &group) == 0 && group && gr.gr_gid == gid);
    }
    for (int i = 0; i < 100 && (found = dy_getpwent()) != NULL; i++)
        EXPECT(*found->pw_name && strlen(found->pw_shell) < 3000);
    dy_endpwent();
    for (int i = 0; i < 100 && (group = dy_getgrent()) != NULL; i++)
        EXPECT(*group->gr_name && touch(group->gr_mem) < 3000);
    dy_endgrent();
    gid_t list[4] = {0};
    int count = 4;
    int listed = dy_getgrouplist(name, 77, list, &count);
    EXPECT(list[0] == 77 && (listed < 0 ? count > 4 : listed == count && count <= 4));
    free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"/etc/hosts",    "/etc/services", "/etc/protocols",
                                        "/etc/networks", "/etc/passwd",   "/etc/group"};
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    if (mode & 1) {
        char *text = input_string(&in, TEXT_ROOM);
        addresses(text);
        free(text);
        return 0;
    }
    char *name = input_string(&in, NAME_ROOM), *service = input_string(&in, NAME_ROOM);
    struct input choices = {in.at, in.at + (in.end - in.at < 12 ? in.end - in.at : 12)};
    in.at = choices.end;
    /* Lines longer than any room as well. */
    size_t bytes = (size_t)(in.end - in.at), filler = mode & 2 ? 900 + (mode >> 3) * 60 : 0;
    char *file = malloc(bytes + filler + 1);
    memset(file, 'x', filler);
    memcpy(file + filler, in.at, bytes);
    for (int i = 0; i < 6; i++)
        fuzz_file(paths[i], file, bytes + filler);
    if (mode & 4)
        users(&choices, name);
    else {
        walk(name);
        resolve(&choices, name, service);
    }
    EXPECT(fuzz_files_closed());
    for (int i = 0; i < 6; i++)
        fuzz_file(paths[i], NULL, 0);
    free(file);
    free(name);
    free(service);
    return 0;
}
