#!/bin/sh
# Upstream's tests: the manual's examples (checks/), and gnulib's tests of the library below; locales that are not there leave themselves out.
. /host/gnu-tests.sh
mkdir -p /tmp/m4/obj /tmp/m4/src
cp -R /host/tests/checks /host/tests/examples /host/tests/build-aux /tmp/m4/
cd /tmp/m4/checks || exit 1
status=0
# 198: where a process is killed, dash says so on standard error.
sh ./check-them -I ../examples $(ls | grep '^[0-9]*\.' | grep -v '^198') >/tmp/checks.log 2>&1 </dev/null || status=1
grep -c '^Checking' /tmp/checks.log
[ "$status" = 0 ] || tail -n 30 /tmp/checks.log

# The programs look for ../../src/tests.
cp -R /host/tests/source /tmp/m4/obj/tests
cp /host/tests/programs/* /tmp/m4/obj/tests/
ln -s ../obj/tests /tmp/m4/src/tests
export EXEEXT='' MAKE=make LOCALE_FR=none LOCALE_FR_UTF8=none LOCALE_JA=none LOCALE_TR_UTF8=none LOCALE_ZH_CN=none
# test-localename: gnulib asks a locale for its name on the systems on its list only, and the test does not expect to get none.
# shellcheck disable=SC2046 # a list of names
GNU_TOP=/tmp/m4 gnu_tests /tmp/m4/obj/tests 'test-localename' $(cat /host/tests/programs/list) && [ "$status" = 0 ]
