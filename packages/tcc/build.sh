#!/bin/sh
# One compilation makes the compiler. Its run-time library gets clang's built-in functions as well, which libc.a was compiled for,
# and root/ is what a C compiler needs beside it: the headers of libc, libc.a without debug information, crt0.o.
defines='-DTCC_VERSION="0.9.27" -DTCC_TARGET_X86_64 -DCONFIG_TCC_STATIC -DCONFIG_TCCBOOT -DCONFIG_TCCDIR="/usr/lib/tcc" -DCONFIG_LDDIR="lib" -DCONFIG_TCC_SYSINCLUDEPATHS="/usr/include:{B}/include"'
if [ ! -e tcc.o ]; then
    : >config.h
    echo "$defines" | sed 's/-D\([A-Z0-9_]*\)=\([^ ]*\)/\n#define \1 \2/g; s/-D\([A-Z0-9_]*\)/\n#define \1 1/g' >config.h
    "$CC" $CFLAGS -w -fno-strict-aliasing -I. -I"$SRC" -DONE_SOURCE=1 -o tcc.o -c "$SRC/tcc.c"
    "$CC" -O2 -w -c "$SRC/lib/libtcc1.c" "$SRC/lib/va_list.c"
    "$CC" -c "$SRC/lib/alloca86_64.S"
fi
"$CC" -o tcc tcc.o -lm -lpthread
rm -rf root builtins
mkdir -p root/lib/tcc/include builtins
(cd builtins && "$AR" x "$SDK/lib/libbuiltins.a" && "$SDK/bin/dyad-strip" --strip-debug *.o)
"$AR" rc root/lib/tcc/libtcc1.a libtcc1.o va_list.o alloca86_64.o builtins/*.o
cp -RL "$SDK/include" root/include
cp "$SRC"/include/*.h "$RECIPE"/include/*.h root/lib/tcc/include/
cp "$SDK"/lib/*.a root/lib/
"$SDK/bin/dyad-strip" --strip-debug -o root/lib/libc.a "$SDK/lib/libc.a"
"$SDK/bin/dyad-strip" --strip-debug -o root/lib/crt0.o "$SDK/lib/crt0.o"
printf '#!/bin/sh\nexec tcc -ar "$@"\n' >ar
printf '#!/bin/sh\nexit 0\n' >ranlib
