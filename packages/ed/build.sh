#!/bin/sh
# ed's configure is its own: it takes the compiler as an argument and tries nothing out.
[ -e Makefile ] || sh "$SRC/configure" --srcdir="$SRC" --prefix=/usr CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS"
make
