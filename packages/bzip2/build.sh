#!/bin/sh
# bzip2 has no configure, and its makefile wants a shared library.
library='blocksort huffman crctable randtable compress decompress bzlib'
for name in $library bzip2; do
    [ -e $name.o ] || "$CC" $CFLAGS -w -D_FILE_OFFSET_BITS=64 -c "$SRC/$name.c"
done
cp "$SRC/bzlib.h" "$SRC"/sample*.ref "$SRC"/sample*.bz2 .
rm -f libbz2.a
"$AR" rc libbz2.a $(printf '%s.o ' $library)
"$RANLIB" libbz2.a
"$CC" -o bzip2 bzip2.o libbz2.a
