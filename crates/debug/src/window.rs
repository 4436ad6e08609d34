//! Code around an address, as a window shows it: so many instructions before it and behind it.

use crate::Error;
use crate::code::Line;
use crate::points::Place;
use crate::session::Session;
use skink_debuginfo::Contents;

/// How far back the beginning of Thumb code is looked for, in bytes.
const BACK: u32 = 4096;

/// A row of a window of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeRow {
    /// An instruction, or data between instructions.
    Code(Line),
    /// Nothing can be read at this address.
    Nothing(u32),
}

impl CodeRow {
    /// Where it is.
    pub fn addr(&self) -> u32 {
        match self {
            CodeRow::Code(line) => line.place.addr,
            CodeRow::Nothing(addr) => *addr,
        }
    }
}

impl Session {
    /// `count` rows, beginning `before` instructions before the one at `addr`; a negative `before` begins behind it.
    /// What cannot be read, and what would be beyond either end of the address space, is [`CodeRow::Nothing`].
    ///
    /// Thumb instructions have two lengths: before `addr` they are found by following the code from the beginning
    /// of its function, or from a symbol.
    pub fn code_window(&self, addr: u32, before: i64, count: usize) -> Vec<CodeRow> {
        let addr = addr & !1;
        let mut rows = Vec::new();
        let mut at = Some(addr);
        if before > 0 {
            let wanted = usize::try_from(before).unwrap_or(usize::MAX);
            rows = self.code_before(addr, wanted, count);
            if rows.len() >= count {
                rows.truncate(count);
                return self.in_it_blocks(rows);
            }
        } else {
            let mut left = before.unsigned_abs();
            while let (Some(here), true) = (at, left > 0) {
                if self.row_at(here).is_err() {
                    // Where nothing is there is nothing to be counted one by one.
                    let skipped = left.saturating_mul(u64::from(self.unit(here)));
                    at = u32::try_from(u64::from(here).saturating_add(skipped)).ok();
                    break;
                }
                at = self.next_row(here).1;
                left -= 1;
            }
        }
        while rows.len() < count {
            let Some(here) = at else {
                rows.push(CodeRow::Nothing(u32::MAX - 1));
                continue;
            };
            let (row, next) = self.next_row(here);
            rows.push(row);
            at = next;
        }
        self.in_it_blocks(rows)
    }

    /// Decoded one by one, instructions of an IT block have no condition: those behind an IT are read again with it.
    fn in_it_blocks(&self, mut rows: Vec<CodeRow>) -> Vec<CodeRow> {
        for at in 0..rows.len() {
            let CodeRow::Code(line) = &rows[at] else { continue };
            if !line.place.thumb || !line.text.starts_with("it") {
                continue;
            }
            let block = self.disassemble(line.place, u32::MAX, 5).unwrap_or_default();
            for (row, line) in rows[at..].iter_mut().zip(block) {
                if row.addr() == line.place.addr {
                    *row = CodeRow::Code(line);
                }
            }
        }
        rows
    }

    /// At most `most` of the `wanted` instructions that end before an address, the earliest first.
    fn code_before(&self, addr: u32, wanted: usize, most: usize) -> Vec<CodeRow> {
        // The nearest first, so that nothing is moved for what is found before it.
        let mut found: Vec<CodeRow> = Vec::new();
        let mut end = addr;
        // What is far behind is not looked at one by one.
        let enough = wanted.min(most.saturating_add(wanted.min(1 << 16)).saturating_add(1));
        while found.len() < enough && end > 0 {
            let block = self.block_before(end);
            let Some(first) = block.first() else { break };
            end = first.addr();
            found.extend(block.into_iter().rev());
        }
        found.truncate(wanted);
        let unit = self.unit(addr);
        let missing = wanted.saturating_sub(found.len()).min(most);
        for _ in 0..missing {
            end = end.saturating_sub(unit);
            found.push(CodeRow::Nothing(end));
        }
        found.reverse();
        found
    }

    /// The instructions of a stretch that ends at an address.
    fn block_before(&self, end: u32) -> Vec<CodeRow> {
        let last = end - 1;
        if !self.thumb_for_window(last) {
            // Data may begin anywhere; a word of it ends where one does.
            let data = self.program().contents_at(last) == Some(Contents::Data);
            let start = if data { last & !3 } else { end.saturating_sub(4) };
            let code_before = |at: &u32| self.program().contents_at(*at) != Some(Contents::Data);
            let at = (start..end).rev().find(|at| data && code_before(at)).map_or(start, |at| at + 1);
            if end < 4 && !data {
                return Vec::new();
            }
            return self.row_at(at).map(|line| vec![CodeRow::Code(line)]).unwrap_or_default();
        }
        let known = self.program().symbol_at(last).map(|symbol| symbol.start);
        let start = known.filter(|start| end - start <= BACK).unwrap_or(end.saturating_sub(64)) & !1;
        // Without a symbol the first instructions may be halves of others; soon it is right by itself.
        for from in (start..end).step_by(2) {
            let mut rows = Vec::new();
            let mut at = from;
            while at < end {
                let (row, next) = self.next_row(at);
                let readable = matches!(row, CodeRow::Code(_));
                rows.push(row);
                match next.filter(|_| readable) {
                    Some(next) => at = next,
                    None => break,
                }
            }
            if at == end {
                return rows;
            }
        }
        Vec::new()
    }

    fn thumb_for_window(&self, addr: u32) -> bool {
        self.program().contents_at(addr) != Some(Contents::Data) && self.is_thumb(addr)
    }

    fn unit(&self, addr: u32) -> u32 {
        if self.thumb_for_window(addr) { 2 } else { 4 }
    }

    fn row_at(&self, addr: u32) -> Result<Line, Error> {
        let place = Place { addr, thumb: self.thumb_for_window(addr) };
        if self.program().contents_at(addr) == Some(Contents::Data) {
            return self.data_at(place);
        }
        let lines = self.disassemble(place, u32::MAX, 1)?;
        lines.into_iter().next().ok_or_else(|| Error::new("Nothing is there."))
    }

    /// A word of data between instructions, or less where code begins before its end.
    fn data_at(&self, place: Place) -> Result<Line, Error> {
        let is_data = |at: &u32| self.program().contents_at(*at) == Some(Contents::Data);
        let len = (place.addr..=place.addr | 3).take_while(is_data).count();
        let bytes = self.read(place.addr, len)?;
        let word = bytes.iter().rev().fold(0u32, |word, &byte| word << 8 | u32::from(byte));
        let text = match bytes.len() {
            4 => format!(".word\t{word:#010x}"),
            2 => format!(".short\t{word:#06x}"),
            _ => {
                let all: Vec<String> = bytes.iter().map(|byte| format!("{byte:#04x}")).collect();
                format!(".byte\t{}", all.join(", "))
            }
        };
        let changed = self.is_changed(place.addr, &bytes);
        Ok(Line { place, bytes, text, changed })
    }

    fn next_row(&self, addr: u32) -> (CodeRow, Option<u32>) {
        match self.row_at(addr) {
            Ok(line) => {
                let next = addr.checked_add(line.bytes.len() as u32);
                (CodeRow::Code(line), next)
            }
            Err(_) => (CodeRow::Nothing(addr), addr.checked_add(self.unit(addr))),
        }
    }
}
