#!/bin/sh
# Upstream's tests: its shell scripts. Those in perl are left out, and what wants other locales leaves itself out.
. /host/gnu-tests.sh
cp -R /host/tests/tests /tmp/tests
cd /tmp || exit 1
# shellcheck disable=SC2046 # a list of names
gnu_tests /tmp/tests '' $(cd tests && grep -l '^#! */bin/sh' $(ls | grep -v '\.'))
