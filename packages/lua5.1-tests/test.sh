#!/bin/sh
# The official suite, "with the usual flags": paths and the initial chunk as its README asks.
set -e
cp -R /host/tests/suite /tmp/suite
cd /tmp/suite
ln -s /bin/lua5.1 /tmp/lua
status=0
LUA_PATH='./?.lua;;' LUA_INIT="package.path = '?;'..package.path" /tmp/lua all.lua >/tmp/log 2>&1 || status=$?
grep '>>>' /tmp/log | sort -u
[ $status = 0 ] && grep -q '^final OK' /tmp/log || { tail -n 40 /tmp/log; exit 1; }
echo 'lua5.1-tests: final OK'
