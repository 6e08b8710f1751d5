#!/bin/sh
# An autoconf configure script with gnulib's checks inside Dyad, make with tcc, and what comes out does what the cross-built program does.
set -e
cp -R /host/tests/hello /tmp/hello
find /tmp/hello -type f -exec touch -d @1000000000 {} +
cd /tmp/hello
start=$(date +%s)
CONFIG_SHELL=/bin/sh CC=cc LD=cc sh ./configure --build=x86_64-unknown-dyad --disable-nls --disable-dependency-tracking >configure.log 2>&1 || { tail -n 30 configure.log config.log; exit 1; }
echo "configure: $(($(date +%s) - start)) s, $(grep -c '^checking' configure.log) checks"
grep -q '^#define HAVE_MBRTOWC 1' config.h
start=$(date +%s)
make >make.log 2>&1 || { tail -n 30 make.log; exit 1; }
echo "make: $(($(date +%s) - start)) s"
for arguments in '' '--traditional' '--greeting=Dyad' '--version'; do
    ./hello $arguments >here
    /bin/hello $arguments | cmp - here
done
[ "$(./hello)" = 'Hello, world!' ]
echo 'hello: all right'
