//! Programs whose addresses are decided, without a linker: a memory image, and the outputs made of it.
//!
//! - [`Flat::binary`]: the bytes from the lowest address to the highest.
//! - [`kmd::write`]: the University of Manchester's format, which its tools load.
//! - [`listing::write`]: addresses and bytes beside the source.
//! - [`Flat::placed`] and [`Flat::relocatable`]: sections and symbols, for ELF files.
//!
//! The Manchester dialect makes one directly, of the GNU dialect the linker does ([`Flat::of_linked`]).

pub mod kmd;
mod linked;
pub mod listing;
mod order;
mod program;

use crate::source::Span;

/// A memory image, and where each part of it is from.
#[derive(Debug, Clone, Default)]
pub struct Flat {
    /// What lies where, in the order of the source.
    pub segments: Vec<Segment>,
    /// What each statement made, ascending by address.
    pub rows: Vec<Row>,
    /// The names of addresses, ascending.
    pub symbols: Vec<Label>,
    /// Where execution starts, bit 0 set for Thumb, if that was said.
    pub entry: Option<u32>,
    /// Names of numbers.
    pub values: Vec<(String, i64)>,
    /// The addresses of words that hold addresses: they change when the program is put elsewhere.
    pub words: Vec<u32>,
    /// What would be wrong if the program were put elsewhere.
    pub fixed: Vec<Span>,
    /// The greatest alignment that was asked for, as a power of two.
    pub align: u32,
}

/// Bytes at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The first byte's address.
    pub addr: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Instructions.
    Code,
    /// Data, padding, reserved memory.
    Data,
}

/// The bytes that a statement made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The first byte's address.
    pub addr: u32,
    /// How many.
    pub len: u32,
    /// The size of an element in bytes: 1, 2 or 4.
    pub unit: u8,
    /// Instructions or data.
    pub kind: RowKind,
    /// The statement.
    pub span: Span,
    /// The segment that it is in, as an index into [`Flat::segments`].
    pub segment: u32,
}

/// The name of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The name.
    pub name: String,
    /// The address.
    pub addr: u32,
    /// Whether Thumb code is there.
    pub thumb: bool,
    /// Whether it is exported.
    pub global: bool,
}

impl Flat {
    /// The bytes of a row.
    pub fn bytes(&self, row: &Row) -> &[u8] {
        let Some(segment) = self.segments.get(row.segment as usize) else { return &[] };
        let start = row.addr.wrapping_sub(segment.addr) as usize;
        segment.bytes.get(start..start.saturating_add(row.len as usize)).unwrap_or_default()
    }

    /// The lowest address and the one behind the highest; `None` for an empty program.
    pub fn range(&self) -> Option<(u32, u64)> {
        let full = || self.segments.iter().filter(|segment| !segment.bytes.is_empty());
        let low = full().map(|segment| segment.addr).min()?;
        let high = full().map(|segment| segment.addr as u64 + segment.bytes.len() as u64).max()?;
        Some((low, high))
    }

    /// All bytes from the lowest address to the highest, zeros between; `None` if that is more than `limit`.
    pub fn binary(&self, limit: u64) -> Option<Vec<u8>> {
        let Some((low, high)) = self.range() else { return Some(Vec::new()) };
        let len = high - low as u64;
        if len > limit {
            return None;
        }
        let mut out = vec![0; len as usize];
        for segment in &self.segments {
            if let Some(offset) = segment.addr.checked_sub(low) {
                let offset = offset as usize;
                if let Some(place) = out.get_mut(offset..offset + segment.bytes.len()) {
                    place.copy_from_slice(&segment.bytes);
                }
            }
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_spans_the_segments() {
        let segment = |addr, bytes: &[u8]| Segment { addr, bytes: bytes.to_vec() };
        let flat = Flat {
            segments: vec![segment(8, &[3]), segment(4, &[1, 2]), segment(0, &[])],
            ..Flat::default()
        };
        assert_eq!(flat.range(), Some((4, 9)));
        assert_eq!(flat.binary(100), Some(vec![1, 2, 0, 0, 3]));
        assert_eq!(flat.binary(4), None);
        assert_eq!(Flat::default().binary(0), Some(vec![]));
    }
}
