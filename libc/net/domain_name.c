/*
 * domain_name.c: names in messages of the Domain Name System: labels with their lengths before them, and pointers to
 * where the rest of a name has already been said (RFC 1035, 3.1 and 4.1.4).
 */
#include <resolv.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define POINTER       0xc0 /* the two high bits of a length */
#define LABEL_MAX     63
#define POINTER_RANGE 0x4000
#define LABELS_MAX    128 /* more do not fit into the 255 bytes of a name */

/* Follow a pointer at `at`; NULL when it leads out of the message. */
static const unsigned char *follow(const unsigned char *message, const unsigned char *end,
                                   const unsigned char *at)
{
    if (end - at < 2)
        return NULL;
    ptrdiff_t offset = (at[0] & ~POINTER) << 8 | at[1];
    return offset < end - message ? message + offset : NULL;
}

int dn_expand(const unsigned char *message, const unsigned char *end, const unsigned char *from,
              char *name, int size)
{
    const unsigned char *at = from;
    int used = 0, bytes = -1;
    /* Each turn takes a label or a pointer, so a ring of pointers ends with the message's length. */
    for (ptrdiff_t turns = end - message; turns > 0 && at && at < end; turns--) {
        int length = *at;
        if ((length & POINTER) == POINTER) {
            if (bytes < 0)
                bytes = (int)(at + 2 - from);
            at = follow(message, end, at);
            continue;
        }
        int wanted = length ? used + length + 1 : 1;
        if (length > LABEL_MAX || length >= end - at || wanted > size)
            return -1;
        if (length == 0) {
            name[used ? used - 1 : 0] = '\0'; /* in the place of the last dot */
            return bytes < 0 ? (int)(at + 1 - from) : bytes;
        }
        memcpy(name + used, at + 1, (size_t)length);
        used += length;
        name[used++] = '.';
        at += length + 1;
    }
    return -1;
}

int dn_skipname(const unsigned char *from, const unsigned char *end)
{
    const unsigned char *at = from;
    while (at < end) {
        if ((*at & POINTER) == POINTER)
            return end - at < 2 ? -1 : (int)(at + 2 - from);
        if (*at > LABEL_MAX)
            return -1;
        if (*at == 0)
            return (int)(at + 1 - from);
        at += *at + 1;
    }
    return -1;
}

/* Does the name at `at` in the message say the labels of text, which ends without a dot? */
static bool same_name(const unsigned char *message, const unsigned char *at, const char *text)
{
    for (int hops = 0; hops < LABELS_MAX;) {
        if ((*at & POINTER) == POINTER) {
            at = message + ((at[0] & ~POINTER) << 8 | at[1]);
            hops++;
            continue;
        }
        size_t length = strcspn(text, ".");
        if (*at != length || strncasecmp((const char *)at + 1, text, length) != 0)
            return false;
        if (length == 0)
            return true;
        at += length + 1;
        text += length + (text[length] == '.');
        hops++;
    }
    return false;
}

/* Where in the message are these labels already said? -> the offset, or -1. Names may end alike, so each end is looked at. */
static int find_name(unsigned char *const *names, const char *text)
{
    const unsigned char *message = names[0];
    for (unsigned char *const *name = names + 1; *name; name++) {
        const unsigned char *at = *name;
        while (*at && (*at & POINTER) != POINTER && at - message < POINTER_RANGE) {
            if (same_name(message, at, text))
                return (int)(at - message);
            at += *at + 1;
        }
    }
    return -1;
}

/* -> bytes put there, or -1. */
static int put_labels(const char *text, unsigned char *to, int size, unsigned char *const *names)
{
    int used = 0;
    while (*text) {
        int known = names && names[0] ? find_name(names, text) : -1;
        size_t length = strcspn(text, ".");
        if (known >= 0) {
            if (size - used < 2)
                return -1;
            to[used] = (unsigned char)(POINTER | known >> 8);
            to[used + 1] = (unsigned char)known;
            return used + 2;
        }
        if (length == 0 || length > LABEL_MAX || (int)length + 2 > size - used)
            return -1;
        to[used] = (unsigned char)length;
        memcpy(to + used + 1, text, length);
        used += (int)length + 1;
        text += length + (text[length] == '.');
    }
    if (size - used < 1)
        return -1;
    to[used] = 0;
    return used + 1;
}

int dn_comp(const char *name, unsigned char *to, int size, unsigned char **names,
            unsigned char **names_end)
{
    char text[MAXDNAME];
    size_t length = strnlen(name, sizeof text);
    if (length == sizeof text)
        return -1;
    memcpy(text, name, length + 1);
    if (length && text[length - 1] == '.') /* the root's, or that of a whole name */
        text[length - 1] = '\0';
    int bytes = put_labels(text, to, size, names);
    if (bytes > 1 && names && names[0] && (to[0] & POINTER) != POINTER) {
        unsigned char **last = names;
        while (*last)
            last++;
        if (last + 1 < names_end) {
            last[0] = to;
            last[1] = NULL;
        }
    }
    return bytes;
}
