#!/bin/sh
# m4 with its own configure, and the programs of gnulib's tests that it carries in out/, with a list of them.
[ -e configure-done ] || {
    (cd "$SRC" && find . -type d ! -name '.*') | while read -r folder; do mkdir -p "$folder"; done
    CONFIG_SITE="$SDK/share/config.site" ../src/configure --host=x86_64-unknown-dyad --build=x86_64-pc-linux-gnu \
        --prefix=/usr --disable-nls --disable-dependency-tracking
    touch configure-done
}
make -j2 SUBDIRS='. lib src'
make -j2 -C tests check TESTS=
mkdir -p out
printf 'list:\n\t@echo $(TESTS)\n' >list.mk
make -s -C tests -f Makefile -f ../list.mk list >out/list
for program in tests/test-* tests/current-locale; do
    case $program in
    *.o | *.log | *.trs) ;;
    *.sh) cp "$program" out/ ;;
    *) dyad-strip -o "out/${program##*/}" "$program" ;;
    esac
done
