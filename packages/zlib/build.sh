#!/bin/sh
# zlib's own configure, which is not autoconf's, and the programs of its test.
[ -e Makefile ] || {
    cp -R "$SRC"/. .
    CHOST=x86_64-dyad ./configure --static --prefix=/usr
}
make CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$CFLAGS -w -D_LARGEFILE64_SOURCE=1 -DHAVE_UNISTD_H=1" libz.a minigzip example
# Copies: what is installed is removed before it is made again.
mkdir -p out
cp zlib.h zconf.h out/
