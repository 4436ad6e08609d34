//! Where the fragments of GNU as begin and end.
//!
//! GNU as keeps a section's contents in fragments. One ends before what has no size yet, and where the piece of memory
//! is full that it lies in. Line tables show it: the address of a row is said again unless the fragments tell that it
//! is not the last row's (binutils 2.40: process_entries in gas/dwarf2dbg.c). So this counts bytes as GNU as does on a
//! 64-bit host (gas/frags.c, libiberty/obstack.c), and knows nothing of what they are.

/// The size of an obstack's chunk: 4096 bytes without what malloc needs.
const CHUNK: usize = 4064;
/// What stands at the start of a chunk: its end, and the chunk before it.
const CHUNK_HEADER: usize = 16;
/// `struct frag` up to its contents, in an assembler for ARM.
const HEADER: usize = 128;
/// What padding in code may need (MAX_MEM_FOR_RS_ALIGN_CODE in gas/config/tc-arm.h).
pub(crate) const CODE_PADDING: usize = 63;
/// What a LEB128 number of 64 bits may need.
pub(crate) const LEB: usize = 10;

/// A place as GNU as would note it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// The fragment.
    pub(crate) frag: usize,
    /// Bytes from its start.
    pub(crate) offset: usize,
}

/// The fragments of a section.
#[derive(Debug)]
pub(crate) struct Fragments {
    /// How many bytes of the chunk are used, and how many it has.
    at: usize,
    limit: usize,
    /// Where in the chunk the current fragment's contents begin.
    start: usize,
    /// The fixed parts of those that are ended.
    ended: Vec<usize>,
    /// Whether the last instruction of the fragment is one of Thumb: padding goes by that.
    pub(crate) thumb: Option<bool>,
}

impl Default for Fragments {
    fn default() -> Fragments {
        let start = CHUNK_HEADER + HEADER;
        Fragments { at: start, limit: CHUNK, start, ended: Vec::new(), thumb: None }
    }
}

impl Fragments {
    /// Here.
    pub(crate) fn point(&self) -> Point {
        Point { frag: self.ended.len(), offset: self.at - self.start }
    }

    /// `n` bytes in one piece; where they begin.
    pub(crate) fn more(&mut self, n: usize) -> Point {
        if self.limit - self.at < n {
            self.grow(n);
        }
        let point = self.point();
        self.at += n;
        point
    }

    /// What has no size yet, and may have up to `most` bytes: it ends the fragment.
    pub(crate) fn open(&mut self, most: usize) {
        self.more(most);
        self.end(most, CHUNK);
    }

    /// One byte of a string.
    pub(crate) fn byte(&mut self) {
        if self.limit - self.at <= 1 {
            self.end(0, CHUNK);
        }
        self.at += 1;
    }

    /// The length of the fixed part of a fragment, as it is now.
    pub(crate) fn fixed(&self, frag: usize) -> usize {
        self.ended.get(frag).copied().unwrap_or(self.at - self.start)
    }

    /// New fragments until one has room.
    fn grow(&mut self, n: usize) {
        let more = if n < 0x1_0000 { 2 * n } else { n + 0x1_0000 };
        let chunk = CHUNK.max(more + HEADER);
        while self.limit - self.at < n {
            self.end(0, chunk);
        }
    }

    /// Ends the fragment, of which the last bytes are not fixed, and begins the next.
    fn end(&mut self, open: usize, chunk: usize) {
        self.ended.push(self.at - self.start - open);
        self.at = self.at.next_multiple_of(8).min(self.limit);
        if self.limit - self.at < HEADER {
            (self.at, self.limit) = (CHUNK_HEADER, chunk);
        }
        self.at += HEADER;
        self.start = self.at;
        self.thumb = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_chunk_ends_a_fragment() {
        let mut fragments = Fragments::default();
        // 3920 bytes fit behind the two headers.
        for n in 0..980 {
            assert_eq!(fragments.more(4), Point { frag: 0, offset: 4 * n });
        }
        assert_eq!(fragments.more(4), Point { frag: 1, offset: 0 });
        assert_eq!(fragments.fixed(0), 3920);
        assert_eq!(fragments.fixed(1), 4);
    }

    #[test]
    fn what_is_open_is_not_of_the_fixed_part() {
        let mut fragments = Fragments::default();
        fragments.more(6);
        fragments.open(4);
        assert_eq!(fragments.fixed(0), 6);
        assert_eq!(fragments.point(), Point { frag: 1, offset: 0 });
    }

    #[test]
    fn a_great_piece_has_a_chunk_of_its_own() {
        let mut fragments = Fragments::default();
        fragments.more(10_000);
        let piece = fragments.point();
        // The 3920 bytes left in the first chunk take 30 headers of empty fragments; the next is in the second.
        assert_eq!((piece.frag, piece.offset), (31, 10_000));
    }
}
