#!/bin/sh
# Debian's makefile wants libtool; the sources want only the name that Debian's build generates.
echo '#define DEB_HOST_MULTIARCH "x86_64-dyad"' >lua5.4-deb-multiarch.h
for source in "$SRC"/src/*.c; do
    object=$(basename "$source" .c).o
    [ -e "$object" ] || echo "$source"
done | xargs -r -P 2 -n 4 "$CC" $CFLAGS -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_POSIX -I. -c
rm -f liblua.a
"$AR" rc liblua.a $(ls *.o | grep -v '^luac*\.o$')
"$RANLIB" liblua.a
"$CC" -o lua lua.o liblua.a -lm
"$CC" -o luac luac.o liblua.a -lm
