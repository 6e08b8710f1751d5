/* shadow.h: the passwords in /etc/shadow. */
#pragma once
#include <features.h>
#include <stdio.h>

#define SHADOW "/etc/shadow"

struct spwd {
    char *sp_namp, *sp_pwdp;
    long sp_lstchg, sp_min, sp_max, sp_warn, sp_inact, sp_expire; /* days; -1: not given */
    unsigned long sp_flag;
};

__BEGIN_DECLS
struct spwd *getspnam(const char *__name);
int getspnam_r(const char *__name, struct spwd *__sp, char *__buf, size_t __n, struct spwd **__out);
struct spwd *getspent(void);
void setspent(void);
void endspent(void);
struct spwd *fgetspent(FILE *__file);
struct spwd *sgetspent(const char *__text);
int putspent(const struct spwd *__sp, FILE *__file);
int lckpwdf(void);
int ulckpwdf(void);
__END_DECLS
