#!/bin/sh
# sqlite's makefile puts the single source file together (with tclsh and two programs of the host); then it is one compilation.
[ -e Makefile ] || CC="$HOSTCC" BUILD_CC="$HOSTCC" CONFIG_SITE= "$SRC/configure" --disable-tcl --disable-readline --disable-shared
[ -e shell.c ] && [ -e sqlite3.c ] || make BCC="$HOSTCC -O1 -w" sqlite3.h sqlite3.c shell.c
options='-DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_FTS5
    -DSQLITE_ENABLE_RTREE -DHAVE_USLEEP=1 -DSQLITE_DQS=0'
[ -e sqlite3.o ] || "$CC" $CFLAGS -w $options -I. -c sqlite3.c
[ -e shell.o ] || "$CC" $CFLAGS -w $options -I. -c shell.c
rm -f libsqlite3.a
"$AR" rc libsqlite3.a sqlite3.o
"$CC" -o sqlite3 shell.o libsqlite3.a -lm -lpthread
