/* ndbm.h: small data bases of keys and data (XSI), one file NAME.db each. */
#pragma once
#include <features.h>
#include <bits/types.h>
#define __need_size_t
#include <stddef.h>

#define DBM_INSERT  0 /* what is there stays */
#define DBM_REPLACE 1

typedef struct {
    void *dptr; /* NULL: there is none */
    size_t dsize;
} datum;

typedef struct __dbm DBM;

__BEGIN_DECLS
DBM *dbm_open(const char *__name, int __flags, mode_t __mode);
void dbm_close(DBM *__db);
/* What these give stays until the next call for the data base. */
datum dbm_fetch(DBM *__db, datum __key);
datum dbm_firstkey(DBM *__db);
datum dbm_nextkey(DBM *__db);
int dbm_store(DBM *__db, datum __key, datum __data, int __mode);
int dbm_delete(DBM *__db, datum __key);
int dbm_error(DBM *__db);
int dbm_clearerr(DBM *__db);
__END_DECLS
