#!/bin/sh
# Upstream's tests: its shell scripts. Those in perl are left out, and what wants other locales leaves itself out.
. /host/gnu-tests.sh
mkdir -p /tmp/grep/src
cp -R /host/tests/tests /tmp/grep/tests
ln -s /bin/grep /tmp/grep/src/grep
cd /tmp/grep || exit 1
# c-locale starts 1,500 processes.
export GNU_TOP=/tmp/grep GNU_TIMEOUT=600 built_programs=grep VERSION=3.8
# triple-backref: the flaw of gnulib's (and glibc's) regex that the test warns of. stack-overflow: gnulib has a list of systems on which it can tell that a fault is one of the stack; Dyad is not on it.
# shellcheck disable=SC2046 # a list of names
gnu_tests /tmp/grep/tests 'stack-overflow triple-backref' $(cd tests && grep -l '^#! */bin/sh' $(ls | grep -v '\.'))
