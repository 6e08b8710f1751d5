/* ar.h: the archive format of ar: a magic string, then members, each a struct ar_hdr and its data, padded to even. */
#pragma once

#define ARMAG  "!<arch>\n"
#define SARMAG 8
#define ARFMAG "`\n"

/* Text, left-justified, padded with blanks, without NULs. */
struct ar_hdr {
    char ar_name[16];
    char ar_date[12]; /* decimal, as are the user and the group */
    char ar_uid[6], ar_gid[6];
    char ar_mode[8]; /* octal */
    char ar_size[10];
    char ar_fmag[2]; /* ARFMAG */
};
