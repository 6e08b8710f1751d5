/* strerror.c: the texts of the error numbers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "abi/error.h"
#include "internal/libc.h"

#define X(name, value, text) _Static_assert(E##name == value, "errno.h and abi/error.h disagree");
DYAD_ERROR_LIST(X)
#undef X

/* Those of errno.h that the system never gives. */
#define FOREIGN_LIST(X)                                           \
    X(ENONET, "Machine is not on the network")                    \
    X(EREMOTE, "Object is remote")                                \
    X(ECOMM, "Communication error on send")                       \
    X(ENOTUNIQ, "Name not unique on network")                     \
    X(EBADFD, "File descriptor in bad state")                     \
    X(ERESTART, "Interrupted system call should be restarted")    \
    X(EUSERS, "Too many users")                                   \
    X(ESOCKTNOSUPPORT, "Socket type not supported")               \
    X(EPFNOSUPPORT, "Protocol family not supported")              \
    X(ESHUTDOWN, "Cannot send after transport endpoint shutdown") \
    X(ETOOMANYREFS, "Too many references: cannot splice")         \
    X(EHOSTDOWN, "Host is down")                                  \
    X(EREMOTEIO, "Remote I/O error")                              \
    X(ENOMEDIUM, "No medium found")                               \
    X(EMEDIUMTYPE, "Wrong medium type")

/* The texts one after the other, each with its number: no pointers, so nothing to relocate. */
#define X(name, value, text) "\0" text
#define F(name, text)        "\0" text
static const char texts[] = "No error information" DYAD_ERROR_LIST(X) FOREIGN_LIST(F);
#undef X
#undef F
#define X(name, value, text) value,
#define F(name, text)        name,
static const unsigned char numbers[] = {DYAD_ERROR_LIST(X) FOREIGN_LIST(F)};
#undef X
#undef F

static const char *find_text(int errnum)
{
    if (errnum == 0)
        return "Success";
    const char *text = texts;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        text += strlen(text) + 1;
        if (numbers[i] == errnum)
            return text;
    }
    return NULL;
}

#define X(name, value, text) "\0E" #name
#define F(name, text)        "\0" #name
static const char names[] = "0" DYAD_ERROR_LIST(X) FOREIGN_LIST(F);
#undef X
#undef F

/* The GNU names: "ENOENT", and its text without a locale. */
const char *strerrorname_np(int errnum)
{
    const char *name = names;
    if (errnum == 0)
        return name;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        name += strlen(name) + 1;
        if (numbers[i] == errnum)
            return name;
    }
    return NULL;
}

const char *strerrordesc_np(int errnum)
{
    return find_text(errnum);
}

int strerror_r(int errnum, char *buf, size_t n)
{
    const char *text = find_text(errnum);
    char unknown[32];
    if (!text) {
        snprintf(unknown, sizeof unknown, "Unknown error %d", errnum);
        strlcpy(buf, unknown, n);
        return EINVAL;
    }
    return strlcpy(buf, text, n) < n ? 0 : ERANGE;
}

char *strerror(int errnum)
{
    static _Thread_local char unknown[32];
    const char *text = find_text(errnum);
    if (text)
        return (char *)text;
    strerror_r(errnum, unknown, sizeof unknown);
    return unknown;
}

char *strerror_l(int errnum, locale_t loc)
{
    (void)loc;
    return strerror(errnum);
}
