-- Strings, tables, closures, coroutines, numbers, errors: what an interpreter's own code runs through.
local words = {}
for word in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do
  words[#words + 1] = word:upper():reverse()
end
table.sort(words)
print(table.concat(words, " "))
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
print(fib(18), 7 // 2, -7 % 3, 2 ^ 0.5, 1 << 40, 10 / 4)
local producer = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i * i) end end)
local sum = 0
for square in producer do sum = sum + square end
print(sum, string.format("%5.2f|%-6s|%x|%q", math.pi, "ab", 48879, "a\nb"))
-- Not the table itself: its address is nobody's promise.
print(select(2, pcall(function() error({ code = 42 }) end)).code)
print(select(2, pcall(function() return nil + 1 end)))
local t = setmetatable({}, { __index = function(_, k) return k .. "!" end, __call = function(_, x) return x * 2 end })
print(t.hello, t(21), #"\u{20AC}")
print(os.time({ year = 2000, month = 1, day = 1, hour = 12 }) ~= nil, math.maxinteger, math.mininteger)
