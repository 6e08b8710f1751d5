#!/bin/sh
# Debian's source package has no configure, and its makefiles want the autotools: config.h is made from config.h.in
# with the names in packages/make/config, and the files of make_SRCS and of its own glob are compiled.
if [ ! -e config.h ]; then
    {
        for name in $(cat "$RECIPE/config"); do echo "#define $name 1"; done
        echo '#define MAKE_HOST "x86_64-unknown-dyad"'
        echo '#define PACKAGE "make"'
        echo '#define PATH_SEPARATOR_CHAR '"':'"
        echo '#define RETSIGTYPE void'
        echo '#define SCCS_GET "get"'
        echo '#define ST_MTIM_NSEC st_mtim.tv_nsec'
        echo '#define HAVE_DECL_BSD_SIGNAL 1'
        echo '#define VERSION "4.3"'
        for name in SYS_SIGLIST __SYS_SIGLIST STRERROR_R DLOPEN DLSYM GETDTABLESIZE; do
            echo "#define HAVE_DECL_$name 0"
        done
        sed '/^#undef/d' "$SRC/src/config.h.in"
    } >config.h
    cp "$SRC/lib/glob.in.h" glob.h
    cp "$SRC/lib/fnmatch.in.h" fnmatch.h
fi
for name in ar arscan commands default dep dir expand file function getopt getopt1 guile hash implicit job load loadapi \
    main misc output posixos read remake remote-stub rule signame strcache variable version vpath; do
    [ ! -e "$SRC/src/$name.c" ] || echo "src/$name"
done >sources
printf '%s\n' lib/glob lib/fnmatch lib/concat-filename lib/findprog-in lib/xconcat-filename lib/xalloc-die lib/exitfail lib/getloadavg lib/fd-hook >>sources
while read -r source; do
    object=$(basename "$source").o
    [ -e "$object" ] || printf '%s\n' "$SRC/$source.c"
done <sources | xargs -r -P 2 -n 8 "$CC" $CFLAGS -std=gnu99 -w -DHAVE_CONFIG_H -DLIBDIR='"/usr/lib"' \
    -DINCLUDEDIR='"/usr/include"' -DLOCALEDIR='"/usr/share/locale"' -I. -I"$SRC/src" -I"$SRC/lib" -c
"$CC" -o make *.o
