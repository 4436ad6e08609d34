//! `skink disasm --reassemble`: text that the assembler turns into the same bytes.
//!
//! Each section is a section of the text. Every instruction is written as it is printed and assembled on the spot; what
//! comes out differently (another encoding of the same instruction, should-be bits that are not, UNDEFINED words) is
//! written as `.inst` with the instruction as a comment.

use super::image::{Image, Region, State};
use skink_asm::gnu::one;
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};
use std::io::{self, Write};

/// Writes all regions.
pub(crate) fn write(out: &mut dyn Write, file: &str, image: &Image) -> io::Result<()> {
    writeln!(out, "@ {file}, to be assembled again\n\t.syntax unified\n\t.arch armv7ve")?;
    for region in &image.regions {
        // Not executable for the assembler: it would fill code up to its alignment.
        writeln!(out, "\n\t.section {:?}, \"a\", %progbits", region.name)?;
        Text { out, region, it: 0, state: None }.region()?;
    }
    Ok(())
}

struct Text<'a> {
    out: &'a mut dyn Write,
    region: &'a Region<'a>,
    /// ITSTATE (ARM ARM A2.5.2).
    it: u8,
    state: Option<State>,
}

impl Text<'_> {
    fn region(&mut self) -> io::Result<()> {
        let mut at = 0usize;
        while at < self.region.bytes.len() {
            let addr = self.region.addr.wrapping_add(at as u32);
            let state = self.region.states.range(..=addr).next_back().map_or(State::Arm, |(_, s)| *s);
            let next = self.region.states.range(addr.saturating_add(1)..).next().map(|(a, _)| *a);
            let end = next.map_or(self.region.bytes.len(), |next| (next - self.region.addr) as usize);
            let bytes = &self.region.bytes[at..end.min(self.region.bytes.len())];
            at += match state {
                State::Arm if bytes.len() >= 4 => self.arm(addr, bytes)?,
                State::Thumb if bytes.len() >= 2 => self.thumb(addr, bytes)?,
                _ => self.data(bytes)?,
            };
        }
        Ok(())
    }

    /// Says which instruction set follows, if it is another. Thumb comes first, so that `.arm` never aligns.
    fn enter(&mut self, state: State) -> io::Result<()> {
        if self.state != Some(state) {
            self.it = 0;
            self.state = Some(state);
            writeln!(self.out, "\t{}", if matches!(state, State::Arm) { ".arm" } else { ".thumb" })?;
        }
        Ok(())
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.it = 0;
        match *bytes {
            [a, b, c, d, ..] => {
                writeln!(self.out, "\t.4byte {:#010x}", u32::from_le_bytes([a, b, c, d]))?;
                Ok(4)
            }
            [a, ..] => {
                writeln!(self.out, "\t.byte {a:#04x}")?;
                Ok(1)
            }
            [] => Ok(1),
        }
    }

    fn arm(&mut self, addr: u32, bytes: &[u8]) -> io::Result<usize> {
        let [a, b, c, d, ..] = *bytes else { return self.data(bytes) };
        self.enter(State::Arm)?;
        let word = u32::from_le_bytes([a, b, c, d]);
        let insn = decode_a32(word);
        let text = insn.map(|insn| text(&insn, addr));
        let same = |text: &String| {
            let found = one::instruction(text, addr, false, false);
            found.is_ok_and(|(found, _)| found.bits == word)
        };
        match text {
            Some(text) if same(&text) => writeln!(self.out, "\t{}", relative(&text, addr))?,
            other => writeln!(self.out, "\t.inst {word:#010x} @ {}", other.unwrap_or_default())?,
        }
        Ok(4)
    }

    fn thumb(&mut self, addr: u32, bytes: &[u8]) -> io::Result<usize> {
        let [a, b, ..] = *bytes else { return self.data(bytes) };
        self.enter(State::Thumb)?;
        let first = u16::from_le_bytes([a, b]);
        let in_it = self.it != 0;
        let cx = Context { in_it };
        let (insn, word, size) = match *bytes {
            [_, _, c, d, ..] if is_t32(first) => {
                let word = u32::from(first) << 16 | u32::from(u16::from_le_bytes([c, d]));
                (decode_t32(word, cx), word, 4)
            }
            _ if is_t32(first) => (None, first.into(), 2),
            _ => (decode_t16(first, cx), first.into(), 2),
        };
        let cond = Cond::from_bits(self.it as u32 >> 4);
        self.it = if self.it & 7 == 0 { 0 } else { self.it & 0xe0 | self.it << 1 & 0x1f };
        let text = insn.map(|mut insn| {
            if in_it && insn.cond == Cond::Al {
                insn.cond = cond;
            }
            if let Op::It(x) = insn.op {
                self.it = (x.block.firstcond as u8) << 4 | x.block.mask;
            }
            text(&insn, addr)
        });
        // The width is said: GNU as would take the narrow encoding where there is one.
        let widths = |text: &str| {
            let (name, rest) = text.split_once('\t').unwrap_or((text, ""));
            let bare = name.trim_end_matches(".w").trim_end_matches(".n").to_owned();
            let suffix = if size == 4 { ".w" } else { ".n" };
            [text.to_owned(), format!("{bare}\t{rest}"), format!("{bare}{suffix}\t{rest}")]
        };
        let same = |text: &&String| {
            let found = one::instruction(text, addr, true, in_it);
            // What has no condition cannot be written in an IT block.
            found.is_ok_and(|(found, said)| {
                (found.bits, found.size) == (word, size) && (!in_it || said == cond)
            })
        };
        let found = text.as_deref().map(widths).and_then(|all| all.iter().find(same).cloned());
        match found {
            Some(text) => writeln!(self.out, "\t{}", relative(&text, addr))?,
            None => {
                let suffix = if size == 4 { ".w" } else { ".n" };
                writeln!(self.out, "\t.inst{suffix} {word:#x} @ {}", text.unwrap_or_default())?;
            }
        }
        Ok(size as usize)
    }
}

/// The text as the assembler takes it: a branch's target is hexadecimal.
fn text(insn: &Insn, addr: u32) -> String {
    let text = insn.text(addr);
    let branch = matches!(insn.op, Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Cbz(_));
    match text.rsplit_once([' ', '\t']) {
        Some((head, target)) if branch => format!("{}\t0x{target}", head.trim_end()),
        _ => text,
    }
}

/// A branch's target counted from here: where the text will stand is the linker's affair.
fn relative(text: &str, addr: u32) -> String {
    // A number that stands alone behind a tab is SVC's and its like too; those have their own mnemonics.
    let branch = text.starts_with('b') && !text.starts_with("bkpt") || text.starts_with("cb");
    match text.rsplit_once("\t0x").filter(|_| branch) {
        Some((head, target)) => match u32::from_str_radix(target, 16) {
            Ok(target) => {
                let distance = i64::from(target.wrapping_sub(addr) as i32);
                format!("{head}\t. {} {}", if distance < 0 { '-' } else { '+' }, distance.unsigned_abs())
            }
            Err(_) => text.to_owned(),
        },
        None => text.to_owned(),
    }
}
