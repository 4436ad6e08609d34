# Objects, dictionaries, strings, floats and a generator: what the interpreter's loop mostly does.
import json, re

class Point:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)

def numbers(n, seed=12345):
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed

def primes(n):
    sieve = bytearray([1]) * (n + 1)
    for i in range(2, int(n ** 0.5) + 1):
        if sieve[i]:
            sieve[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return sum(sieve[2:])

words = {}
for number in numbers(40000):
    key = "w%d" % (number % 997)
    words[key] = words.get(key, 0) + 1
total = Point(0, 0)
for number in numbers(40000, 7):
    total = total.add(Point(number % 10, number % 7))
text = json.dumps(words, sort_keys=True)
mean = sum(number / 3.0 for number in numbers(40000, 3)) / 40000
print(len(words), total.x, total.y, primes(100000), len(re.findall(r"w(\d)\1", text)))
print(json.loads(text) == words, "%.6f" % mean, sum(sorted(numbers(30000, 9))[::100]))
