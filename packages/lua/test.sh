#!/bin/sh
# The interpreter, the compiler, and what they use of libc: numbers as text, files, processes, dates.
set -e
cd /tmp
cat >t.lua <<'END'
assert(1e15 == 10^15 and math.maxinteger + 1 == math.mininteger)
assert(string.format("%.17g %a %5.1f", 0.1, 1.5, 2.25) == "0.10000000000000001 0x1.8p+0   2.2")
assert(tonumber("0x1p4") == 16 and tostring(1e100) == "1e+100")
assert(os.date("!%Y-%m-%d %H:%M:%S", 86400) == "1970-01-02 00:00:00")
local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write("one\n", 2, "\n"); file:close()
local lines = {}
for line in io.lines(name) do lines[#lines + 1] = line end
assert(#lines == 2 and lines[2] == "2" and os.remove(name))
local pipe = assert(io.popen("echo from a pipe; exit 3"))
assert(pipe:read("a") == "from a pipe\n")
local ok, how, code = pipe:close()
assert(not ok and how == "exit" and code == 3)
local t = setmetatable({}, {__gc = function() collected = true end})
t = nil; collectgarbage()
assert(collected and select("#", pcall(error, {})) == 2)
local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1); return b * 2 end)
assert(co(1) == 2 and co(5) == 10)
assert(("x"):rep(100000):find("y", 1, true) == nil and ("héllo"):len() == 6 and utf8.len("héllo") == 5)
print("lua: all right")
END
lua t.lua
luac -o t.luac t.lua
lua t.luac
