//! The whole table, and the index that finds a word's row: both made at compile time.

use crate::row::{Row, Set};
use crate::{a32, simd, t32};

const TABLES: &[&[Row]] = &[
    a32::data::ROWS,
    a32::multiply::ROWS,
    a32::media::ROWS,
    a32::memory::ROWS,
    a32::system::ROWS,
    t32::narrow::ROWS,
    t32::data::ROWS,
    t32::multiply::ROWS,
    t32::memory::ROWS,
    t32::system::ROWS,
    simd::vfp::ROWS,
    simd::vfp_mem::ROWS,
    simd::transfer::ROWS,
    simd::neon_same::ROWS,
    simd::neon_long::ROWS,
    simd::neon_scalar::ROWS,
    simd::neon_shift::ROWS,
    simd::neon_misc::ROWS,
    simd::neon_imm::ROWS,
    simd::neon_mem::ROWS,
];

const fn count() -> usize {
    let (mut i, mut n) = (0, 0);
    while i < TABLES.len() {
        n += TABLES[i].len();
        i += 1;
    }
    n
}

const fn concat() -> [Row; count()] {
    let mut rows = [TABLES[0][0]; count()];
    let (mut i, mut n) = (0, 0);
    while i < TABLES.len() {
        let mut j = 0;
        while j < TABLES[i].len() {
            rows[n] = TABLES[i][j];
            n += 1;
            j += 1;
        }
        i += 1;
    }
    rows
}

/// Every encoding that skink knows.
pub static ROWS: [Row; count()] = *ALL;
// By reference: a constant array would be copied at each look by the compile-time code below.
const ALL: &[Row; count()] = &concat();

/// Which bits of a word select a list of rows.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    high: (u32, u32),
    low: (u32, u32),
}

impl Key {
    /// A32: bits 27-20 and 7-4, and whether the condition is 0b1111.
    const A32: Key = Key { high: (20, 8), low: (4, 4) };
    /// T32: bits 28-20 and 7-4.
    const T32: Key = Key { high: (20, 9), low: (4, 4) };
    /// T16: bits 15-6.
    const T16: Key = Key { high: (6, 10), low: (0, 0) };

    const fn of(self, word: u32) -> usize {
        let high = word >> self.high.0 & ((1 << self.high.1) - 1);
        let low = word >> self.low.0 & ((1 << self.low.1) - 1);
        (high << self.low.1 | low) as usize
    }

    const fn spread(self, key: u32) -> u32 {
        let low = key & ((1 << self.low.1) - 1);
        (key >> self.low.1) << self.high.0 | low << self.low.0
    }

    const fn size(self) -> usize {
        1 << (self.high.1 + self.low.1)
    }

    const fn mask(self) -> u32 {
        self.spread(self.size() as u32 - 1)
    }
}

/// The parts of the index: conditional A32, unconditional A32, T16, T32.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Conditional,
    Unconditional,
    T16,
    T32,
}

impl Part {
    const fn key(self) -> Key {
        match self {
            Part::Conditional | Part::Unconditional => Key::A32,
            Part::T16 => Key::T16,
            Part::T32 => Key::T32,
        }
    }

    const fn holds(self, row: &Row) -> bool {
        let pattern = &row.pattern;
        match (self, row.set) {
            (Part::T16, Set::T16) | (Part::T32, Set::T32) => true,
            // A fixed 0b1111 in the top four bits is the unconditional space; `cccc` never is.
            (Part::Conditional, Set::A32 | Set::A32T32) => (pattern.mask & pattern.value) >> 28 != 15,
            (Part::Unconditional, Set::A32 | Set::A32T32) => (pattern.mask & pattern.value) >> 28 == 15,
            _ => false,
        }
    }
}

/// Where each key's rows stand in the list, most specific first.
pub(crate) struct Index<const KEYS: usize, const ENTRIES: usize> {
    start: [u16; KEYS],
    list: [u16; ENTRIES],
}

/// The rows of a part, most specific (most fixed bits) first.
const fn order(part: Part) -> ([u16; count()], usize) {
    let mut order = [0u16; count()];
    let (mut n, mut bits) = (0, 32);
    loop {
        let mut i = 0;
        while i < ALL.len() {
            if part.holds(&ALL[i]) && ALL[i].pattern.mask.count_ones() == bits {
                order[n] = i as u16;
                n += 1;
            }
            i += 1;
        }
        if bits == 0 {
            return (order, n);
        }
        bits -= 1;
    }
}

