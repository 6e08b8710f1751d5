/* langinfo.h: nl_langinfo and its items. */
#pragma once
#include <features.h>
#include <bits/types.h>

#ifndef __DYAD_NL_ITEM
#define __DYAD_NL_ITEM
typedef int nl_item;
#endif

#define CODESET     0
#define RADIXCHAR   1
#define THOUSEP     2
#define YESEXPR     3
#define NOEXPR      4
#define CRNCYSTR    5
#define D_T_FMT     6
#define D_FMT       7
#define T_FMT       8
#define T_FMT_AMPM  9
#define AM_STR      10
#define PM_STR      11
#define ERA         12
#define ERA_D_FMT   13
#define ERA_D_T_FMT 14
#define ERA_T_FMT   15
#define ALT_DIGITS  16
#define DAY_1       20
#define DAY_2       21
#define DAY_3       22
#define DAY_4       23
#define DAY_5       24
#define DAY_6       25
#define DAY_7       26
#define ABDAY_1     27
#define ABDAY_2     28
#define ABDAY_3     29
#define ABDAY_4     30
#define ABDAY_5     31
#define ABDAY_6     32
#define ABDAY_7     33
#define MON_1       34
#define MON_2       35
#define MON_3       36
#define MON_4       37
#define MON_5       38
#define MON_6       39
#define MON_7       40
#define MON_8       41
#define MON_9       42
#define MON_10      43
#define MON_11      44
#define MON_12      45
#define ABMON_1     46
#define ABMON_2     47
#define ABMON_3     48
#define ABMON_4     49
#define ABMON_5     50
#define ABMON_6     51
#define ABMON_7     52
#define ABMON_8     53
#define ABMON_9     54
#define ABMON_10    55
#define ABMON_11    56
#define ABMON_12    57
#if __POSIX_VISIBLE >= 202405
/* In the nominative; no language here has two forms. */
#define ALTMON_1    MON_1
#define ALTMON_2    MON_2
#define ALTMON_3    MON_3
#define ALTMON_4    MON_4
#define ALTMON_5    MON_5
#define ALTMON_6    MON_6
#define ALTMON_7    MON_7
#define ALTMON_8    MON_8
#define ALTMON_9    MON_9
#define ALTMON_10   MON_10
#define ALTMON_11   MON_11
#define ALTMON_12   MON_12
#define ABALTMON_1  ABMON_1
#define ABALTMON_2  ABMON_2
#define ABALTMON_3  ABMON_3
#define ABALTMON_4  ABMON_4
#define ABALTMON_5  ABMON_5
#define ABALTMON_6  ABMON_6
#define ABALTMON_7  ABMON_7
#define ABALTMON_8  ABMON_8
#define ABALTMON_9  ABMON_9
#define ABALTMON_10 ABMON_10
#define ABALTMON_11 ABMON_11
#define ABALTMON_12 ABMON_12
#endif
#if __XSI_UNTIL_5
#define YESSTR 17
#define NOSTR  18
#endif

__BEGIN_DECLS
char *nl_langinfo(nl_item __item);
#if __POSIX_VISIBLE >= 200809
char *nl_langinfo_l(nl_item __item, locale_t __loc);
#endif
__END_DECLS
