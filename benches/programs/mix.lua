-- Tables, closures, strings, integer and floating arithmetic.
local seed = 12345
local function number() seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed end
local count, list = {}, {}
for i = 1, 150000 do
  local n = number()
  local key = "w" .. n % 997
  count[key] = (count[key] or 0) + 1
  list[i] = n % 100000
end
table.sort(list)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local grid, n = {}, 60
for i = 1, n do grid[i] = {} for j = 1, n do grid[i][j] = (i * j) % 7 / 3 end end
local trace = 0.0
for i = 1, n do for j = 1, n do local s = 0.0 for k = 1, n do s = s + grid[i][k] * grid[k][j] end
  if i == j then trace = trace + s end end end
local parts = {}
for i = 1, 3000 do parts[#parts + 1] = string.format("%05d", list[i * 40]) end
local text = table.concat(parts, ",")
local _, hits = text:gsub("(%d)%1", "")
print(fib(27), string.format("%.6f", trace), #text, hits, list[1000], count.w1)