/// Calls for each key that a row may have: the values of the key's bits that the pattern leaves open.
macro_rules! for_each_key {
    ($part:expr, $row:expr, |$key:ident| $body:expr) => {
        let pattern = &ALL[$row as usize].pattern;
        let key = $part.key();
        let open = key.mask() & !pattern.mask;
        let fixed = pattern.value & key.mask();
        let mut sub = 0u32;
        loop {
            let $key = key.of(fixed | sub);
            $body;
            // The next subset of the open bits.
            sub = sub.wrapping_sub(open) & open;
            if sub == 0 {
                break;
            }
        }
    };
}

const fn entries(part: Part) -> usize {
    let (order, n) = order(part);
    let (mut i, mut total) = (0, 0);
    while i < n {
        let row = order[i];
        for_each_key!(part, row, |_key| total += 1);
        i += 1;
    }
    total
}

impl<const KEYS: usize, const ENTRIES: usize> Index<KEYS, ENTRIES> {
    const fn build(part: Part) -> Self {
        let (order, n) = order(part);
        let mut counts = [0u16; KEYS];
        let mut i = 0;
        while i < n {
            let row = order[i];
            for_each_key!(part, row, |key| counts[key] += 1);
            i += 1;
        }
        let mut start = [0u16; KEYS];
        let (mut k, mut at) = (0, 0);
        while k < KEYS {
            start[k] = at;
            at += counts[k];
            counts[k] = start[k];
            k += 1;
        }
        let mut list = [0u16; ENTRIES];
        let mut i = 0;
        while i < n {
            let row = order[i];
            for_each_key!(part, row, |key| {
                list[counts[key] as usize] = row;
                counts[key] += 1;
            });
            i += 1;
        }
        Index { start, list }
    }

    fn candidates(&self, key: usize) -> &[u16] {
        let end = self.start.get(key + 1).map_or(ENTRIES, |&e| e as usize);
        &self.list[self.start[key] as usize..end]
    }
}

macro_rules! index {
    ($name:ident, $part:expr) => {
        #[allow(long_running_const_eval)]
        static $name: Index<{ $part.key().size() }, { entries($part) }> = Index::build($part);
    };
}

index!(CONDITIONAL, Part::Conditional);
index!(UNCONDITIONAL, Part::Unconditional);
index!(T16, Part::T16);
index!(T32, Part::T32);

/// The rows that a word might be of, most specific first.
pub(crate) fn candidates(part: Part, word: u32) -> &'static [u16] {
    let key = part.key().of(word);
    match part {
        Part::Conditional => CONDITIONAL.candidates(key),
        Part::Unconditional => UNCONDITIONAL.candidates(key),
        Part::T16 => T16.candidates(key),
        Part::T32 => T32.candidates(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows that share words must be nested (the more specific one is an exception to the other),
    /// or their operands must exclude each other. Anything else would be an order dependence that
    /// nobody wrote down.
    #[test]
    fn rows_are_disjoint_nested_or_exclusive() {
        let mut wrong = Vec::new();
        for part in [Part::Conditional, Part::Unconditional, Part::T16, Part::T32] {
            let rows: Vec<&Row> = ROWS.iter().filter(|r| part.holds(r)).collect();
            for (i, a) in rows.iter().enumerate() {
                for b in &rows[..i] {
                    let (p, q) = (a.pattern, b.pattern);
                    let overlap = (p.value ^ q.value) & p.mask & q.mask == 0;
                    let nested = p.mask & q.mask == p.mask || p.mask & q.mask == q.mask;
                    if overlap && (!nested || p.mask == q.mask) && !exclusive(a, b) {
                        wrong.push(format!("{} and {}", b.name, a.name));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "rows overlap without being nested:\n{}", wrong.join(",\n"));
    }

    /// Whether no word among many random ones of both patterns is accepted by both rows.
    fn exclusive(a: &Row, b: &Row) -> bool {
        let fixed = a.pattern.mask | b.pattern.mask;
        let value = a.pattern.value | b.pattern.value;
        let mut seed = 0x9e37_79b9u32;
        (0..4096).all(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let random = seed ^ seed >> 15;
            let word = value | random & !fixed;
            let cx = Default::default();
            (a.decode)(word, cx).is_none() || (b.decode)(word, cx).is_none()
        })
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = ROWS.iter().map(|r| (r.set, r.name)).collect();
        names.sort();
        names.windows(2).for_each(|w| assert_ne!(w[0], w[1]));
    }
}
