#!/bin/sh
# Upstream's tests.
. /host/gnu-tests.sh
mkdir -p /tmp/diffutils/src
cp -R /host/tests/tests /tmp/diffutils/tests
for name in diff cmp diff3 sdiff; do ln -s /bin/$name /tmp/diffutils/src/$name; done
cd /tmp/diffutils || exit 1
export GNU_TOP=/tmp/diffutils VERSION=3.8 built_programs='cmp diff diff3 sdiff'
# shellcheck disable=SC2046 # a list of names
gnu_tests /tmp/diffutils/tests '' $(cd tests && grep -l '^#! */bin/sh' $(ls | grep -v '\.'))
