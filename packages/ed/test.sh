#!/bin/sh
# Upstream's testsuite: scripts of commands with what they write, and scripts with errors.
mkdir /tmp/ed
cp -R /host/tests/testsuite /tmp/ed/
cd /tmp/ed || exit 1
ln -s /bin/ed ed
sh testsuite/check.sh /tmp/ed/testsuite 1.19 </dev/null || exit 1
cp testsuite/test.txt .
printf '1,$p\nq\n' | red -s test.txt | cmp - test.txt || exit 1
! printf '1,$p\nq\n' | red -s /tmp/ed/test.txt | cmp -s - test.txt # not outside the folder
