#!/bin/sh
# bc's makefile runs the bc that it has just built, to compile libmath.b. Here that is one for the host, which also writes down what upstream's
# tests print: the test inside Dyad compares with it.
if [ ! -e config.h ]; then
    for name in ERRNO_H FSTAT INTTYPES_H ISGRAPH LIMITS_H SETVBUF STDARG_H STDDEF_H STDINT_H STDLIB_H STRINGS_H STRING_H STRTOL \
        SYS_STAT_H SYS_TYPES_H UNISTD_H VPRINTF; do
        echo "#define HAVE_$name 1"
    done >config.h
    cat >>config.h <<'END'
#define VERSION "1.07.1"
#define PACKAGE "bc"
#define DC_VERSION "1.4.1"
#define BC_COPYRIGHT "Copyright 1991-1994, 1997, 1998, 2000, 2004, 2006, 2008, 2012-2017 Free Software Foundation, Inc."
#define DC_COPYRIGHT BC_COPYRIGHT
#define YYTEXT_POINTER 1
END
fi
flags="-O2 -w -std=gnu99 -D_GNU_SOURCE -DHAVE_CONFIG_H -I. -I$SRC/bc -I$SRC/h"
if [ ! -e expected ]; then
    mkdir -p host
    echo '{0}' >libmath.h
    bc="$SRC/bc/main.c $SRC/bc/bc.c $SRC/bc/scan.c $SRC/bc/execute.c $SRC/bc/load.c $SRC/bc/storage.c $SRC/bc/util.c
        $SRC/bc/warranty.c $SRC/bc/global.c $SRC/lib/number.c $SRC/lib/getopt.c $SRC/lib/getopt1.c"
    "$HOSTCC" $flags -o host/fbc $bc
    # What fix-libmath_h does with ed: every line a string, the last one out, a zero at the end.
    host/fbc -c "$SRC/bc/libmath.b" </dev/null |
        sed 's/$/",/; s/^/"/; 1s/^/{/' | sed '$d' | sed '$s/,$/,0}/' >host/libmath.h
    cp host/libmath.h .
    "$HOSTCC" $flags -o host/bc $bc
    mkdir -p host/expected
    for test in "$SRC"/Test/*.b "$SRC/Test/signum"; do
        name=$(basename "$test")
        case $name in signum) ;; *) host/bc -l "$test" </dev/null >"host/expected/$name" 2>&1 || true ;; esac
    done
    mv host/expected expected
fi
for source in "$SRC"/bc/*.c "$SRC"/dc/*.c "$SRC"/lib/number.c "$SRC"/lib/getopt*.c; do
    object=$(basename "$(dirname "$source")")-$(basename "$source" .c).o
    case $object in bc-sbc.o) continue ;; esac
    [ -e "$object" ] || "$CC" $CFLAGS $flags -o "$object" -c "$source"
done
"$CC" -o bc bc-*.o lib-*.o
"$CC" -o dc dc-*.o lib-*.o
