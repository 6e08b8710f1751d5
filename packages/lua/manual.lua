-- manual.lua: sentences of the Lua 5.4 reference manual, by its sections. What it prints is compared with the host's build of the same
-- sources; what is wrong by the manual ends it. Argument: a folder to write to.
local folder = ...
local function fails(pattern, f, ...)
    local ok, message = pcall(f, ...)
    assert(not ok and tostring(message):find(pattern), tostring(message))
end
local function show(...)
    local t = table.pack(...)
    for i = 1, t.n do t[i] = tostring(t[i]) end
    print(table.concat(t, "\t"))
end

-- 2.1 values and types; 2.4 metatables
assert(type(nil) == "nil" and type(2) == "number" and type(print) == "function" and type(io.stdout) == "userdata")
assert(math.type(1) == "integer" and math.type(1.0) == "float" and math.type("1") == nil and 1 == 1.0)
do
    local t = {}
    t[1.0], t[2^53] = "one", "big"
    assert(t[1] == "one" and t[2^53 | 0] == "big" and next({[1.0] = 1}) == 1 and math.type((next({[1.0] = 1}))) == "integer")
    fails("index is NaN", function() t[0/0] = 1 end)
    fails("index is nil", function() t[nil] = 1 end)
    assert(t[nil] == nil and t[0/0] == nil)
