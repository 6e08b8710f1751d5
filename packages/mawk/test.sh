#!/bin/sh
# Upstream's two tests: the language, and floating-point exceptions.
cp -R /host/tests/test /tmp/test
ln -s /bin/mawk /tmp/mawk
ln -s /host/tests/examples /tmp/examples
cd /tmp/test || exit 1
sh mawktest >log 2>&1 </dev/null
cat log
case $(tail -n 1 log) in 'tested '*' OK') ;; *) exit 1 ;; esac
printf 'function f(n) { return n < 2 ? n : f(n-1) + f(n-2) } BEGIN { printf "%%d %%s %%.3f\\n", f(15), toupper("x"), exp(1); exit 4 }\n' >p.awk
[ "$(awk -f p.awk; echo $?)" = '610 X 2.718
4' ]
