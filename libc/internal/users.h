/* internal/users.h: reading /etc/passwd and /etc/group. */
#pragma once
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include "internal/libc.h"

/* Split a line at colons into at most count fields, in place; the number of fields. */
LIBC_HIDDEN int __fields_split(char *line, char *fields[], int count);
/* Read lines into buf and give each to take until it returns non-zero: 1 found, or -errno. 0: none. */
LIBC_HIDDEN int __lines_find(const char *path, char *buf, size_t size,
                             int (*take)(char *line, void *context), void *context);
/* A user or group number; -1 when the text is none. */
LIBC_HIDDEN int __parse_id(const char *text, unsigned *out);

/* Parse a line in place: 0, or -1 when it is unsound. members: room for pointers, NULL-terminated. */
LIBC_HIDDEN int __passwd_parse(char *line, struct passwd *out);
LIBC_HIDDEN int __group_parse(char *line, struct group *out, char **members, size_t room);

#define PASSWD_FILE  "/etc/passwd"
#define GROUP_FILE   "/etc/group"
#define LINE_ROOM    2048
#define MEMBERS_ROOM 128
