//! A program as plain data: bytes, where to start, and what the addresses were called.

use std::ops::Range;

/// RAM that is there whatever the program: from address 0, as on the University's boards.
pub const RAM_BYTES: u32 = 1 << 20;

/// A program that can be put into the machine's memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// What lies where. Later segments win where they overlap.
    pub segments: Vec<Segment>,
    /// Where to start, bit 0 set for Thumb; the lowest address if the program does not say.
    pub entry: Option<u32>,
    /// Names of addresses.
    pub symbols: Vec<Symbol>,
    /// The files that `lines` speaks of.
    pub sources: Vec<Source>,
    /// Which source line made which bytes; ascending by address.
    pub lines: Vec<Line>,
}

/// Bytes at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The address of the first byte.
    pub addr: u32,
    /// The bytes.
    pub data: Vec<u8>,
}

/// A name of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// The address.
    pub addr: u32,
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, as the user gave it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The bytes that one source line made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The address of the first.
    pub addr: u32,
    /// How many.
    pub len: u32,
    /// The file, as an index into [`Image::sources`].
    pub source: usize,
    /// The line in it, from 1.
    pub line: u32,
    /// Whether they are instructions rather than data.
    pub code: bool,
}

impl Line {
    fn holds(&self, addr: u32) -> bool {
        addr.checked_sub(self.addr).is_some_and(|offset| offset < self.len)
    }
}

impl Image {
    /// Where execution starts: at the entry point, or at the lowest address.
    pub fn start(&self) -> u32 {
        let lowest = || self.segments.iter().filter(|s| !s.data.is_empty()).map(|s| s.addr).min();
        self.entry.or_else(lowest).unwrap_or(0)
    }

    /// The source line that made the byte at an address.
    pub fn line_at(&self, addr: u32) -> Option<&Line> {
        let behind = self.lines.partition_point(|line| line.addr <= addr);
        self.lines[..behind].iter().rev().find(|line| line.len > 0).filter(|line| line.holds(addr))
    }

    /// The text of a source line.
    pub fn text_of(&self, line: &Line) -> Option<&str> {
        let text = &self.sources.get(line.source)?.text;
        // A carriage return alone ends a line too.
        let mut lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
        lines.nth(line.line.checked_sub(1)? as usize)
    }

    /// The nearest name at or before an address inside the same segment, and the distance from it.
    pub fn symbol_at(&self, addr: u32) -> Option<(&str, u32)> {
        let segment = self.segments.iter().find(|segment| segment.holds(addr))?;
        let named = self.symbols.iter().filter(|s| s.addr <= addr && segment.holds(s.addr));
        named.max_by_key(|s| s.addr).map(|s| (s.name.as_str(), addr - s.addr))
    }

    /// The last instruction's line at or before an address: whence execution may have run to it.
    pub fn code_before(&self, addr: u32) -> Option<&Line> {
        let behind = self.lines.partition_point(|line| line.addr <= addr);
        self.lines[..behind].iter().rev().find(|line| line.code && line.len > 0)
    }

    /// Whether some segment has a byte at an address.
    pub fn holds(&self, addr: u32) -> bool {
        self.segments.iter().any(|segment| segment.holds(addr))
    }
}

impl Segment {
    /// Its addresses.
    pub fn range(&self) -> Range<u64> {
        self.addr as u64..self.addr as u64 + self.data.len() as u64
    }

    fn holds(&self, addr: u32) -> bool {
        self.range().contains(&(addr as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(addr: u32, len: u32, line: u32) -> Line {
        Line { addr, len, source: 0, line, code: true }
    }

    #[test]
    fn lines_are_found_by_any_of_their_bytes() {
        let image = Image {
            lines: vec![line(0, 4, 1), line(4, 0, 2), line(4, 8, 3), line(16, 4, 4)],
            ..Image::default()
        };
        let at = |addr| image.line_at(addr).map(|l| l.line);
        assert_eq!(
            [at(0), at(3), at(4), at(11), at(12), at(16), at(20)],
            [Some(1), Some(1), Some(3), Some(3), None, Some(4), None]
        );
    }

    #[test]
    fn names_do_not_reach_over_a_gap() {
        let segment = |addr| Segment { addr, data: vec![0; 8] };
        let symbols = vec![Symbol { name: "a".into(), addr: 0 }];
        let image = Image { segments: vec![segment(0), segment(0x100)], symbols, ..Image::default() };
        assert_eq!(image.symbol_at(4), Some(("a", 4)));
        assert_eq!(image.symbol_at(0x104), None);
    }

    #[test]
    fn starts_at_the_entry_or_at_the_lowest_address() {
        let segments = vec![
            Segment { addr: 0x200, data: vec![0] },
            Segment { addr: 0x100, data: vec![0] },
            Segment { addr: 0, data: vec![] },
        ];
        let mut image = Image { segments, ..Image::default() };
        assert_eq!(image.start(), 0x100);
        image.entry = Some(0x200);
        assert_eq!(image.start(), 0x200);
    }
}
