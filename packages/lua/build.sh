#!/bin/sh
# Debian's makefile wants libtool; the sources want only the name that Debian's build generates.
echo '#define DEB_HOST_MULTIARCH "x86_64-dyad"' >lua5.4-deb-multiarch.h
set -- -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_POSIX -I.
for source in "$SRC"/src/*.c; do
    object=$(basename "$source" .c).o
    [ -e "$object" ] || echo "$source"
done | xargs -r -P 2 -n 4 "$CC" $CFLAGS "$@" -c
rm -f liblua.a
"$AR" rc liblua.a $(ls *.o | grep -v '^luac*\.o$')
"$RANLIB" liblua.a
"$CC" -o lua lua.o liblua.a -lm
"$CC" -o luac luac.o liblua.a -lm
# For the test: what the same sources print on the host.
[ -e host-lua ] || "$HOSTCC" -O1 -w "$@" -o host-lua $(ls "$SRC"/src/*.c | grep -v '/luac\.c$') -lm
mkdir -p files
cp "$RECIPE/manual.lua" .
TZ=UTC ./host-lua manual.lua files >expected
