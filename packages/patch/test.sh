#!/bin/sh
# Upstream's tests, which are for bash. context-format and dash-o-append are upstream's own expected failures.
. /host/gnu-tests.sh
mkdir -p /tmp/patch/src
cp -R /host/tests/tests /tmp/patch/tests
ln -s /bin/patch /tmp/patch/src/patch
cd /tmp/patch || exit 1
export GNU_TOP=/tmp/patch PATCH=/bin/patch GNU_SHELL=/bin/bash
# shellcheck disable=SC2046 # a list of names
gnu_tests /tmp/patch/tests 'context-format dash-o-append' $(cd tests && ls | grep -v '\.\|^Makefile')
