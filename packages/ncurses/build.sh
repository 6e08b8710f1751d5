#!/bin/sh
# ncurses' own configure and makefiles. The descriptions of the terminals are compiled by the host's tic (ncurses-bin), whose format is the same.
[ -e configure-done ] || {
    CONFIG_SITE="$SDK/share/config.site" CPPFLAGS='' "$SRC/configure" --host=x86_64-unknown-dyad --build=x86_64-pc-linux-gnu \
        --prefix=/usr --with-build-cc="$HOSTCC" --enable-widec --with-termlib --with-default-terminfo-dir=/usr/share/terminfo \
        --with-terminfo-dirs=/usr/share/terminfo --disable-db-install --disable-home-terminfo --without-shared --without-debug --without-cxx \
        --without-cxx-binding --without-ada --without-manpages --without-tests --without-panel --without-menu --without-form --without-dlsym \
        --disable-stripping --enable-pc-files=no --with-x11-rgb=no
    touch configure-done
}
for part in include ncurses 'progs tput'; do
    make -j2 CC="$CC" AR="$AR" RANLIB="$RANLIB" -C $part
done
[ -d terminfo ] || {
    rm -rf terminfo.new
    tic -x -o terminfo.new -e dumb,linux,screen,screen-256color,tmux,tmux-256color,vt100,vt220,xterm,xterm-256color "$SRC/misc/terminfo.src"
    mv terminfo.new terminfo
}
# What is installed is taken away before the next run; configure would not make these again.
mkdir -p out
for header in curses ncurses_dll term termcap unctrl; do cp include/$header.h out/; done