end
do
    local log, mt = {}, {}
    for _, name in ipairs{"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat"} do
        mt["__" .. name] = function(a, b) log[#log + 1] = name; return a end
    end
    for _, name in ipairs{"unm", "bnot", "len"} do mt["__" .. name] = function(a) log[#log + 1] = name; return 7 end end
    mt.__eq = function(a, b) log[#log + 1] = "eq"; return true end
    mt.__lt = function(a, b) log[#log + 1] = "lt"; return false end
    mt.__le = function(a, b) log[#log + 1] = "le"; return 1 end
    mt.__call = function(self, ...) return select("#", ...), ... end
    mt.__tostring, mt.__name = function() return "an object" end, "Object"
    local a, b = setmetatable({}, mt), setmetatable({}, mt)
    local _ = a + 1, 1 - a, a * b, a / 2, a % 2, a ^ 2, a // 2, a & 1, 1 | a, a ~ 1, a << 1, a >> 1, a .. "x"
    assert(-a == 7 and ~a == 7 and #a == 7 and a == b and not (a < b) and (a <= b) == true and not (a ~= b) and rawlen(a) == 0)
    show(table.concat(log, " "))
    show(a(), a(nil, 2), a, select("#", a(nil, nil)))
    local chain = setmetatable({}, {__index = setmetatable({x = 1}, {__index = function(_, k) return k .. "!" end})})
    assert(chain.x == 1 and chain.y == "y!" and rawget(chain, "x") == nil)
    local store = {}
    local proxy = setmetatable({}, {__newindex = store})
    proxy.x = 5
    assert(rawget(proxy, "x") == nil and store.x == 5 and rawset(proxy, "x", 6) == proxy and proxy.x == 6)
    fails("protected", setmetatable, setmetatable({}, {__metatable = "no"}), {})
    assert(getmetatable(setmetatable({}, {__metatable = "no"})) == "no" and getmetatable("").__index == string)
    local order = {}
    for k, v in pairs(setmetatable({}, {__pairs = function() return function(_, k) if not k then return 1, 2 end end end})) do
        order[k] = v
    end
    assert(order[1] == 2)
end

-- 2.5 garbage collection: finalizers, weak tables, ephemerons
do
    local done, weak = 0, setmetatable({}, {__mode = "k"})
    for i = 1, 100 do
        local key = setmetatable({}, {__gc = function() done = done + 1 end})
        weak[key] = {key} -- an ephemeron: the value does not keep the key
    end
    collectgarbage(); collectgarbage()
    assert(done == 100 and next(weak) == nil)
    local values = setmetatable({}, {__mode = "v"})
    values[1], values[2], values[3] = {}, "string", 3
    collectgarbage()
    assert(values[1] == nil and values[2] == "string" and values[3] == 3)
    collectgarbage("incremental")
    local before = collectgarbage("generational")
    assert(before == "incremental" and collectgarbage("incremental") == "generational")
    assert(collectgarbage("isrunning") and collectgarbage("stop") == 0 and not collectgarbage("isrunning") and collectgarbage("restart") == 0)
    local held = {}
    for i = 1, 20000 do held[i] = {i, tostring(i)} end
    local full = collectgarbage("count")
    held = nil
    collectgarbage()
    assert(collectgarbage("count") < full / 2)
end

-- 2.6 coroutines
do
    local co = coroutine.create(function(a, b)
        local c = coroutine.yield(a + b)
        local d, e = coroutine.yield(c * 2)
        return d + e, "end"
    end)
    show(coroutine.resume(co, 1, 2)); show(coroutine.resume(co, 10)); show(coroutine.resume(co, 3, 4)); show(coroutine.resume(co))
    assert(coroutine.status(co) == "dead" and select(2, coroutine.running()) == true)
    local function permgen(a, n)
        if n <= 1 then coroutine.yield(a) end
        for i = 1, n do
            a[n], a[i] = a[i], a[n]
            permgen(a, n - 1)
            a[n], a[i] = a[i], a[n]
        end
    end
    local n = 0
    for p in coroutine.wrap(function() permgen({1, 2, 3, 4, 5}, 5) end) do n = n + 1 end
    assert(n >= 120)
    local closed
    co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() closed = true end}); coroutine.yield() end)
    coroutine.resume(co)
    assert(coroutine.isyieldable(co) and coroutine.close(co) and closed)
    fails("cannot resume dead", coroutine.wrap(function() error("in it") end) and function() local f = coroutine.wrap(function() end); f(); f() end)
    -- yields across pcall, metamethods and iterators
    local steps = {}
    co = coroutine.wrap(function()
        steps[#steps + 1] = select(2, pcall(function() return coroutine.yield("in pcall") end))
        steps[#steps + 1] = setmetatable({}, {__index = function(_, k) return coroutine.yield(k) end}).key
        for v in function(_, x) return coroutine.yield("iterator") end do steps[#steps + 1] = v; break end
        table.sort({3, 1, 2}, function(a, b) return a < b end)
        return "over"
    end)
    show(co(), co(1), co(2), co(3)); show(table.unpack(steps))
end

-- 3.1 lexical conventions; 3.3 statements
assert("\x41\u{48}\z
        \065\10" == "AHA\n" and '\u{7FFFFFFF}' == "\xFD\xBF\xBF\xBF\xBF\xBF" and [==[
]]]==] == "]]" and 0xA == 10 and 0x.1p4 == 1.0 and 3e-2 == .03 and 0xffffffffffffffff == -1 and math.type(9223372036854775808) == "float")
do
    local out = {}
    for i = 1, 3 do
        for j = 1, 3 do
            if j == 2 then goto continue end
            out[#out + 1] = i * 10 + j
            ::continue::
        end
    end
    local i = 0
    ::top::
    i = i + 1
    if i < 5 then goto top end
    repeat local last = i; i = i - 1 until last == 2
    while true do i = i + 1; if i > 9 then break end end
    for k = 10, 1, -4 do out[#out + 1] = k end
    for k = 1.0, 2.0, 0.5 do out[#out + 1] = k end
    for k = math.maxinteger - 1, math.maxinteger do out[#out + 1] = k end
    show(i, table.concat(out, " "))
    fails("step is zero", function() for k = 1, 2, 0 do end end)
    fails("bad .for. limit", function() for k = 1, {} do end end)
    local order = {}
    do
        local a <close> = setmetatable({}, {__close = function(_, e) order[#order + 1] = "a" end})
        local b <const>, c <close> = 1, setmetatable({}, {__close = function() order[#order + 1] = "c" end})
    end
    assert(table.concat(order) == "ca" and not load("local x <const> = 1; x = 2") and not load("goto nowhere"))
    local functions = {}
    for k = 1, 3 do functions[k] = function() k = k + 1; return k end end
    assert(functions[1]() == 2 and functions[1]() == 3 and functions[2]() == 3) -- a fresh variable for each turn
end

-- 3.4 expressions: integers and floats
show(7 // 2, -7 // 2, 7 // -2, 7.5 // 2, -7 % 3, 7 % -3, -7.5 % 2, 5.3 % math.huge, -5.3 % math.huge, 1 / 2, 3 | 4, 2^10, 10 / 2)
show(math.maxinteger + 1 == math.mininteger, math.mininteger // -1, math.mininteger % -1, 1 << 63, 1 << 64, 1 >> -1, -1 >> 60, ~0)
show("10" + 5, "0x10" * 2, "3.0" + 1, 10 .. 20, "a" .. 1.5, -0.0, 1e15, 1e16, 2^53, 1e100, 0.1, 100 // 1e-320, 3.0 == 3)
fails("number has no integer representation", function() return 1.5 | 1 end)
fails("attempt to", function() return 1 // 0 end)
fails("attempt to perform", function() return 1 % 0 end)
fails("attempt to compare number with string", function() return 1 < "2" end)
fails("attempt to concatenate a nil value %(local 'x'%)", function() local x; return "a" .. x end)
assert(1 // 0.0 == math.huge and 0/0 ~= 0/0 and 1 < 1.5 and math.maxinteger + 0.0 == 2^63 and math.maxinteger < 2^63 and "a" < "b" and "Z" < "a")
assert(2^3^2 == 512 and -2^2 == -4 and not nil == true and 1 .. 2 == "12" and (nil or false) == false and (nil and 1) == nil and (1 or error()) == 1)
show(select("#", table.unpack({1, nil, 3}, 1, 3)), (select(2, "a", "b", "c")), select(-1, 1, 2, 3), #"abc", #{1, 2, 3, n = 1})

-- 6.1 basic functions
show(tonumber("  0x1p4  "), tonumber("1e1"), tonumber("1e"), tonumber("7", 8), tonumber("zZ", 36), tonumber("8", 8), tonumber(""), tonumber("0x"), tonumber("- 1"))
do
    local env = {print = show}
    assert(load("x = 1; local y = ...; return y, x", "chunk", "t", env)(5) == 5 and env.x == 1)
    show(load("return +", "=name")); show(load("x = = 1", "@file.lua")); show(load(function() return nil end) ~= nil)
    assert(load(string.dump(function(a) return a * 2 end), "b", "b")(21) == 42)
    fails("attempt to load a binary chunk", function() assert(load(string.dump(function() end), "b", "t")) end)
    local pieces = {"return ", "1", "+1"}
    assert(load(function() return table.remove(pieces, 1) end)() == 2)
    local ok, e = pcall(error, {code = 3})
    assert(not ok and e.code == 3)
    show(pcall(error, "plain", 0)); show(pcall(error)); show(select("#", pcall(error)))
    show(xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m:gsub("^.-:%d+: ", "") end))
    assert(select(2, pcall(function() error("here") end)):find("manual.lua:%d+: here") and rawequal("a", "a"))
    local deep = select(2, pcall(function() local function f() return 1 + f() end; return f() end))
    assert(tostring(deep):find("stack overflow"))
end

-- 6.4 strings; 6.5 utf8
show(("x"):rep(3, ","), ("hello"):sub(-3), ("hello"):sub(2, -2), ("hello"):byte(1, -1)); show(("abc"):reverse():upper(), #string.char(0, 255))
show(("hello world from lua"):find("(o)%s*(%a+)")); show(("key = value"):match("^(%w+)%s*=%s*(%w+)$")); show(("THE (quick) fox"):find("%((%a+)%)"))
show(("abc"):gsub("", "-")); show(("hello"):gsub("l", {l = "L"})); show(("a,b,,c"):gsub(",", ";", 2)); show(("x=1, y=2"):gsub("(%w+)=(%w+)", "%2=%1"))
show(("f(a(b)c)d"):match("%b()"), ("THE END"):match("%f[%a]%a+%f[%A]"), ("0x1F"):match("^0[xX](%x+)$"), ("  trim "):match("^%s*(.-)%s*$") .. "|")
for k, v in ("a=1,b=2"):gmatch("(%w)=(%w)") do show(k, v) end
fails("malformed pattern", string.find, "a", "[a"); fails("invalid capture", string.gsub, "a", "a", "%2"); fails("too large", string.rep, "x", 1 << 60, "y")
show(("%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%c"):format(42, 42, 42, 42, 42, 255, 255, 255, 8, 65))
show(("%f|%.3f|%e|%g|%g|%a|%10.2f|%-10.1f|%i"):format(1.5, 2/3, 12345.678, 1e20, 0.0001, 0.5, 3.14159, 2.25, 3.0))
show(("%s|%10s|%-10s|%.2s|%q|%%"):format("a", "b", "c", "defg", 'a "quoted"\n\0\r'), ("%q"):format(1/3), ("%q"):format(math.mininteger))
fails("number has no integer", string.format, "%d", 1.5); fails("invalid conversion", string.format, "%y", 1)
local packed = string.pack("<i2 >I4 z s1 d !8 i8 B", -2, 0xDEADBEEF, "zero", "len", 1.5, -1, 255)
show(#packed, packed:byte(1, 12)); show(string.unpack("<i2 >I4 z s1 d !8 i8 B", packed)); show(string.packsize("!8 i1 i8 <j n"))
fails("overflow", string.pack, "i1", 200); fails("too short", string.unpack, "i8", "abc")
show(utf8.char(72, 228, 8364, 128512), utf8.len("häß€😀"), utf8.codepoint("€", 1), utf8.offset("aä€", 3), utf8.len("\xff"))
for p, c in utf8.codes("aä€") do show(p, c) end
fails("invalid UTF%-8", function() for _ in utf8.codes("\xed\xa0\x80") do end end)

-- 6.6 tables; 6.7 mathematics
do
    local t = {5, 2, 8, 1}
    table.sort(t); show(table.concat(t, " ")); table.sort(t, function(a, b) return a > b end); show(table.concat(t, " ", 2, 3))
    table.insert(t, 1, 9); table.insert(t, 0); show(table.concat(t, ","), table.remove(t), table.remove(t, 1), #t)
    show(table.unpack(table.move({1, 2, 3}, 1, 3, 2))); fails("position out of bounds", table.insert, t, 9, 1)
    fails("invalid order function", table.sort, {3, 1, 2, 4, 5, 9, 8, 7, 6, 0}, function() return true end)
    local big = {}
    for i = 1, 5000 do big[i] = (i * 7919) % 5003 end
    table.sort(big)
    for i = 2, #big do assert(big[i - 1] <= big[i]) end
end
show(math.floor(-3.5), math.ceil(-3.5), math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), math.ult(1, -1), math.abs(math.mininteger), math.fmod(-7, 3))
show(math.max(1, 2.5), math.min(3), math.modf(-3.7)); show(math.sqrt(2), math.exp(1), math.log(8, 2), math.log(100, 10), math.sin(1), math.cos(1), math.tan(1))
show(math.asin(1), math.acos(0), math.atan(1, -1), math.pi, math.huge, -math.huge, math.log(0), math.rad(180), math.deg(math.pi))
math.randomseed(42); local r = {math.random(0), math.random(1, 100), math.random(10), math.random()}
math.randomseed(42); assert(r[1] == math.random(0) and r[2] == math.random(1, 100)); show(table.unpack(r)); fails("interval is empty", math.random, 2, 1)

-- 6.8 input and output; 6.9 the operating system
do
    local name = folder .. "/manual.txt"
    local f <close> = assert(io.open(name, "w+"))
    assert(io.type(f) == "file" and f:write("line 1\n", 2, " ", 3.5, "\n0x1F -7e1 nan\nlast") == f)
    show(f:seek("cur"), f:seek("set", 7), f:read("n", "n", "l")); show(f:read("n", "n")); show(f:read("n")); show(f:read("L"), f:read(2), f:read("a"), f:read("a"), f:read("l"), f:read(0))
    assert(f:setvbuf("full", 1024) and f:seek("end", -4) and f:read(4) == "last" and f:flush())
    for a, b in io.lines(name, 1, "l") do show(a, b) end
    local g = io.open(name, "a"); g:write("+"); g:close(); assert(io.type(g) == "closed file")
    fails("closed file", g.write, g, "x"); show((select(2, io.open(folder .. "/no/such"))):gsub("^.*:", "")); fails("invalid mode", io.open, name, "rz")
    io.input(name); assert(io.read("l") == "line 1" and io.input():close()); io.input(io.stdin)
    local p = io.popen("cat >" .. name .. "; exit 5", "w"); p:write("piped\n"); show(p:close())
    for line in io.lines(name) do show(line) end
    show(os.rename(name, name .. "2"), os.remove(name .. "2"), (select(2, os.remove(name .. "2"))):gsub("^.*: ", ""))
    show(os.execute("exit 3")); show(os.execute("kill -9 $$")); assert(os.execute()); show(os.getenv("NOT_SET"), os.getenv("HOME") ~= nil)
    show(os.time{year = 2024, month = 2, day = 30, hour = 12} - os.time{year = 2024, month = 3, day = 1, hour = 12}, os.date("!%c", 0), os.date("!%A %d %B %j %U %p", 1e9))
    local d = os.date("!*t", 1709210096); show(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst)
    fails("missing in date table", os.time, {year = 2000}); fails("invalid conversion", os.date, "%Ez"); assert(os.clock() >= 0 and os.difftime(5, 3) == 2.0)
    local tmp = os.tmpname(); assert(io.open(tmp)):close(); assert(os.remove(tmp)); show(os.setlocale("C"), os.setlocale(nil, "all"), os.setlocale("no_SUCH"))
end

-- 6.3 modules; 6.10 debug
do
    package.path = folder .. "/?.lua"
    local f = io.open(folder .. "/module_of_test.lua", "w"); f:write("local name, from = ...; return {name = name, from = from}"); f:close()
    local m, from = require("module_of_test"); assert(m.name == "module_of_test" and m.from == from and require("module_of_test") == m)
    package.preload.pre = function(n) return n .. "!" end; assert(require("pre") == "pre!" and package.searchpath("none", package.path) == nil)
    fails("module 'no.such' not found", require, "no.such"); os.remove(folder .. "/module_of_test.lua")
    local info = debug.getinfo(1, "Sl"); assert(info.what == "main" and info.currentline > 200)
    local count, u = 0, 5
    debug.sethook(function() count = count + 1 end, "l"); local x = 1
    x = 2; debug.sethook(); assert(count >= 1)
    local function up() return u end; show(debug.getupvalue(up, 1)); debug.setupvalue(up, 1, 6); assert(u == 6 and debug.traceback("m", 1):find("^m\nstack traceback:"))
end
print("manual: over")
