#!/bin/sh
# The manual's sentences, printed as the host's build of the same sources prints them; as source and compiled.
set -e
mkdir -p /tmp/lua
cd /tmp/lua
cp /host/tests/manual.lua .
lua manual.lua /tmp/lua >printed
diff -u /host/tests/expected printed
luac -o manual.luac manual.lua
lua manual.luac /tmp/lua | cmp - printed
printf 'print(_VERSION, ...)\n' | lua - a b | grep -q '^Lua 5.4	a	b$'
[ "$(lua -e 'x = 7' -i </dev/null 2>&1 | head -n 1 | cut -c 1-7)" = 'Lua 5.4' ]
status=0
lua -e 'os.exit(3, true)' || status=$?
[ $status = 3 ]
echo "lua: $(wc -l <printed) lines as on the host"
