/* internal/tzfile.h: compiled time zones, the files of zic (RFC 9636). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "internal/tz.h"

/* Where names such as Europe/Berlin are looked up, and the zone of the system. */
#define ZONEINFO_FOLDER  "/usr/share/zoneinfo/"
#define ZONEINFO_DEFAULT "/etc/localtime"

/* A checked file: parts of its contents. Every index in them is in range, every name ends within `names`. */
struct tz_file {
    const unsigned char *times;   /* time_count big-endian numbers of 4 or 8 bytes, ascending */
    const unsigned char *indices; /* which type begins at each of them */
    const unsigned char *types;   /* type_count of 6 bytes: offset, dst, index of the name */
    const char *names;
    const char
        *footer; /* the TZ string for times after the last one, ended by a newline; NULL: none */
    size_t time_count, type_count, time_size;
};

/* Read the contents of a file; out borrows them. false: not such a file, or a damaged one. */
LIBC_HIDDEN bool __tzfile_parse(const void *contents, size_t size_bytes, struct tz_file *out);

/* The zone in force at t. *after says whether t is behind the last change, where the footer has the say. */
LIBC_HIDDEN struct tz_zone __tzfile_at(const struct tz_file *file, long long t, bool *after);

/* The zone with this dst in force nearest before t, or else first after it. false: there is none. */
LIBC_HIDDEN bool __tzfile_nearest(const struct tz_file *file, long long t, bool dst,
                                  struct tz_zone *out);

/*
 * The zone called name, a path or a name below ZONEINFO_FOLDER; NULL: there is none. Zones that were found stay, so that
 * their names (tm_zone) stay valid. errno is kept. Not for two threads at a time.
 */
LIBC_HIDDEN const struct tz_file *__tzfile_open(const char *name);
