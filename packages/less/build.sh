#!/bin/sh
# less' own configure, whose tests call undeclared functions; of ncurses only libtinfow is needed.
[ -e configure-done ] || {
    CFLAGS="$CFLAGS -Wno-implicit-function-declaration" CONFIG_SITE="$SDK/share/config.site" \
        sh "$SRC/configure" --host=x86_64-unknown-dyad --build=x86_64-pc-linux-gnu --prefix=/usr --sysconfdir=/etc
    touch configure-done
}
make -j2 less CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS"
