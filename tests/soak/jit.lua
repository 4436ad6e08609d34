-- For luajit: traces are compiled, recompiled as types change, and thrown away.
local bit = require("bit")
local seed = 1
local function number() seed = bit.band(seed * 69069 + 12345, 0x7fffffff); return seed end
local total, sum = 0, 0.0
for round = 1, 30 do
  local code = "local n, f = ... local s = 0 for i = 1, n do s = (s + i * " .. round .. ") % 65521 if i % " ..
    (round % 7 + 2) .. " == 0 then s = f(s) end end return s"
  local compiled = assert(loadstring(code))
  total = (total + compiled(20000, function(s) return bit.bxor(s, round) end)) % 1000003
  local list = {}
  for i = 1, 2000 do list[i] = number() % 1000 + (round % 3 == 0 and 0.5 or 0) end
  table.sort(list)
  for i = 1, #list, 10 do sum = sum + list[i] / 3 end
  if round % 10 == 0 then jit.flush() end
end
print(jit.status(), total, string.format("%.6f", sum))
