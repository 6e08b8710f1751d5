#!/bin/sh
# Upstream's testsuite: its shell scripts. Those in perl are left out, and what wants locales leaves itself out.
. /host/gnu-tests.sh
mkdir -p /tmp/sed
cp -R /host/tests/testsuite /host/tests/init.cfg /tmp/sed/
export built_programs=sed VERSION=4.9
cd /tmp/sed || exit 1
mkdir sed && ln -s /bin/sed sed/sed
# As root every folder can be written to (panic-tests).
gnu_tests /tmp/sed panic-tests.sh testsuite/*.sh
